package session

import (
	"context"
	"errors"

	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/vault"
)

// ErrNoRevocation stands behind the problem sign-out-partly when the server has no way to be told: nothing failed.
var ErrNoRevocation = errors.New("the server has no way to end a session")

// SignOut revokes at the server and forgets here; here also when the server cannot be told (problem sign-out-partly).
// everywhere ends all that the server lets an app end: the access token is revoked beside the refresh token, also where that should
// take it along. No protocol that Latchkey speaks ends sessions on other computers: that is for IT ([Manager.NotMe]).
//
// A keychain that does not let go of the session is a problem of that kind. A sign-out that has begun is not cancelled
// with ctx.
func (m *Manager) SignOut(ctx context.Context, a vault.Account, everywhere bool) error {
	_, err := m.signOut(ctx, a, everywhere)
	return err
}

// signOut also reports whether the server was told: it is not when there is nothing left to end.
func (m *Manager) signOut(ctx context.Context, a vault.Account, everywhere bool) (told bool, err error) {
	m.running.enter()
	defer m.running.leave()
	ctx = context.WithoutCancel(ctx) // half a sign-out is none; every part has a time limit of its own
	waiting, cancel := context.WithTimeout(ctx, m.limits.lock)
	defer cancel()
	unlock, err := m.vault.Lock(waiting, a)
	if err == nil {
		defer unlock()
	} // else sign out all the same: who renews looks whether the account is still there before it writes
	m.dropStep(a)
	told, untold := m.revoke(ctx, a, everywhere)
	m.forget()
	m.reached("revoked")
	if err := m.vault.Delete(ctx, a); err != nil {
		words, behind := "Signed out at the server, but not everything on this computer could be removed.", err
		if untold != nil {
			behind = errors.Join(err, untold)
			words = "Neither the server nor this computer's keychain let go of the session."
		}
		p := problem.From(err)
		return told, problem.New(p.Code, problem.Titled("%s", words), problem.Because("%s", p.Title), problem.Do("%s", p.Fix), problem.Caused(behind))
	}
	if untold != nil {
		return false, problem.New(problem.SignOutPartly, problem.Because("%s", untold.Title), problem.Caused(untold))
	}
	return told, nil
}

// revoke tells the server, and returns why it could not be told. Neither: there was nothing to end.
func (m *Manager) revoke(ctx context.Context, a vault.Account, all bool) (told bool, _ *problem.Problem) {
	ctx, cancel := context.WithTimeout(ctx, m.limits.revoke)
	defer cancel()
	o, err := m.settings.Organization(a.Org)
	if err != nil {
		return false, problem.From(err)
	}
	r, err := m.vault.Reload(ctx, a)
	switch {
	case errors.Is(err, vault.ErrNotFound):
		return false, nil
	case err != nil:
		return false, problem.From(err)
	case r.Server != fingerprint(o):
		return false, problem.New(problem.KeychainForeign, problem.Titled("The settings of this organisation have changed since the sign-in."))
	case r.Refresh.Empty() && (r.Access.Empty() || !m.now().Before(r.Expires)):
		return false, nil // nothing that is worth anything any more
	}
	c, err := m.discover(ctx, o, secret.Text{}) // a revocation needs no proof
	if err != nil {
		return false, problem.From(err)
	}
	told, err = c.Revoke(ctx, r.Refresh, r.Access)
	if err == nil && all && !r.Refresh.Empty() && !r.Access.Empty() && !o.Genesys() {
		_, err = c.Revoke(ctx, secret.Text{}, r.Access)
	}
	if err != nil {
		return false, problem.From(err)
	}
	if !told {
		return false, problem.New(problem.MethodNotAvailable, problem.Titled("This server cannot be told about a sign-out."), problem.Caused(ErrNoRevocation))
	}
	return true, nil
}
