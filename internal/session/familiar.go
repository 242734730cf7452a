package session

import (
	"context"
	"net/url"
	"slices"

	"latchkey/internal/config"
	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

// Change is what is different about an organisation's server since somebody last signed in here.
type Change struct {
	OrgName  string
	Old, New string   // hosts
	More     []string // further hosts that are new
	Policy   bool     // the machine's policy says so: the administrator has changed it
	// Passwords: it is the server's own description that sends passwords to New, not the settings.
	Passwords bool
}

// Problem tells about the change. One of the policy's is there to be shown, not to stop anybody.
func (c Change) Problem() *problem.Problem {
	why := problem.Because("%s was signed in to at %s; the settings now name %s.", c.OrgName, c.Old, c.New)
	if c.Passwords {
		why = problem.Because("%s was signed in to at %s; passwords would now go to %s.", c.OrgName, c.Old, c.New)
	}
	if c.Policy {
		return problem.New(problem.IssuerChanged, why, problem.Titled("Your administrator has changed the server."),
			problem.Do("Nothing needs to be done. If you are not sure, ask IT."))
	}
	return problem.New(problem.IssuerChanged, why)
}

// Changed reports whether the settings send an organisation's sign-in to another host than at the last sign-in on this
// computer. Ask it before a password is asked for.
func (m *Manager) Changed(o config.Organization) (Change, bool) {
	now := hosts(o)
	before := m.vault.Servers(o.ID)
	if len(before) == 0 { // written by an older Latchkey: it knew the issuer
		now = now[:min(1, len(now))]
		entries, _ := m.vault.Accounts()
		for _, e := range entries {
			if e.Account.Org == o.ID {
				before = append(before, hostOf(e.Account.Issuer))
			}
		}
	}
	if len(before) == 0 {
		return Change{}, false
	}
	strange := slices.DeleteFunc(now, func(host string) bool { return slices.Contains(before, host) })
	if len(strange) == 0 {
		return Change{}, false
	}
	return Change{OrgName: o.Name, Old: before[0], New: strange[0], More: strange[1:], Policy: m.fixed(o)}, true
}

// PasswordsAt reports whether an organisation's server sends passwords to another host than at the last sign-in on this computer, by
// its own description: one that neither the settings name nor anybody has confirmed. Ask it before a password is asked for.
func (m *Manager) PasswordsAt(ctx context.Context, o config.Organization, host string) (Change, bool) {
	now := hostOf("//" + host)
	before := m.vault.Servers(takesPasswords(o.ID))
	if now == "" || len(before) == 0 || slices.Contains(before, now) || slices.Contains(hosts(o), now) {
		m.note(ctx, o, nil)
		return Change{}, false
	}
	m.note(ctx, o, []string{now})
	return passwordsMoved(o, before[0], now), true
}

// Moved is [Manager.Changed], or else what [Manager.PasswordsAt] has found last: what [Manager.Trust] would accept.
func (m *Manager) Moved(o config.Organization) (Change, bool) {
	if change, changed := m.Changed(o); changed {
		return change, true
	}
	before, now := m.vault.Servers(takesPasswords(o.ID)), m.vault.Servers(wantsPasswords(o.ID))
	if len(before) == 0 || len(now) == 0 {
		return Change{}, false
	}
	return passwordsMoved(o, before[0], now[0]), true
}

func passwordsMoved(o config.Organization, before, now string) Change {
	return Change{OrgName: o.Name, Old: before, New: now, Passwords: true}
}

// note keeps the host that passwords would go to, until somebody has confirmed it or the server has come back to the one before.
func (m *Manager) note(ctx context.Context, o config.Organization, hosts []string) {
	if !slices.Equal(m.vault.Servers(wantsPasswords(o.ID)), hosts) {
		_ = m.vault.RememberServers(ctx, wantsPasswords(o.ID), hosts, true)
	}
}

// The hosts of passwords are kept beside those of the settings, by names that no organisation can have.
func takesPasswords(org string) string { return org + " passwords" }
func wantsPasswords(org string) string { return org + " passwords to confirm" }

// Trust accepts the hosts that the settings name for an organisation now, and the one that [Manager.Moved] tells of, after somebody has
// confirmed them. One that names none, but its ID, is forgotten.
func (m *Manager) Trust(ctx context.Context, o config.Organization) error {
	named, passwords := hosts(o), m.vault.Servers(wantsPasswords(o.ID))
	if len(named) == 0 {
		passwords = nil
	}
	if err := m.vault.RememberServers(ctx, takesPasswords(o.ID), passwords, true); err != nil {
		return err
	}
	m.note(ctx, o, nil)
	return m.vault.RememberServers(ctx, o.ID, named, true)
}

// trust remembers the hosts of a sign-in that succeeded; passwords is the one that they go to, where there is one.
func (m *Manager) trust(ctx context.Context, o config.Organization, passwords string, keep bool) {
	_ = m.vault.RememberServers(ctx, o.ID, hosts(o), keep)
	if host := hostOf("//" + passwords); host != "" {
		_ = m.vault.RememberServers(ctx, takesPasswords(o.ID), []string{host}, keep)
	}
}

// fixed reports whether the policy says where the organisation's server is.
func (m *Manager) fixed(o config.Organization) bool {
	key := "issuer"
	switch {
	case o.Genesys():
		key = "region"
	case o.Issuer == "":
		key = "token_endpoint"
	}
	return m.settings.Locked("organizations." + o.ID + "." + key)
}

// hosts are those that the settings of an organisation name, that of the issuer first.
func hosts(o config.Organization) []string {
	e := o.Endpoints
	if o.Genesys() {
		e = o.GenesysEndpoints()
	}
	var all []string
	for _, address := range []string{o.Issuer, e.Authorization, e.AuthorizationChallenge, e.Token, e.DeviceAuthorization, e.Login, e.API, e.UserInfo, e.Revocation} {
		if host := hostOf(address); host != "" && !slices.Contains(all, host) {
			all = append(all, host)
		}
	}
	return all
}

// hostOf returns host and port; of this computer without the port, which may be another at every start.
func hostOf(address string) string {
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return ""
	case transport.Loopback(u.Hostname()):
		return "this computer"
	}
	return u.Host
}
