package session

import (
	"context"
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/vault"
)

// Inspect tells about a session as it is kept, without asking a server and without changing anything. A locked keychain asks the agent
// for its password. The error is vault.ErrNotFound or a problem of kind keychain.
func (m *Manager) Inspect(ctx context.Context, a vault.Account) (vault.Inspection, error) {
	return m.vault.Inspect(ctx, a)
}

// Forget removes a session from this computer without telling the server: for one that cannot be used any more.
func (m *Manager) Forget(ctx context.Context, a vault.Account) error {
	waiting, cancel := context.WithTimeout(ctx, m.limits.lock)
	defer cancel()
	if unlock, err := m.vault.Lock(waiting, a); err == nil {
		defer unlock()
	} // else forget it all the same, as in SignOut
	m.dropStep(a)
	return m.vault.Delete(context.WithoutCancel(ctx), a)
}

// Damaged reports that the list of sessions is there and cannot be understood.
func (m *Manager) Damaged() bool { return m.vault.Damaged() }

// SetAside puts the list of sessions by under another name and returns that. Whoever is on it has to sign in again.
func (m *Manager) SetAside(ctx context.Context) (backup string, err error) {
	return m.vault.SetAside(ctx)
}

// Ended returns when an organisation's server refused to go on with the last session; zero when it did not, or somebody has
// signed in since.
func (m *Manager) Ended(org string) time.Time { return m.vault.EndedAt(org) }

// Paused returns until when an organisation's server does not want to hear of an account that was tried on this computer,
// and the problem it told; zero when there is none that is believed.
func (m *Manager) Paused(org string, believed func(why problem.Code, ahead time.Duration) bool) (until time.Time, why problem.Code) {
	return m.vault.LongestPause(org, believed)
}
