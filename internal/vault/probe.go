package vault

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"

	"latchkey/internal/problem"
)

// Look finds out whether the keychain is there and unlocked. It asks the agent nothing, changes nothing and gives up after 3 s.
// Where it cannot be told without asking, unlocked is false and err nil. The error is a problem of kind keychain: keychain-locked
// when it is.
func (v *Vault) Look(ctx context.Context) (unlocked bool, err error) {
	if v.kc == nil {
		return false, problem.New(problem.KeychainMissing)
	}
	if kc, ok := v.kc.(looker); ok {
		return kc.Look(ctx)
	}
	return false, nil
}

// Limit returns the most bytes of an item in the keychain; 0 without one.
func (v *Vault) Limit() int {
	if v.kc == nil {
		return 0
	}
	return limitOf(v.kc)
}

// probeName names the item that [Vault.Probe] writes. There are a few such names, and not one for every probe: what a program that
// was killed leaves behind goes with a later probe. There is more than one for programs that look at the same moment.
func probeName() string { return fmt.Sprintf("probe-%d", os.Getpid()%16) }

// Probe finds out whether the keychain can keep a session: it writes, reads and deletes an item of its own. Call it
// before the agent types a password. The error is a problem of kind keychain; sessions are kept in memory then. When ctx ends
// first, the item is removed behind the caller's back, as soon as the keychain answers.
func (v *Vault) Probe(ctx context.Context) error {
	if v.kc == nil {
		return problem.New(problem.KeychainMissing)
	}
	name := probeName()
	err := v.kc.Set(ctx, name, []byte("Latchkey looks whether the keychain keeps what it is given."))
	switch p, _ := errors.AsType[*problem.Problem](err); {
	case p != nil && (p.Code == problem.KeychainMissing || p.Code == problem.KeychainLocked):
		return err // nothing was written, and deleting would ask for the keychain's password once more
	case ctx.Err() != nil || p != nil && p.Code == problem.KeychainTimeout: // the write may still arrive
		go func() { _ = v.kc.Delete(context.WithoutCancel(ctx), name) }()
		return err
	}
	return cmp.Or(err, v.kc.Delete(ctx, name))
}
