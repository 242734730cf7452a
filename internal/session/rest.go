package session

import (
	"context"
	"errors"
	"time"

	"latchkey/internal/oauth"
	"latchkey/internal/problem"
	"latchkey/internal/vault"
)

// longestRest is how long a server is left alone at most, whatever it says, and how far ahead a remembered time is believed:
// neither one header nor a clock that was wrong for a while may keep an agent away for half a shift. A server that still
// means it says so again.
const longestRest = 15 * time.Minute

// rests returns the problem while the server does not want to be asked to renew this session, and nil when it may be asked.
// Whoever signs in is not held up, and ends it.
func (m *Manager) rests(a vault.Account) *problem.Problem {
	until, why := m.vault.RestsUntil(a)
	now := m.now()
	if !until.After(now) || until.After(now.Add(longestRest)) {
		return nil
	}
	if why == problem.StepWanted {
		return problem.New(why)
	}
	if why != problem.ServerUnavailable {
		why = problem.TooManyTries // whatever the file says
	}
	return resting(problem.New(why), until)
}

// letRest remembers until when a server that is out of order, or asked too often, wants to be left alone (RFC 9110, section
// 10.2.3), and returns that as the problem; nil when it did not say.
func (m *Manager) letRest(ctx context.Context, a vault.Account, err error) *problem.Problem {
	said, ok := errors.AsType[*oauth.ServerError](err)
	if !ok || said.RetryAt.IsZero() || !problem.Has(err, problem.ServerUnavailable) && !problem.Has(err, problem.TooManyTries) {
		return nil
	}
	until := said.RetryAt.Round(0)
	if latest := m.now().Add(longestRest); until.After(latest) {
		until = latest
	}
	told := problem.From(err)
	m.vault.Rest(context.WithoutCancel(ctx), a, until, told.Code)
	return resting(told, until)
}

// resting says until when, to the minute in which it is over.
func resting(p *problem.Problem, until time.Time) *problem.Problem {
	whole := until.Add(time.Minute - time.Nanosecond).Truncate(time.Minute)
	return p.With(problem.Because("The server asks to be left alone until %s.", whole.Local().Format("15:04")), problem.Do("Try again after that."))
}

// meanwhile hands out what is good for another while although it was to be renewed, and else the problem.
func (m *Manager) meanwhile(r *vault.Record, rests *problem.Problem) (found, error) {
	if r != nil && m.good(r, 0) {
		return found{record: r, fresh: true}, nil
	}
	return found{}, rests
}
