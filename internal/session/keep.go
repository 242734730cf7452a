package session

import (
	"context"
	"time"

	"latchkey/internal/config"
	"latchkey/internal/oauth"
	"latchkey/internal/vault"
)

// Keep takes over what a sign-in ended with. keep false means memory only. The session is good even when keeping it failed
// (Session.NotKept). Other accounts of the organisation stay; this one is its current one from now on.
func (m *Manager) Keep(ctx context.Context, c *oauth.Client, t *oauth.Tokens, who oauth.Identity, keep bool) (Session, error) {
	now := m.now()
	r := &vault.Record{
		Account:  vault.Account{Org: c.Org.ID, Issuer: who.Issuer, ClientID: c.Org.ClientID, Subject: who.Subject},
		Username: who.Username, Name: who.Name, Tenant: who.Organization,
		Host: c.Server.Host(), WorkspaceURL: c.Server.WorkspaceURL, Server: fingerprint(c.Org),
		Refresh: t.Refresh, ProofKey: t.ProofKey, Access: t.Access, Scope: t.Scope, Issued: now, Expires: t.Expires, SignedIn: now, Fresh: true,
	}
	if claims := t.Claims(); claims != nil {
		r.Nonce = claims.Nonce
	}
	var lockErr error
	if keep { // what stays in memory concerns no other process
		waiting, cancel := context.WithTimeout(ctx, m.limits.lock)
		defer cancel()
		var unlock func()
		if unlock, lockErr = m.vault.Lock(waiting, r.Account); lockErr == nil {
			defer unlock()
		}
	}
	if err := ctx.Err(); err != nil {
		return Session{}, err
	}
	_, _ = m.vault.Save(ctx, r, keep && lockErr == nil) // why it is not kept, the vault remembers
	_ = m.vault.RememberUsername(ctx, r.Account.Org, r.Username, false)
	m.vault.SignedIn(ctx, r.Account, vault.SignIn{At: now, How: who.How}, vault.SignIn{At: who.Last.At, How: who.Last.How, From: who.Last.From}, keep)
	m.vault.Rest(ctx, r.Account, time.Time{}, "") // the server has just answered
	if step := m.takeStep(r.Account); step != nil {
		step.Wipe()
	}
	m.vault.ForgetEnd(ctx, r.Account.Org)
	m.trust(ctx, c.Org, c.Server.CredentialsHost(), keep)
	s := m.describe(c.Org, r)
	if keep && who.OneStep && !m.vault.Suggested(r.Account) { // what leaves no trace cannot be suggested once
		s.TwoStep = c.Org.TwoStepURL
	}
	if lockErr != nil {
		s.NotKept = lockErr
	}
	return s, nil
}

// describe returns the session of a record.
func (m *Manager) describe(o config.Organization, r *vault.Record) Session {
	s := Session{
		Account: r.Account, OrgName: o.Name, Host: r.Host, Username: r.Username, Name: r.Name, Tenant: r.Tenant,
		Expires: r.Expires, Renewed: r.Issued, Renewable: !r.Refresh.Empty(), Default: o.ID == m.settings.Default,
		WorkspaceURL: r.WorkspaceURL, NotKept: m.vault.NotKept(r.Account), Kept: m.vault.Where(r.Account),
	}
	s.State = m.state(s.Renewable, s.Expires)
	s.Last = m.last(r.Account)
	return s
}

// last tells of the sign-in before the newest one.
func (m *Manager) last(a vault.Account) LastSignIn {
	_, before := m.vault.LastSignIn(a)
	return LastSignIn(before)
}

// TwoStepSuggested remembers that the page of Session.TwoStep was suggested, so that it is not again.
func (m *Manager) TwoStepSuggested(ctx context.Context, a vault.Account) error {
	return m.vault.Suggest(ctx, a)
}
