package vault

import (
	"context"
	"crypto/rand"

	"latchkey/internal/problem"
)

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
