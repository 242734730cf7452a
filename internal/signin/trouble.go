package signin

import (
	"errors"
	"time"

	"latchkey/internal/oauth"
	"latchkey/internal/problem"
)

// trouble tells what was wrong with the last answer; the question follows again.
func (a *Attempt) trouble(err error, reply *oauth.ChallengeAnswer, field string) {
	t := Trouble{Problem: again(problem.From(err)), AttemptsLeft: -1, Field: field}
	if reply != nil {
		t.AttemptsLeft, t.Until = reply.AttemptsLeft, reply.Unlocked
	}
	if reply != nil && t.Problem.Code == problem.ResendTooSoon {
		t.Until = reply.ResendAt
	}
	if until, ok := asPause(err); ok {
		t.Until = until
	}
	if t.Problem.Kind == problem.Unreachable {
		t.Field = "" // nothing that was typed is at fault
	}
	a.emit(t)
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

func asPause(err error) (time.Time, bool) {
	p, ok := errors.AsType[pause](err)
	return p.until, ok
}
