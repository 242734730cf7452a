// Package session knows who is signed in, keeps access tokens fresh across processes, and signs out.
package session

import (
	"context"
	"io"
	"time"

	"latchkey/internal/clock"
	"latchkey/internal/config"
	"latchkey/internal/oauth"
	"latchkey/internal/secret"
	"latchkey/internal/transport"
	"latchkey/internal/vault"
)

// State is what a session is worth.
type State string

// The states of the contract.
const (
	SignedIn  State = "signed-in"
	Expired   State = "expired"
	Locked    State = "locked"
	SignedOut State = "signed-out"
)

// Session is one account as it is shown. It holds no secret.
type Session struct {
	Account      vault.Account
	OrgName      string // as shown
	Host         string // where they signed in
	Username     string
	Name         string
	Tenant       string
	State        State
	Expires      time.Time // of the access token
	Renewable    bool      // there is a refresh token
	Kept         vault.Kept
	Default      bool // of the default organisation
	WorkspaceURL string
	NotKept      error // why it is in memory although it was to be kept; nil otherwise
}

// Manager is the one place that holds tokens. It is safe for concurrent use.
type Manager struct{}

// Options are what a Manager needs.
type Options struct {
	Settings *config.Settings
	Vault    *vault.Vault
	HTTP     *transport.Client
	Clock    clock.Clock
	Rand     io.Reader
}

// New returns a manager. Nothing is read yet.
func New(o Options) *Manager { panic("to do") }

// Keep takes over what a sign-in ended with. keep false means memory only. The session is good even when keeping it failed
// (Session.NotKept).
func (m *Manager) Keep(ctx context.Context, c *oauth.Client, t *oauth.Tokens, who oauth.Identity, keep bool) (Session, error) {
	panic("to do")
}

// List returns the sessions on this computer without asking a server or the keychain; the default organisation's first.
func (m *Manager) List(ctx context.Context) ([]Session, error) { panic("to do") }

// Restore signs in silently with what is kept for an organisation (empty: the default one): a kept access token that
// is still good, or a refresh. The problem is not-signed-in or session-ended when there is nothing to restore; any other
// (network, keychain) leaves everything as it was.
func (m *Manager) Restore(ctx context.Context, org string) (Session, error) { panic("to do") }

// Token is an access token with its facts.
type Token struct {
	Access  secret.Text
	Type    string // "Bearer"
	Expires time.Time
	Org     string
}

// Token returns an access token for an organisation that is good for at least minLife, refreshing it when needed:
// lock, read again, still needed, refresh, write, unlock. Not signed in is the problem not-signed-in; a refusal
// deletes nothing before the vault was read again.
func (m *Manager) Token(ctx context.Context, org string, minLife time.Duration) (Token, error) {
	panic("to do")
}

// SignOut revokes at the server and forgets here; here also when the server cannot be told (problem sign-out-partly).
// everywhere asks a server that can to end all sessions of the account.
func (m *Manager) SignOut(ctx context.Context, a vault.Account, everywhere bool) error {
	panic("to do")
}

// LastUsername returns the user name that last signed in at an organisation, also after signing out; empty when
// nobody did.
func (m *Manager) LastUsername(org string) string { panic("to do") }
