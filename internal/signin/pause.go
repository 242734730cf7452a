package signin

import (
	"context"
	"errors"
	"maps"
	"time"

	"latchkey/internal/oauth"
	"latchkey/internal/problem"
)

// How far ahead a time is believed, whatever the server says, and however wrong a clock was for a while: neither may keep anybody
// out for good. A server that still means it says so again.
const (
	longestLock = 24 * time.Hour
	longestRest = 15 * time.Minute
)

// spot is where a server can want to be left alone: a door and, where one is named there, an account. The company's page is
// reached by the browser's door.
type spot struct {
	door    Door
	account string
}

func spotAt(door Door, username string) spot {
	switch door {
	case WithPassword:
		return spot{door, accountName(username)}
	case WithCompany:
		door = WithBrowser
	}
	return spot{door: door}
}

// name is the one it is remembered by. No account has that of a door: there is no white space around theirs.
func (s spot) name() string {
	if s.door == WithPassword {
		return s.account
	}
	return " " + string(s.door)
}

// rests reports whether a problem can come with a time before which the server is not to be asked again, and how far ahead that
// is believed.
func rests(why problem.Code) (longest time.Duration, ok bool) {
	switch why {
	case problem.AccountLocked:
		return longestLock, true
	case problem.TooManyTries, problem.ServerUnavailable:
		return longestRest, true
	}
	return 0, false
}

// restUntil returns until when the server wants to be left alone; zero when it did not say. A time that comes with anything
// else (RFC 9110, section 10.2.3, allows it with every answer) is none to wait for.
func (a *Attempt) restUntil(err error, reply *oauth.ChallengeAnswer) time.Time {
	why := problem.From(err)
	if err == nil && reply != nil && reply.Refused != nil {
		why = reply.Refused
	}
	if why == nil {
		return time.Time{}
	}
	longest, ok := rests(why.Code)
	if !ok {
		return time.Time{}
	}
	var until time.Time
	if reply != nil {
		until = reply.Unlocked
	}
	if p, ok := errors.AsType[pause](err); ok && until.IsZero() {
		until = p.until
	}
	if said, ok := errors.AsType[*oauth.ServerError](err); ok && until.IsZero() {
		until = said.RetryAt
	}
	// When a lock ends is a fact to be told as it is; how long to wait with the next try is not.
	if latest := a.deps.Clock.Now().Add(longest); until.After(latest) && why.Code != problem.AccountLocked {
		return latest
	}
	return until
}

// pauseUntil remembers that the server does not want to be asked there, also when the attempt is given up. A server that is out of
// order wants so for everybody, and only until it works again: that is not kept. Before there is a door there is nothing to wait with.
func (a *Attempt) pauseUntil(ctx context.Context, at spot, until time.Time, why problem.Code) {
	if _, ok := rests(why); !ok || until.IsZero() || at.door == "" {
		return
	}
	if why == problem.ServerUnavailable {
		at.account = ""
	}
	a.mu.Lock()
	a.pauses[at] = Trouble{Problem: problem.New(why), Until: until}
	a.mu.Unlock()
	if a.deps.Memory != nil && why != problem.ServerUnavailable {
		a.deps.Memory.Pause(context.WithoutCancel(ctx), a.opts.Org.ID, at.name(), a.believed(until, why), why)
	}
}

// believed shortens a time to what is waited for.
func (a *Attempt) believed(until time.Time, why problem.Code) time.Time {
	longest, _ := rests(why)
	if latest := a.deps.Clock.Now().Add(longest); until.After(latest) {
		return latest
	}
	return until
}

// ServerIsBack tells that a server which was out of order works again, so that nobody has to wait for the time it told.
func (a *Attempt) ServerIsBack() {
	a.mu.Lock()
	defer a.mu.Unlock()
	maps.DeleteFunc(a.pauses, func(_ spot, t Trouble) bool { return t.Problem.Code == problem.ServerUnavailable })
}

// Paused tells, and asks nobody, that the server does not take a password for this account yet: a face that takes the name first
// need not take a password that cannot be sent.
func (a *Attempt) Paused(ctx context.Context, username string) (Trouble, bool) {
	return a.paused(ctx, spotAt(WithPassword, username))
}

// paused returns the trouble of a spot where the server is not to be asked yet.
func (a *Attempt) paused(ctx context.Context, at spot) (Trouble, bool) {
	now := a.deps.Clock.Now()
	a.mu.Lock()
	everybody, here := a.pauses[spot{door: at.door}], a.pauses[at]
	a.mu.Unlock()
	for _, t := range []Trouble{everybody, here} {
		if t.Until.After(now) {
			return waiting(at.door, t.Problem.Code, t.Until), true
		}
	}
	if a.deps.Memory == nil {
		return Trouble{}, false
	}
	until, why := a.deps.Memory.PausedUntil(ctx, a.opts.Org.ID, at.name())
	if why == problem.AccountLocked && a.opts.Unlocked && here.Problem == nil && at == spotAt(WithPassword, a.opts.Username) {
		return Trouble{}, false // somebody knows better; what the server answers now counts again
	}
	if why != problem.AccountLocked {
		why = problem.TooManyTries
	}
	if latest := a.believed(until, why); latest.Before(until) { // a clock was wrong: kept shortened, so that it comes to an end
		a.deps.Memory.Pause(ctx, a.opts.Org.ID, at.name(), latest, why)
		if until, _ = a.deps.Memory.PausedUntil(ctx, a.opts.Org.ID, at.name()); until.After(latest) {
			return Trouble{}, false // it cannot be kept, and would be begun anew each time
		}
	}
	return waiting(at.door, why, until), until.After(now)
}

// waiting is the trouble of a time that is not over.
func waiting(door Door, why problem.Code, until time.Time) Trouble {
	return Trouble{Problem: again(problem.New(why)), AttemptsLeft: -1, Until: until, Door: door}
}

// tellPause says before anything is typed that the suggested account has to wait. Other accounts and doors are free.
func (a *Attempt) tellPause(ctx context.Context) {
	if a.username == "" {
		return
	}
	if t, paused := a.Paused(ctx, a.username); paused {
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

// lift forgets the pauses of somebody who got in, by whichever door: an administrator may have unlocked the account.
func (a *Attempt) lift(ctx context.Context, who oauth.Identity) {
	for _, name := range []string{a.username, who.Username, who.Email} {
		a.unpause(ctx, spotAt(WithPassword, name))
	}
	a.unpause(ctx, spotAt(a.through, ""))
}

// unpause forgets a pause: the server has spoken to whoever is there since.
func (a *Attempt) unpause(ctx context.Context, at spot) {
	a.mu.Lock()
	delete(a.pauses, at)
	a.mu.Unlock()
	if a.deps.Memory == nil {
		return
	}
	if until, _ := a.deps.Memory.PausedUntil(ctx, a.opts.Org.ID, at.name()); !until.IsZero() {
		a.deps.Memory.Pause(ctx, a.opts.Org.ID, at.name(), time.Time{}, "")
	}
}
