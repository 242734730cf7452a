package signin

import (
	"context"
	"errors"
	"time"

	"latchkey/internal/oauth"
	"latchkey/internal/problem"
)

// longestPause is how far ahead a pause is believed: a computer's clock that was wrong for a while must not keep anybody
// out for good. The server tells again when it still stands.
const longestPause = 24 * time.Hour

// pauseUntil remembers that the server does not want to be asked about this account, also when the attempt is given up.
func (a *Attempt) pauseUntil(ctx context.Context, until time.Time, why problem.Code) {
	account := accountName(a.username)
	if until.IsZero() || !pauses(why) {
		return
	}
	a.pauses[account] = Trouble{Problem: problem.New(why), Until: until}
	if a.deps.Memory != nil && account != "" {
		a.deps.Memory.Pause(context.WithoutCancel(ctx), a.opts.Org.ID, account, until, why)
	}
}

// pauses reports whether a problem can be one with a time before which the server is not to be asked again.
func pauses(why problem.Code) bool {
	return why == problem.AccountLocked || why == problem.TooManyTries || why == problem.ServerUnavailable
}

// restUntil returns until when the server wants to be left alone; zero when it did not say. A time that comes with anything
// else (RFC 9110, section 10.2.3, allows it with every answer) is no pause.
func restUntil(err error, reply *oauth.ChallengeAnswer) time.Time {
	if reply != nil && !reply.Unlocked.IsZero() {
		return reply.Unlocked
	}
	if p, ok := errors.AsType[pause](err); ok {
		return p.until
	}
	if said, ok := errors.AsType[*oauth.ServerError](err); ok && pauses(problem.From(err).Code) {
		return said.RetryAt
	}
	return time.Time{}
}

// paused returns the trouble of an account that the server is not to be asked about yet.
func (a *Attempt) paused(ctx context.Context) (Trouble, bool) {
	account := accountName(a.username)
	t, ok := a.pauses[account]
	if !ok && a.deps.Memory != nil {
		until, why := a.deps.Memory.PausedUntil(ctx, a.opts.Org.ID, account)
		if why == problem.AccountLocked && a.opts.Unlocked {
			return Trouble{}, false // somebody knows better; what the server answers now counts again
		}
		if !pauses(why) {
			why = problem.TooManyTries
		}
		t = Trouble{Problem: problem.New(why), Until: until}
	}
	now := a.deps.Clock.Now()
	if !t.Until.After(now) || t.Until.After(now.Add(longestPause)) {
		return Trouble{}, false
	}
	t.Problem, t.AttemptsLeft = again(t.Problem), -1
	return t, true
}

// tellPause says before anything is typed that the suggested account has to wait. Other accounts and doors are free.
func (a *Attempt) tellPause(ctx context.Context) {
	if a.username == "" {
		return
	}
	if t, paused := a.paused(ctx); paused {
		a.emit(t)
	}
}

// remember keeps what makes the next sign-in of this account shorter.
func (a *Attempt) remember(ctx context.Context, method string) {
	if a.deps.Memory == nil || method == "" || method == Recovery { // a recovery code is the exception
		return
	}
	a.deps.Memory.RememberMethod(ctx, a.opts.Org.ID, accountName(a.username), method)
}

// lift forgets a pause of somebody who got in, by whichever door: an administrator may have unlocked the account.
func (a *Attempt) lift(ctx context.Context, who oauth.Identity) {
	for _, name := range []string{a.username, who.Username, who.Email} {
		account := accountName(name)
		delete(a.pauses, account)
		if a.deps.Memory == nil || account == "" {
			continue
		}
		if until, _ := a.deps.Memory.PausedUntil(ctx, a.opts.Org.ID, account); !until.IsZero() {
			a.deps.Memory.Pause(ctx, a.opts.Org.ID, account, time.Time{}, "")
		}
	}
}
