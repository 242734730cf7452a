package session

import (
	"context"
	"errors"
	"time"

	"latchkey/internal/oauth"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/vault"
)

// StepUp is a step that a server wants before it renews a session, and what is needed to go on with it.
type StepUp struct {
	Username string      // whose session it is
	ProofKey secret.Text // the key of the session; empty: it is not bound to one
	Step     *oauth.StepUp

	asked time.Time
}

// stepLife is how long a server surely remembers what it asked for.
const stepLife = 5 * time.Minute

// Wipe overwrites its secrets.
func (s *StepUp) Wipe() {
	s.ProofKey.Wipe()
	s.Step.Wipe()
}

// StepUp hands over the step that an organisation's server wants before it renews the current session: what it asked this process
// for, or, where it told another one, what it asks for now. The caller wipes it. False: there is none.
func (m *Manager) StepUp(ctx context.Context, org string) (*StepUp, bool) {
	o, err := m.settings.Organization(org)
	if err != nil {
		return nil, false
	}
	e, err := m.current(o)
	if err != nil {
		return nil, false
	}
	if step := m.takeStep(e.Account); step != nil && m.now().Sub(step.asked) < stepLife {
		return step, true
	} else if step != nil {
		step.Wipe()
	}
	until, why := m.vault.RestsUntil(e.Account)
	if why != problem.StepWanted {
		return nil, false
	}
	m.vault.Rest(ctx, e.Account, time.Time{}, "")      // it is asked once more, because somebody is there to answer,
	_, err = m.share(ctx, o, e.Account, longerThanAny) // also where what is at hand is good for another while
	step := m.takeStep(e.Account)
	// Nobody heard the server's word. Where the caller has left, the renewal goes on, and sees to that itself.
	if step == nil && err != nil && ctx.Err() == nil && !problem.Has(err, problem.SessionEnded) {
		m.vault.Rest(context.WithoutCancel(ctx), e.Account, until, why)
	}
	return step, step != nil
}

// longerThanAny is a life that no access token has.
const longerThanAny = 100 * 365 * 24 * time.Hour

// wantStep notes that a server wants another step before it renews a session. With each further try it could send the agent a
// message that nobody has asked for: so it is left alone until somebody signs in, or for a while.
func (m *Manager) wantStep(ctx context.Context, r *vault.Record, err error) {
	step, ok := errors.AsType[*oauth.StepUp](err)
	if !ok {
		return
	}
	m.vault.Rest(context.WithoutCancel(ctx), r.Account, m.now().Add(longestRest), problem.StepWanted)
	m.mu.Lock()
	defer m.mu.Unlock()
	if old := m.steps[r.Account]; old != nil {
		old.Wipe()
	}
	m.steps[r.Account] = &StepUp{Username: r.Username, ProofKey: secret.New(r.ProofKey.Reveal()), Step: step, asked: m.now()}
}

// dropStep forgets the step of a session that is over.
func (m *Manager) dropStep(a vault.Account) {
	if step := m.takeStep(a); step != nil {
		step.Wipe()
	}
}

// takeStep returns the step that this process was told of, once; nil: there is none.
func (m *Manager) takeStep(a vault.Account) *StepUp {
	m.mu.Lock()
	defer m.mu.Unlock()
	step := m.steps[a]
	delete(m.steps, a)
	return step
}
