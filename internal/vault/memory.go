package vault

import (
	"context"
	"time"

	"latchkey/internal/problem"
)

// What stands before the name of a note: names that people type, and accounts.
const (
	noteOfName    = "name"
	noteOfAccount = "account"
	noteOfOrg     = "organisation"
)

// SignIn tells of one sign-in.
type SignIn struct {
	At   time.Time `json:"at"`
	How  string    `json:"how,omitempty"`
	From string    `json:"from,omitempty"` // the address it came from, where the server told
	Here bool      `json:"here,omitempty"` // this computer remembers it; the server said nothing
}

// SignedIn remembers a sign-in and returns the one before it: told when the server told of one, else what this computer
// remembers; the zero value when neither knows. One that is not to be kept is remembered by this process only.
func (v *Vault) SignedIn(ctx context.Context, a Account, this, told SignIn, keep bool) (before SignIn) {
	before = told
	if now, _ := v.LastSignIn(a); before.At.IsZero() && !now.At.IsZero() {
		before = SignIn{At: now.At, How: now.How, Here: true}
	}
	v.mu.Lock()
	v.signIns[a] = [2]SignIn{this, before}
	v.mu.Unlock()
	if keep {
		_ = v.changeNote(ctx, func(n *note) bool {
			n.This, n.Before = &this, nil
			if !before.At.IsZero() {
				n.Before = &before
			}
			return true
		}, noteOfAccount, a.hash())
	}
	return before
}

// LastSignIn returns the newest sign-in to an account that is remembered, and the one before it.
func (v *Vault) LastSignIn(a Account) (this, before SignIn) {
	n := v.readNote(noteOfAccount, a.hash())
	if n.This != nil {
		this = *n.This
	}
	if n.Before != nil {
		before = *n.Before
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if own, ok := v.signIns[a]; ok && !own[0].At.Before(this.At) {
		return own[0], own[1]
	}
	return this, before
}

// Suggested reports whether two-step verification was suggested to this account before.
func (v *Vault) Suggested(a Account) bool {
	v.mu.Lock()
	_, here := v.suggested[a]
	v.mu.Unlock()
	return here || v.readNote(noteOfAccount, a.hash()).Suggested
}

// Suggest remembers that two-step verification was suggested to this account; of one that is in memory only, in memory only.
func (v *Vault) Suggest(ctx context.Context, a Account) error {
	v.mu.Lock()
	v.suggested[a] = struct{}{}
	v.mu.Unlock()
	if !v.Keeps(a) {
		return nil
	}
	return v.changeNote(ctx, func(n *note) bool {
		changed := !n.Suggested
		n.Suggested = true
		return changed
	}, noteOfAccount, a.hash())
}

// LastMethod returns the method beside the password that signed this account in last; empty when none is known.
func (v *Vault) LastMethod(_ context.Context, org, username string) string {
	return v.readNote(noteOfName, org, username).Method
}

// RememberMethod replaces it. What cannot be written is forgotten.
func (v *Vault) RememberMethod(ctx context.Context, org, username, method string) {
	_ = v.changeNote(ctx, func(n *note) bool {
		changed := n.Method != method
		n.Method = method
		return changed
	}, noteOfName, org, username)
}

// PausedUntil returns until when the server is not to be asked about this account, and the problem it told; zero when it
// may be asked.
func (v *Vault) PausedUntil(_ context.Context, org, username string) (until time.Time, why problem.Code) {
	n := v.readNote(noteOfName, org, username)
	if !n.Until.After(v.clk.Now()) {
		return time.Time{}, ""
	}
	return n.Until, n.Why
}

// Pause replaces it; the zero time ends it. What cannot be written is forgotten.
func (v *Vault) Pause(ctx context.Context, org, username string, until time.Time, why problem.Code) {
	until = until.Round(0)
	_ = v.changeNote(ctx, func(n *note) bool {
		changed := !n.Until.Equal(until) || n.Why != why
		n.Until, n.Why = until, why
		return changed
	}, noteOfName, org, username)
}

// LongestPause returns until when an organisation's server does not want to be asked about some account that was tried on
// this computer, and the problem it told; zero when it may be asked about all. It does not tell which account that is. Only pauses
// that are believed count: by the problem, and how far ahead their end is.
func (v *Vault) LongestPause(org string, believed func(why problem.Code, ahead time.Duration) bool) (until time.Time, why problem.Code) {
	x, err := v.readIndex()
	if err != nil {
		return time.Time{}, ""
	}
	now := v.clk.Now()
	at, _ := x.noteKey(noteOfOrg, org)
	for _, n := range x.Notes {
		if n.Org == at && n.Until.After(now) && n.Until.After(until) && believed(n.Why, n.Until.Sub(now)) {
			until, why = n.Until, n.Why
		}
	}
	return until, why
}

// RememberEnd remembers that an organisation's server refused to go on with a session. What cannot be written is forgotten.
func (v *Vault) RememberEnd(ctx context.Context, org string) {
	now := v.clk.Now().Round(0)
	_ = v.changeIndex(ctx, func(x *index) bool {
		if x.Ended == nil {
			x.Ended = map[string]time.Time{}
		}
		x.Ended[org] = now
		return true
	})
}

// ForgetEnd forgets it: somebody has signed in there, whether that is to be kept or not.
func (v *Vault) ForgetEnd(ctx context.Context, org string) {
	if v.EndedAt(org).IsZero() {
		return // and nothing is left behind
	}
	_ = v.changeIndex(ctx, func(x *index) bool {
		delete(x.Ended, org)
		return true
	})
}

// EndedAt returns when that was; zero when it was not, or somebody has signed in since.
func (v *Vault) EndedAt(org string) time.Time {
	x, err := v.readIndex()
	if err != nil {
		return time.Time{}
	}
	return x.Ended[org]
}
