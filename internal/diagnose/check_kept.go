package diagnose

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/session"
	"latchkey/internal/signin"
	"latchkey/internal/vault"
)

// Sessions is what is kept. *session.Manager is one. None of its methods asks a server.
type Sessions interface {
	// List returns the sessions without asking the keychain.
	List(ctx context.Context) ([]session.Session, error)
	// Inspect reads a session in the keychain and changes nothing.
	Inspect(ctx context.Context, a vault.Account) (vault.Inspection, error)
	// Forget removes a session from this computer; the server is not told.
	Forget(ctx context.Context, a vault.Account) error
	// Ended returns when the organisation's server refused to go on with the last session; zero: it did not.
	Ended(org string) time.Time
	// Paused returns until when the organisation's server does not want to hear of an account that was tried here, and the
	// problem it told; zero: of none. Only what is believed counts, by the problem and how far ahead it is.
	Paused(org string, believed func(why problem.Code, ahead time.Duration) bool) (until time.Time, why problem.Code)
	// Damaged reports that the list of accounts is there and cannot be understood.
	Damaged() bool
	// SetAside puts the list of accounts by under another name and returns that.
	SetAside(ctx context.Context) (backup string, err error)
}

func (e Env) checkKept() Check {
	return Check{ID: "kept", Title: "Kept session", Run: e.kept}
}

// locked is the finding of an account that was tried here and has to wait, while nobody is signed in. Which one it is, nobody is
// told; another one can sign in.
func (e Env) locked() (Finding, bool) {
	if e.Org.ID == "" {
		return Finding{}, false
	}
	until, why := e.Sessions.Paused(e.Org.ID, accountWaits)
	title := ""
	switch why {
	case problem.AccountLocked:
		title = "An account that was tried on this computer is locked."
	case problem.TooManyTries:
		title = "The server asks to wait before an account is tried again."
	default:
		return Finding{}, false
	}
	p := problem.New(why, problem.Titled("%s", title), problem.Because("Until %s.", e.when(until)))
	return Found(Warning, p, told("signed_in", false), told("locked_until", until.UTC())), true
}

// accountWaits reports whether a remembered pause is about one account, and one that a sign-in waits for.
func accountWaits(why problem.Code, ahead time.Duration) bool {
	return (why == problem.AccountLocked || why == problem.TooManyTries) && signin.Believed(why, ahead)
}

// signedIn reports a session of the organisation's that is good.
func (e Env) signedIn(s session.Session) bool {
	return s.Account.Org == e.Org.ID && s.State == session.SignedIn
}

// kept tells what is kept of the organisation, without using it: whether the server still accepts a session only shows
// when it is used.
func (e Env) kept(ctx context.Context) Finding {
	if e.Sessions == nil {
		return Finding{State: Skipped, What: "Nothing is kept by this program."}
	}
	if e.Sessions.Damaged() {
		f := Found(Problem, problem.New(problem.AccountsDamaged))
		f.Repairs = []Repair{e.setListAside()}
		return f
	}
	all, err := e.Sessions.List(ctx)
	if err != nil {
		return Found(Problem, problem.From(err))
	}
	if !slices.ContainsFunc(all, e.signedIn) {
		if f, locked := e.locked(); locked {
			return f
		}
	}
	s, ok := e.current(all)
	facts := []Fact{{"sessions", len(all), true}, {"signed_in", ok, true}}
	if !ok {
		return e.nobody(facts)
	}
	facts = append(facts, Fact{"kept_in", string(s.Kept), true}, Fact{"renewable", s.Renewable, true})
	if s.Kept == vault.InKeychain {
		if f, done := e.inspect(ctx, s, facts); done {
			return f
		}
	}
	return e.tellKept(s, facts)
}

// longTold is how long it is told that the server ended a session.
const longTold = 7 * 24 * time.Hour

