package signin

import (
	"errors"
	"time"

	"latchkey/internal/oauth"
	"latchkey/internal/problem"
)

// trouble tells what was wrong with the last answer; the question follows again.
func (a *Attempt) trouble(err error, reply *oauth.ChallengeAnswer, field string) {
	t := Trouble{Problem: again(problem.From(err)), AttemptsLeft: -1, Field: field, Door: a.through}
	if reply != nil {
		t.AttemptsLeft, t.Until = reply.AttemptsLeft, reply.Unlocked
	}
	if reply != nil && t.Problem.Code == problem.ResendTooSoon && t.Until.IsZero() {
		t.Until = reply.ResendAt
	}
	if until := a.restUntil(err, nil); !until.IsZero() {
		t.Until = until
	}
	a.whereTo(&t, err)
	if t.Problem.Kind == problem.Unreachable {
		t.Field = "" // nothing that was typed is at fault
	}
	a.emit(t)
}

// whereTo names where the account lives, when the server says so and it is a region there is, or an organisation of the
// settings: an address that only the server knows is no place to send anybody to.
func (a *Attempt) whereTo(t *Trouble, err error) {
	said, ok := errors.AsType[*oauth.ServerError](err)
	if !ok || t.Problem.Code != problem.AccountElsewhere {
		return
	}
	if t.Region = said.Region; a.deps.AtIssuer == nil || said.Issuer == "" {
		return
	}
	if org, ok := a.deps.AtIssuer(said.Issuer); ok && org.ID != a.opts.Org.ID {
		t.Org, t.Problem = org.ID, t.Problem.With(problem.Titled("This account lives at another organisation."), problem.Because("It lives at %s.", org.Name))
	}
}

// pause is an error with the time until which trying again does not help.
type pause struct {
	error
	until time.Time
}

func (p pause) Unwrap() error { return p.error }

func pausedUntil(err error, until time.Time) error {
	if until.IsZero() {
		return err
	}
	return pause{err, until}
}
