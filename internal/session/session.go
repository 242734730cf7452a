package session

import (
	"context"
	"crypto/rand"
	"io"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

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
	Renewed      time.Time // when it was last signed in to or renewed
	Renewable    bool      // there is a refresh token
	Kept         vault.Kept
	Default      bool // of the default organisation
	WorkspaceURL string
	NotKept      error // why it is in memory although it was to be kept; nil otherwise
	StepWanted   bool  // the server wants one more step before it renews it ([Manager.StepUp])

	Last LastSignIn // the sign-in before this one
	// TwoStep is the page on which this account can set up two-step verification: it is known to have none, and this was
	// not suggested before. Empty otherwise.
	TwoStep string
}

// LastSignIn tells of an earlier sign-in. The zero value: none is known.
type LastSignIn struct {
	At   time.Time
	How  string // "password", "browser", "device", or the server's word; may be empty
	From string // the address it came from, where the server tells it
	Here bool   // this computer remembers it; the server said nothing
}

// Manager is the one place that holds tokens. It is safe for concurrent use.
type Manager struct {
	settings *config.Settings
	vault    *vault.Vault
	clock    clock.Clock

	flights  singleflight.Group // one refresh of an account at a time in this process
	running  count              // renewals and sign-outs, which go on when their caller has left
	discover func(ctx context.Context, o config.Organization, proofKey secret.Text) (server, error)
	limits   limits
	forget   func()                    // drops what the last requests have left in memory
	mu       sync.Mutex                // guards the following
	steps    map[vault.Account]*StepUp // that servers want before they renew a session

	reached func(point string) // tests end the process here; does nothing otherwise
}

// server is what a Manager needs of an authorization server.
type server interface {
	Refresh(ctx context.Context, refresh secret.Text, who oauth.Identity) (*oauth.Tokens, error)
	Revoke(ctx context.Context, refresh, access secret.Text) (told bool, err error)
}

var _ server = (*oauth.Client)(nil)

// limits are how long the parts of the work may take.
type limits struct {
	lock   time.Duration // waiting for another process that renews
	renew  time.Duration // one renewal altogether, whoever waits for it
	revoke time.Duration // telling the server about a sign-out
}

// Options are what a Manager needs.
type Options struct {
	Settings *config.Settings
	Vault    *vault.Vault
	HTTP     *transport.Client
	Clock    clock.Clock
	Rand     io.Reader
}

// New returns a manager. Nothing is read yet.
func New(o Options) *Manager {
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	return &Manager{
		settings: o.Settings, vault: o.Vault, clock: o.Clock,
		discover: func(ctx context.Context, org config.Organization, proofKey secret.Text) (server, error) {
			c, err := oauth.Discover(ctx, o.HTTP, o.Clock, o.Rand, org)
			if err != nil {
				return nil, err
			}
			return c.Bound(proofKey) // whatever the settings say today: what is kept can be used with its key only
		},
		// A lock is waited for longer than one request of its holder takes (16 s, see transport), and given up before people do.
		limits:  limits{lock: 25 * time.Second, renew: 2 * time.Minute, revoke: 20 * time.Second},
		steps:   map[vault.Account]*StepUp{},
		forget:  o.HTTP.Close,
		reached: func(string) {},
	}
}

// Wait returns when no renewal and no sign-out is under way any more, or with ctx's error. A program calls it before it
// ends: a refresh token whose successor is on the wire would be lost with it.
func (m *Manager) Wait(ctx context.Context) error { return m.running.wait(ctx) }

// now is the wall-clock time, without the monotonic part that stands still while a computer sleeps.
func (m *Manager) now() time.Time { return m.clock.Now().Round(0) }
