// Package signin is one attempt to sign in: a conversation of typed steps and answers.
//
// The attempt asks (steps), the agent answers; the window, the terminal and the JSON lines are three faces of the same
// conversation. It goes through one of three doors, credentials, browser or device, and can change the door on the way. It can be
// cancelled at any point and then leaves no listener, goroutine, browser wait or secret behind.
package signin

import (
	"context"
	"io"
	"log/slog"

	"latchkey/internal/clock"
	"latchkey/internal/config"
	"latchkey/internal/oauth"
	"latchkey/internal/session"
	"latchkey/internal/transport"
)

// Door is a way to sign in.
type Door string

// The doors.
const (
	WithPassword Door = "password" // the server's challenge endpoint
	WithBrowser  Door = "browser"  // the server's own page
	WithCompany  Door = "company"  // the browser, straight to the company's identity provider
	WithDevice   Door = "device"   // a code for another device
)

// Keeper takes over what an attempt ends with. *session.Manager is one.
type Keeper interface {
	Keep(ctx context.Context, c *oauth.Client, t *oauth.Tokens, who oauth.Identity, keep bool) (session.Session, error)
}

// Opener opens an address in the system's browser. It returns when the browser was started, not when it ends.
type Opener interface {
	Open(ctx context.Context, address string) error
}

// Deps are what attempts need from outside.
type Deps struct {
	HTTP    *transport.Client
	Clock   clock.Clock
	Rand    io.Reader
	Browser Opener
	Keeper  Keeper
	// Probe finds out whether the keychain can keep the session; nil: not asked.
	Probe func(ctx context.Context) error
	Log   *slog.Logger
}

// Options are what one attempt is asked for.
type Options struct {
	Org      config.Organization
	With     Door   // empty: the best there is: password where the server takes it, else the browser, else device
	Username string // suggested in the form, and as login_hint
	NoOpen   bool   // do not open the browser, show the link
	NoKeep   bool   // keep the session in memory only
	Prompt   string // "login": ask again even when the browser is signed in
	// Ask makes an attempt that would start in the browser, or on another device, begin with Choose instead, so
	// that nothing opens before the agent said so. The window sets it.
	Ask bool
}

// Attempt is a running conversation. Its methods are safe for concurrent use.
type Attempt struct{}

// Start begins an attempt. Discovery starts at once, so that it is done while the agent types.
func Start(ctx context.Context, d Deps, o Options) *Attempt { panic("to do") }

// Steps yields the steps in order. It is closed after the last one, Done or a final Trouble, when nothing of the
// attempt is left.
func (a *Attempt) Steps() <-chan Step { panic("to do") }

// Answer answers the step that waits. An answer to another step, or one that does not fit, changes nothing and is an error.
// The secrets in it belong to the attempt from then on, and are wiped.
func (a *Attempt) Answer(ans Answer) error { panic("to do") }

// Cancel ends the attempt; Steps still yields the final Trouble (given-up). It does not wait.
func (a *Attempt) Cancel() { panic("to do") }

// Session returns who signed in, once Steps is closed after Done.
func (a *Attempt) Session() (session.Session, bool) { panic("to do") }
