package session

import (
	"context"
	"errors"
	"time"

	"latchkey/internal/config"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/vault"
)

// restoredLife is how long a restored session is good for at least, where it can be renewed: whoever shows it need not
// renew it at once.
const restoredLife = 2 * time.Minute

// margin is how long a token must still be good for when nobody says: enough for a request to arrive. Of a token with
// a short life it is at most a quarter.
const margin = 30 * time.Second

// Token is an access token with its facts.
type Token struct {
	Access  secret.Text
	Type    string // "Bearer", or "DPoP": bound to a key that only Latchkey has
	Expires time.Time
	Org     string
	NotKept error // why the session is in memory although it was to be kept: it ends with this process
}

// Restore signs in silently with what is kept for an organisation (empty: the default one): a kept access token that
// is still good, or a refresh. The problem is not-signed-in or session-ended when there is nothing to restore; any other
// (network, keychain) leaves everything as it was.
func (m *Manager) Restore(ctx context.Context, org string) (Session, error) {
	o, r, err := m.valid(ctx, org, restoredLife)
	if problem.Has(err, problem.SessionEnded) { // it cannot be renewed, but may be good for another moment
		if _, still, why := m.valid(ctx, org, 0); why == nil {
			r, err = still, nil
		}
	}
	if err != nil {
		return Session{}, err
	}
	return m.describe(o, r), nil
}

// Token returns an access token for an organisation that is good for at least minLife, refreshing it when needed:
// lock, read again, still needed, refresh, write, unlock. Not signed in is the problem not-signed-in; a refusal
// deletes nothing before the vault was read again.
//
// minLife 0 means 30 seconds. A token that was granted just now is returned even when the server lets it live
// shorter than that.
func (m *Manager) Token(ctx context.Context, org string, minLife time.Duration) (Token, error) {
	o, r, err := m.valid(ctx, org, minLife)
	if err != nil {
		return Token{}, err
	}
	return Token{
		Access: secret.New(r.Access.Reveal()), Type: typeOf(r), Expires: r.Expires, Org: o.ID, NotKept: m.vault.NotKept(r.Account),
	}, nil
}

// typeOf returns the kind of a record's access token.
func typeOf(r *vault.Record) string {
	if r.ProofKey.Empty() {
		return "Bearer"
	}
	return "DPoP"
}

// valid returns the organisation's current record with a good access token: one read of the keychain when it is good
// already.
func (m *Manager) valid(ctx context.Context, org string, minLife time.Duration) (config.Organization, *vault.Record, error) {
	o, err := m.settings.Organization(org)
	if err != nil {
		return o, nil, err
	}
	e, err := m.current(o)
	if err != nil {
		return o, nil, err
	}
	r, err := m.share(ctx, o, e.Account, minLife)
	return o, r, err
}

// found is what a look into the vault, and a renewal where there was one, ended with.
type found struct {
	record *vault.Record
	fresh  bool // granted just now: asking again would bring nothing better
}

// share looks into the vault, and renews when that is needed. Callers in this process share one look and one renewal, which goes
// on when one of them gives up: an answer that nobody waits for holds the next refresh token.
func (m *Manager) share(ctx context.Context, o config.Organization, a vault.Account, minLife time.Duration) (*vault.Record, error) {
	for again := 0; ; again++ {
		m.running.enter()
		flight := m.flights.DoChan(flightName(a), func() (any, error) {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), m.limits.renew)
			defer cancel()
			r, err := m.vault.Load(ctx, a)
			r, err = usable(o, r, err)
			if err != nil || m.good(r, minLife) {
				return found{record: r}, err
			}
			return m.renew(ctx, o, r, minLife)
		})
		select {
		case <-ctx.Done():
			go func() { // the renewal goes on, and Wait waits for it
				<-flight
				m.running.leave()
			}()
			return nil, ctx.Err()
		case done := <-flight:
			m.running.leave()
			if done.Err != nil {
				return nil, done.Err
			}
			end := done.Val.(found)
			if end.fresh || m.good(end.record, minLife) || again == 2 {
				return end.record, nil
			} // else it was shared with a caller who was content with less
		}
	}
}

// flightName is the account as singleflight wants it.
func flightName(a vault.Account) string {
	const apart = "\x00"
	return a.Org + apart + a.Issuer + apart + a.ClientID + apart + a.Subject
}

// usable takes what the vault returned, and refuses what was made for another server.
func usable(o config.Organization, r *vault.Record, err error) (*vault.Record, error) {
	switch {
	case errors.Is(err, vault.ErrNotFound):
		return nil, problem.New(problem.NotSignedIn, problem.Caused(err))
	case err != nil:
		return nil, err
	case r.Server != fingerprint(o):
		return nil, problem.New(problem.KeychainForeign)
	}
	return r, nil
}

// good reports whether the record's access token can be handed out without asking the server.
func (m *Manager) good(r *vault.Record, minLife time.Duration) bool {
	now := m.now()
	if r.Access.Empty() || !now.Before(r.Expires) {
		return false
	}
	if r.Refresh.Empty() { // no better one to be had without the agent
		return r.Expires.Sub(now) >= minLife
	}
	if now.Before(r.Issued.Add(-time.Minute)) { // the clock was set back: it cannot tell
		return false
	}
	if minLife <= 0 {
		minLife = min(margin, r.Expires.Sub(r.Issued)/4)
	}
	return r.Expires.Sub(now) >= minLife
}