// nobody tells that nobody is signed in, and whether the server wanted it so.
func (e Env) nobody(facts []Fact) Finding {
	ended := e.Sessions.Ended(e.Org.ID)
	if ended.IsZero() || e.now().Sub(ended) > longTold || ended.After(e.now()) {
		return Good("Nobody is signed in.", facts...)
	}
	return Good("Nobody is signed in. The server ended the last session at "+e.when(ended)+": it was signed out elsewhere, or has run out.",
		append(facts, told("ended_by_server", ended.UTC()))...)
}

// current returns the session that a sign-in at the organisation would continue.
func (e Env) current(all []session.Session) (session.Session, bool) {
	for _, s := range all {
		if e.Org.ID == "" || s.Account.Org == e.Org.ID {
			return s, true
		}
	}
	return session.Session{}, false
}

// inspect reads the session where that disturbs nobody. done is false when there is nothing to complain about, or nothing
// could be read.
func (e Env) inspect(ctx context.Context, s session.Session, facts []Fact) (f Finding, done bool) {
	if e.asking() || e.Keychain == nil {
		return f, false
	}
	if unlocked, err := e.Keychain.Look(ctx); err != nil || !unlocked || e.asking() {
		return f, false
	}
	_, err := e.Sessions.Inspect(ctx, s.Account)
	if err == nil {
		return f, false
	}
	if errors.Is(err, vault.ErrNotFound) {
		err = problem.New(problem.SessionEnded, problem.Because("The keychain no longer holds it."))
	}
	p := problem.From(err)
	switch p.Code {
	case problem.KeychainTimeout, problem.KeychainLocked, problem.KeychainFailed, problem.KeychainMissing, problem.GivenUp:
		return Finding{State: Unknown, What: "What is kept could not be read.", Facts: facts, After: []string{"keychain"}}, true
	}
	f = Found(Problem, p, facts...)
	if p.Code == problem.KeychainDamaged {
		f.Why = "" // nothing was set aside by looking
	}
	if !errors.Is(err, vault.ErrNewer) {
		f.Repairs = []Repair{e.forget(s.Account)}
	}
	return f, true
}

// tellKept describes a session that looks as it should.
func (e Env) tellKept(s session.Session, facts []Fact) Finding {
	now := e.now()
	age := now.Sub(s.Renewed)
	if !s.Renewed.IsZero() {
		facts = append(facts, Fact{"renewed_s_ago", int64(age.Seconds()), true})
	}
	if !s.Expires.IsZero() {
		facts = append(facts, Fact{"expires_in_s", int64(s.Expires.Sub(now).Seconds()), true})
	}
	switch {
	case s.State == session.Expired && s.Renewable:
		f := Found(Warning, problem.New(problem.SessionEnded, problem.Because("The settings of this organisation have changed since.")), facts...)
		f.Repairs = []Repair{e.forget(s.Account)}
		return f
	case s.State == session.Expired:
		return Good("A session is kept that has ended. It takes a new sign-in.", facts...)
	case s.NotKept != nil:
		p := problem.From(s.NotKept)
		f := Found(Warning, problem.New(p.Code, problem.Titled("You are signed in, but will have to sign in again after closing."),
			problem.Because("%s", p.Title), problem.Do("%s", p.Fix)), facts...)
		f.After = []string{"keychain"}
		return f
	case s.StepWanted:
		return Found(Warning, problem.New(problem.StepWanted), facts...)
	}
	why := "You are signed in"
	switch {
	case s.Renewed.IsZero():
	case age < -time.Minute:
		why += ", since a time that is yet to come: the clock was set back"
	default:
		why += fmt.Sprintf(", renewed %s ago", ago(age))
	}
	switch {
	case s.Renewable && s.Kept == vault.InMemory:
		why += ", until you close Latchkey."
	case s.Renewable:
		why += ". It is renewed when needed; whether the server still accepts it shows then."
	default:
		why += fmt.Sprintf(". It ends in %s and cannot be renewed.", ago(s.Expires.Sub(now)))
	}
	return Good(why, facts...)
}

// now is the wall-clock time.
func (e Env) now() time.Time {
	if e.Clock == nil {
		return time.Now()
	}
	return e.Clock.Now().Round(0)
}
