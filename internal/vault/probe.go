package vault

import (
	"context"
	"crypto/rand"

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

// Probe finds out whether the keychain can keep a session: it writes, reads and deletes an item of its own. Call it
// before the agent types a password. The error is a problem of kind keychain; sessions are kept in memory then.
func (v *Vault) Probe(ctx context.Context) error {
	if v.kc == nil {
		return problem.New(problem.KeychainMissing)
	}
	name := "probe-" + rand.Text()
	if err := v.kc.Set(ctx, name, []byte("Latchkey looks whether the keychain keeps what it is given.")); err != nil {
		return err
	}
	return v.kc.Delete(ctx, name)
}
