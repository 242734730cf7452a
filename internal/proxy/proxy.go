// Package proxy finds the proxy between this computer and a server, once for sign-in, refresh, API and diagnostics alike.
//
// The settings come first, then the environment, then the system: Windows, macOS, GNOME and its relatives, KDE. Each may name a
// proxy or a script (a "PAC file"), which is fetched without a proxy and without cookies and runs in a process of its own
// (package pac). A script that fails is no reason to stay out: the connection is made without a proxy, as browsers do, and
// [Found.ScriptErr] says so. A network is never asked to name a script by itself (WPAD): anybody in it could answer.
package proxy

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"time"

	"latchkey/internal/clock"
)

// Source says who names the proxy.
type Source string

// The sources, in the order in which they are asked.
const (
	Nobody      Source = ""
	Settings    Source = "settings"
	Environment Source = "environment"
	System      Source = "system"
)

// Found is the way to a server.
type Found struct {
	URL       *url.URL // the proxy, perhaps with credentials; nil: none, straight to the server
	Source    Source   // who decides that; Nobody: nobody says anything
	Named     string   // what exactly: a variable of the environment, the desktop; may be empty
	Script    bool     // a script decides
	ScriptErr error    // why it does not, and the connection is made without; a *ScriptError
	Detects   bool     // the system is told to look for a script in the network, which is not done
}

// Options are what a Resolver needs from outside. The zero value works.
type Options struct {
	Choice  Choice                                                               // of the settings
	Getenv  func(name string) string                                             // nil: there is no environment
	Desktop Desktop                                                              // nil: the system names none
	Run     Evaluator                                                            // runs scripts; nil: every script fails
	Fetch   Fetch                                                                // nil: fetches scripts from the web and from files
	Dial    func(ctx context.Context, network, address string) (net.Conn, error) // nil: the system's
	Clock   clock.Clock                                                          // nil: the system's
}

// Resolver finds proxies. It is safe for concurrent use.
type Resolver struct {
	o       Options
	desktop remembered[Configured]
	scripts keyed[string]
	routes  keyed[[]*url.URL]
}

// New returns a resolver. Nothing is asked yet.
func New(o Options) *Resolver {
	if o.Getenv == nil {
		o.Getenv = func(string) string { return "" }
	}
	if o.Dial == nil {
		o.Dial = (&net.Dialer{}).DialContext
	}
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.Fetch == nil {
		o.Fetch = fetchScript
	}
	return &Resolver{o: o}
}

// For finds the way to an address; what is on this computer is never proxied. The error says that a setting cannot be
// read, and may quote it: it is not to be shown.
func (r *Resolver) For(ctx context.Context, to *url.URL) (Found, error) {
	if host := to.Hostname(); here(host) {
		return Found{}, nil
	}
	switch r.o.Choice.kind {
	case direct:
		return Found{Source: Settings}, nil
	case fixed:
		return Found{URL: r.o.Choice.address, Source: Settings}, nil
	case script:
		return r.byScript(ctx, to, r.o.Choice.address.String(), Found{Source: Settings})
	}
	if named := named(r.o.Getenv); named != "" {
		through, err := fromEnvironment(r.o.Getenv, to)
		return Found{URL: through, Source: Environment, Named: named}, err
	}
	return r.bySystem(ctx, to)
}

// Through is For in the form that net/http wants.
func (r *Resolver) Through(request *http.Request) (*url.URL, error) {
	found, err := r.For(request.Context(), request.URL)
	return found.URL, err
}

// bySystem asks the desktop.
func (r *Resolver) bySystem(ctx context.Context, to *url.URL) (Found, error) {
	if r.o.Desktop == nil {
		return Found{}, nil
	}
	set, err := r.desktop.get(r.o.Clock.Now(), desktopLife, func() (Configured, error) { return r.o.Desktop(ctx) })
	if err != nil || set.empty() {
		return Found{Detects: set.Detects}, nil // what cannot be asked says nothing
	}
	found := Found{Source: System, Named: set.Named, Detects: set.Detects}
	switch {
	case set.Except.match(to.Hostname()):
		return found, nil
	case set.Script != "":
		found, err = r.byScript(ctx, to, set.Script, found)
		if found.ScriptErr == nil || set.Proxy == "" {
			return found, err
		}
	}
	if set.Proxy == "" {
		return found, nil
	}
	found.URL, err = parseProxy(set.Proxy)
	return found, err
}

// here reports whether a host is this computer.
func here(host string) bool {
	if host == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}

// desktopLife is how long what the desktop says is believed: long enough for a sign-in to ask once, short enough for whoever
// corrects it.
const desktopLife = 15 * time.Second

// remembered is a value that is found out again when it has become old. Others wait for whoever finds it out.
type remembered[T any] struct {
	mu    sync.Mutex
	value T
	err   error
	until time.Time
}

func (m *remembered[T]) get(now time.Time, life time.Duration, find func() (T, error)) (T, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if now.Before(m.until) && m.until.Sub(now) <= life { // a clock that was set back makes nothing last for ever
		return m.value, m.err
	}
	m.value, m.err = find()
	m.until = now.Add(life)
	return m.value, m.err
}
