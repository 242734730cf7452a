package present

import (
	"context"
	"time"

	"latchkey/internal/clock"
	"latchkey/internal/config"
	"latchkey/internal/session"
	"latchkey/internal/signin"
	"latchkey/internal/transport"
	"latchkey/internal/vault"
)

// Conversation is a running attempt to sign in. *signin.Attempt is one.
type Conversation interface {
	Steps() <-chan signin.Step
	Answer(signin.Answer) error
	Cancel()
	// ServerIsBack tells that a server which was out of order works again.
	ServerIsBack()
	Session() (session.Session, bool)
}

// Sessions knows who is signed in. *session.Manager does.
type Sessions interface {
	List(ctx context.Context) ([]session.Session, error)
	Restore(ctx context.Context, org string) (session.Session, error)
	SignOut(ctx context.Context, a vault.Account, everywhere bool) error
	LastUsername(org string) string
	// NotMe ends what can be ended of an account that somebody else may use, and returns the message to IT.
	NotMe(ctx context.Context, s session.Session) (session.Message, []session.Ended)
	// TwoStepSuggested notes that two-step verification was suggested for an account.
	TwoStepSuggested(ctx context.Context, a vault.Account) error
	// Trust accepts the servers that the settings name for an organisation, after the agent has added it.
	Trust(ctx context.Context, o config.Organization) error
}

// Settings are the organisations on this machine. They are asked off the window's goroutine when they write.
type Settings interface {
	Organization(id string) (config.Organization, error)
	All() []config.Organization
	Add(o config.Organization) error
}

// Parts are what a Presenter works with once the settings are read.
type Parts struct {
	Settings Settings
	Sessions Sessions
	Begin    func(ctx context.Context, o signin.Options) Conversation
	Open     func(ctx context.Context, address string) error // opens an address in the system's browser
	// Mail opens the mail program with a message that is ready to send. nil: there is no way to.
	Mail     func(ctx context.Context, to, subject, body string) error
	Observed func(host string) transport.Observation
	// Browsers lists the browsers of this computer; it is called off the window's goroutine. OpenIn opens an address in one of them. nil:
	// only the preferred one is known.
	Browsers func() []InstalledBrowser
	OpenIn   func(ctx context.Context, id string, private bool, address string) error
	// WayBack listens on this computer, until ctx ends, for a browser that a page sends back to this program: it returns the address for
	// that page, and a channel that brings, once, the user name the page tells, which may be empty. nil: there is no way back.
	WayBack func(ctx context.Context) (address string, back <-chan string, err error)
	// News asks whether there is a newer version of this program; nil when there is none, or nobody is to be asked. It may take long.
	News func(ctx context.Context) *News
	// Diagnostics is there together with an error of Load, too. nil: there is none.
	Diagnostics *Diagnostics
	Close       func() // waits for what must not be torn apart, and releases the rest; may be nil
}

// Clipboard is the system's clipboard.
type Clipboard interface {
	Content() string
	SetContent(string)
}

// Options are what a Presenter is made with.
type Options struct {
	Org       string // the organisation to start with; empty: the default one
	Load      func(ctx context.Context) (*Parts, error)
	Clock     clock.Clock  // nil: the system's
	Post      func(func()) // runs a function on the window's goroutine, later and in order
	Show      func(Frame)  // draws; called on the window's goroutine
	Clipboard Clipboard
	Raise     func()         // brings the window to the front; may be nil
	Location  *time.Location // that times are shown in; nil: local
	Version   string
}
