package people

import "latchkey/internal/demo/fresh"

// RenewRecovery hands out one more recovery code, as servers do that take one in exchange for the next.
func (d *Directory) RenewRecovery(username string) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	acc := d.account(username)
	next := recoveryCode{code: fresh.Letters(d.random(), recoveryLetters, 10)}
	acc.recovery = append(d.recoveryOf(acc), next)
	return next.code[:5] + "-" + next.code[5:]
}
