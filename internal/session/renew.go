package session

import (
	"context"
	"errors"
	"time"

	"latchkey/internal/config"
	"latchkey/internal/oauth"
	"latchkey/internal/problem"
	"latchkey/internal/vault"
)

// renew takes the account's lock and decides inside it.
func (m *Manager) renew(ctx context.Context, o config.Organization, seen *vault.Record, minLife time.Duration) (found, error) {
	m.reached("before lock")
	waiting, cancel := context.WithTimeout(ctx, m.limits.lock)
	defer cancel()
	unlock, err := m.vault.Lock(waiting, seen.Account)
	if err != nil {
		return found{}, err
	}
	defer unlock()
	m.reached("locked")
	r, err := m.vault.Reload(ctx, seen.Account)
	r, err = usable(o, r, err)
	switch {
	case err != nil:
		return found{}, err
	case m.good(r, minLife):
		return found{record: r}, nil
	case r.Generation > seen.Generation && m.good(r, 0):
		return found{record: r, fresh: true}, nil // somebody else was faster; the server gives no longer life than that
	case r.Refresh.Empty():
		return found{}, problem.New(problem.SessionEnded,
			problem.Because("It has expired, and the server lets it be renewed only by signing in."))
	}
	if rests := m.rests(r.Account); rests != nil {
		return m.meanwhile(r, rests)
	}
	defer m.forget()
	var t *oauth.Tokens
	c, err := m.discover(ctx, o, r.ProofKey)
	if err == nil {
		if t, err = m.refresh(ctx, c, r); problem.Has(err, problem.SessionEnded) {
			r, t, err = m.refused(ctx, o, c, r, minLife, err)
		}
		if problem.Has(err, problem.StepWanted) {
			m.wantStep(ctx, r, err)
			return m.meanwhile(r, problem.From(err))
		}
	}
	if rests := m.letRest(ctx, seen.Account, err); rests != nil {
		return m.meanwhile(r, rests)
	}
	switch {
	case err != nil:
		return found{}, err
	case t == nil:
		return found{record: r}, nil
	}
	r, err = m.store(ctx, c, r, t)
	return found{record: r, fresh: true}, err
}

// refresh asks the server for new tokens. When the answer is lost, it tries the same refresh token once more.
func (m *Manager) refresh(ctx context.Context, c server, r *vault.Record) (*oauth.Tokens, error) {
	who := oauth.Identity{Issuer: r.Account.Issuer, Subject: r.Account.Subject, Nonce: r.Nonce}
	t, err := c.Refresh(ctx, r.Refresh, who)
	if !answerLost(err) || ctx.Err() != nil {
		return t, err
	}
	t, err = c.Refresh(ctx, r.Refresh, who)
	if p, ok := errors.AsType[*problem.Problem](err); ok && p.Code == problem.SessionEnded {
		return nil, problem.New(problem.SessionEnded, problem.Because("The server's last answer was lost on the way."), problem.Caused(err))
	}
	return t, err
}

// answerLost reports whether the server may have acted although its answer did not arrive.
func answerLost(err error) bool {
	return problem.Has(err, problem.TimedOut) || problem.Has(err, problem.ConnectionBroken)
}

// refused decides what a final refusal means. When the vault holds a newer session by now, that one is adopted:
// returned, or refreshed when its access token is not good (then t is not nil). Only a session that is still the one that was
// refused is forgotten.
func (m *Manager) refused(ctx context.Context, o config.Organization, c server, tried *vault.Record, minLife time.Duration, refusal error) (*vault.Record, *oauth.Tokens, error) {
	r, err := m.vault.Reload(ctx, tried.Account)
	r, err = usable(o, r, err)
	if err != nil {
		return nil, nil, refusal
	}
	if !r.Refresh.Equal(tried.Refresh) {
		if m.good(r, minLife) {
			return r, nil, nil
		}
		if !r.Refresh.Empty() {
			if !r.ProofKey.Equal(tried.ProofKey) { // of another sign-in
				if c, err = m.discover(ctx, o, r.ProofKey); err != nil {
					return nil, nil, err
				}
			}
			t, err := m.refresh(ctx, c, r)
			if !problem.Has(err, problem.SessionEnded) {
				return r, t, err
			}
			refusal = err
		}
	}
	if o.Genesys() && m.now().Before(r.Expires) && !r.Access.Empty() {
		// A region may grant refresh tokens that it does not let an app without a secret use: only that one is worthless.
		r.Refresh.Wipe()
		_, _ = m.vault.Save(context.WithoutCancel(ctx), r, m.vault.Keeps(r.Account))
		if m.good(r, minLife) {
			return r, nil, nil
		}
		return nil, nil, refusal
	}
	told := m.vault.Where(tried.Account) == vault.InKeychain // else it is to leave nothing behind
	m.dropStep(tried.Account)
	_ = m.vault.Delete(context.WithoutCancel(ctx), tried.Account)
	if told {
		m.vault.RememberEnd(context.WithoutCancel(ctx), tried.Account.Org)
	}
	return nil, nil, refusal
}

// store keeps what the server granted before anyone gets it: the refresh token before it is used up.
func (m *Manager) store(ctx context.Context, c server, r *vault.Record, t *oauth.Tokens) (*vault.Record, error) {
	ctx = context.WithoutCancel(ctx)
	if !t.Refresh.Empty() {
		r.Refresh = t.Refresh
	}
	r.Access, r.Issued, r.Expires = t.Access, m.now(), t.Expires
	if t.Scope != "" {
		r.Scope = t.Scope
	}
	if !m.vault.Has(r.Account) { // signed out meanwhile, without the lock
		revoking, cancel := context.WithTimeout(ctx, m.limits.revoke)
		defer cancel()
		_, _ = c.Revoke(revoking, r.Refresh, r.Access)
		return nil, problem.New(problem.NotSignedIn)
	}
	m.reached("before write")
	_, err := m.vault.Save(ctx, r, m.vault.Keeps(r.Account))
	m.reached("after write")
	_ = err // the session is good in memory; Token.NotKept and Session.NotKept say why it is only there
	return r, nil
}
