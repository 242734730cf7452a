package session

import (
	"context"
	"time"

	"latchkey/internal/config"
	"latchkey/internal/problem"
)

// List returns the sessions on this computer without asking a server or the keychain; the default organisation's
// first, and of each organisation the one used last before the others.
func (m *Manager) List(ctx context.Context) ([]Session, error) {
	entries, err := m.vault.Accounts()
	first, others := make([]Session, 0, len(entries)), []Session(nil) // those of the default organisation come first
	for _, e := range entries {
		o, orgErr := m.settings.Organization(e.Account.Org)
		if orgErr != nil { // no longer in the settings, but still here to sign out of
			o = config.Organization{ID: e.Account.Org, Name: e.Account.Org}
		}
		s := Session{
			Account: e.Account, OrgName: o.Name, Host: e.Host, Username: e.Username, Name: e.Name, Tenant: e.Tenant,
			State: m.state(e.Renewable, e.Expires), Expires: e.Expires, Renewed: e.LastUsed, Renewable: e.Renewable, Kept: e.Kept,
			Default: o.ID == m.settings.Default, WorkspaceURL: e.WorkspaceURL, NotKept: m.vault.NotKept(e.Account),
			Last: m.last(e.Account),
		}
		if wanted := m.rests(e.Account); wanted != nil {
			s.StepWanted = wanted.Code == problem.StepWanted
		}
		if e.SignedOut {
			s.State = SignedOut
		} else if orgErr == nil && e.Server != fingerprint(o) {
			s.State = Expired // made with other settings: it cannot be used any more
		}
		if s.Default {
			first = append(first, s)
		} else {
			others = append(others, s)
		}
	}
	return append(first, others...), err
}

// state returns what a session is worth: one that can be renewed is worth it until the server says otherwise.
func (m *Manager) state(renewable bool, expires time.Time) State {
	if renewable || m.now().Before(expires) {
		return SignedIn
	}
	return Expired
}

// LastUsername returns the user name that last signed in at an organisation, also after signing out; empty when
// nobody did.
func (m *Manager) LastUsername(org string) string {
	if org == "" {
		org = m.settings.Default
	}
	return m.vault.LastUsername(org)
}
