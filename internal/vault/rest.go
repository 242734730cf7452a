package vault

import (
	"context"
	"time"

	"latchkey/internal/problem"
)

// rest is until when a server is not to be asked to renew a session, and the problem it told.
type rest struct {
	until time.Time
	why   problem.Code
}

// RestsUntil returns until when the server is not to be asked to renew this session, and the problem it told; zero when it may
// be asked.
func (v *Vault) RestsUntil(a Account) (until time.Time, why problem.Code) {
	v.mu.Lock()
	own := v.rests[a]
	v.mu.Unlock()
	now := v.clk.Now()
	if !own.until.After(now) && v.Keeps(a) {
		n := v.readNote(noteOfAccount, a.hash())
		own = rest{n.Until, n.Why}
	}
	if !own.until.After(now) {
		return time.Time{}, ""
	}
	return own.until, own.why
}

// Rest replaces it; the zero time ends it. Other processes see it of a session that they can have; what cannot be written is known to
// this process only.
func (v *Vault) Rest(ctx context.Context, a Account, until time.Time, why problem.Code) {
	written := v.Keeps(a) && v.changeNote(ctx, func(n *note) bool {
		changed := !n.Until.Equal(until) || n.Why != why
		n.Until, n.Why = until, why
		return changed
	}, noteOfAccount, a.hash()) == nil
	v.mu.Lock()
	defer v.mu.Unlock()
	if delete(v.rests, a); !written && !until.IsZero() {
		v.rests[a] = rest{until, why}
	}
}
