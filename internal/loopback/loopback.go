// Package loopback receives the browser's redirect on this computer (RFC 8252, section 7.3).
//
// One rule decides everything here: only a request that carries the right state may change the sign-in. Every other
// request gets a fixed page and leaves the sign-in alive.
//
// What a request has to be, in this order: addressed to the host that was bound (a page that rebinds a name is not),
// at the exact path, a GET without a body, a navigation of a browser's tab as far as the browser says so, with a well-formed
// query that repeats nothing, with the state of this very sign-in. The first such request is consumed, whatever else it says; the
// browser is sent on to an address without parameters, and the socket is closed as soon as that page was fetched.
package loopback

import (
	"context"
	"crypto/rand"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"latchkey/assets"
	"latchkey/internal/clock"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
)

// Options are what a receiver is bound to.
type Options struct {
	Host  string      // "127.0.0.1", also when empty (falls back to "::1" where there is no IPv4 loopback), "::1", or "localhost" (serves both addresses on one port)
	Port  int         // 0: any free port
	Path  string      // of the redirect URI, for instance "/callback"; "/" for Genesys Cloud; empty: none, served at "/"
	State secret.Text // the only state that counts
	// Issuer is compared with the answer's iss parameter (RFC 9207) by simple string comparison; IssRequired makes
	// an answer without one an error. With an empty Issuer an iss parameter is ignored.
	Issuer      string
	IssRequired bool
	Clock       clock.Clock // nil: the system's
	Until       time.Time   // later answers get the page "expired" and count for nothing; zero: never

	limits limits // zero: the usual ones
}

// Target returns the sign-in page's address for a browser that has just come to the start address. It may take a while.
// With an error, and with an empty address, the browser gets a page that sends the agent back to the app.
type Target func() (address string, err error)

// Receiver listens on the loopback interface from Listen to Close. The socket that chose the port serves it. Its
// methods are safe for concurrent use.
type Receiver struct {
	options Options
	port    int
	literal string // IP literal with port that the start address uses
	shown   string // host of the redirect URI, in brackets if it has to be
	hosts   map[string]bool
	nonce   string // of the start address
	pages   assets.ReturnPages

	server    *http.Server
	listeners []net.Listener
	conns     conns

	target    atomic.Pointer[Target] // where the start address leads
	consumed  atomic.Bool            // the genuine answer is here
	result    chan result            // holds it until Wait takes it
	reached   chan struct{}          // closed at the first genuine hit on the start address
	reachOnce sync.Once
	brought   map[string]string // what that hit brought along; written before reached is closed

	insisting     chan struct{} // closed when the browser keeps on asking for https
	insistingOnce sync.Once
	secure        atomic.Int32 // connections that began with a TLS handshake

	strangers atomic.Int64
	answered  chan struct{} // closed when a browser brought the answer
	fetched   chan struct{} // closed when the page after the redirect was asked for
	fetchOnce sync.Once
	stop      chan struct{} // closed when the socket is to close
	stopOnce  sync.Once
	stopped   chan struct{} // closed when nothing is left
}

// Listen binds the socket and starts to serve. The error is the problem port-unavailable.
func Listen(ctx context.Context, o Options) (*Receiver, error) {
	return listen(ctx, o, bindLoopback)
}

func listen(ctx context.Context, o Options, bind bindFunc) (*Receiver, error) {
	if o.State.Empty() {
		return nil, problem.New(problem.UnexpectedError, problem.Because("There is no state to listen for."))
	}
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.limits == (limits{}) {
		o.limits = usual()
	}
	b, err := bindHost(ctx, bind, o.Host, o.Port)
	if err != nil {
		return nil, err
	}
	r := &Receiver{
		options:   o,
		port:      b.port,
		literal:   net.JoinHostPort(b.literals[0], strconv.Itoa(b.port)),
		shown:     net.JoinHostPort(b.shown, strconv.Itoa(b.port)),
		hosts:     map[string]bool{},
		nonce:     rand.Text(), // 130 bits
		pages:     assets.NewReturnPages(),
		listeners: b.listeners,
		result:    make(chan result, 1),
		reached:   make(chan struct{}),
		insisting: make(chan struct{}),
		answered:  make(chan struct{}),
		fetched:   make(chan struct{}),
		stop:      make(chan struct{}),
		stopped:   make(chan struct{}),
	}
	r.hosts[r.shown] = true
	for _, literal := range b.literals {
		r.hosts[net.JoinHostPort(literal, strconv.Itoa(b.port))] = true
	}
	r.serve()
	return r, nil
}

// RedirectURI returns the address to send as redirect_uri, for instance "http://127.0.0.1:49152/callback".
func (r *Receiver) RedirectURI() string { return "http://" + r.shown + r.options.Path }

// StartURL is Start for an address that stays the same.
func (r *Receiver) StartURL(authorizationURL string) string {
	return r.Start(func() (string, error) { return authorizationURL, nil })
}

// Start sets where the browser is to go and returns the short address to open, "http://127.0.0.1:PORT/go/NONCE".
// A hit on it proves that the browser opened on this computer; it is redirected to what target returns then. Only GET with
// the right nonce and a loopback Host is. Its host is always an IP literal, whatever the computer takes localhost for.
func (r *Receiver) Start(target Target) string {
	r.target.Store(&target)
	return "http://" + r.literal + startPath + r.nonce
}

// Reached is closed at the first genuine hit on the start address.
func (r *Receiver) Reached() <-chan struct{} { return r.reached }

// Brought returns a parameter that the first genuine hit on the start address brought along; empty before [Receiver.Reached] is closed.
// It is what a page says, and not to be trusted.
func (r *Receiver) Brought(name string) string {
	select {
	case <-r.reached:
		return r.brought[name]
	default:
		return ""
	}
}

// HTTPSOnly is closed when the browser has tried several times to reach the address by https, which nothing answers here.
func (r *Receiver) HTTPSOnly() <-chan struct{} { return r.insisting }

// Strangers returns how many requests did not belong to this sign-in, for the report.
func (r *Receiver) Strangers() int { return int(r.strangers.Load()) }
