// Package demo is a whole contact centre on this computer: identity servers, a company's sign-in page, a phone, a mailbox, a
// status page, and the troubles they can have. Everything is in memory and on loopback; nothing outlives [World.Close].
//
// It is for cmd/demo and for tests. Nothing that people install may import it.
package demo

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"latchkey/internal/clock"
	"latchkey/internal/demo/mail"
	"latchkey/internal/demo/panel"
	"latchkey/internal/demo/people"
	"latchkey/internal/demo/trouble"
)

// Options are what a world needs from outside. The zero value works.
type Options struct {
	Clock clock.Clock  // of the people and their phones; nil: the system's. Servers' clocks follow it
	Rand  io.Reader    // nil: crypto/rand. Must be safe for concurrent use
	Log   *slog.Logger // nil: none
}

// World is a running demo world.
type World struct {
	ConfigPath string // the settings for it, in a folder of its own
	StateDir   string // a folder for LATCHKEY_STATE, empty at first

	Acme, Company         string // addresses: http://127.0.0.1:PORT
	Globex                string // login host
	GlobexAPI, GlobexApps string
	Frankfurt             string // login host of another region, and
	FrankfurtAPI          string // its API host
	Updates               string // where new versions are told
	Initech, Hooli        string // servers that take passwords at the token endpoint, as Auth0 and
	Umbrella              string // Okta do, and Keycloak
	Control, Mailbox      string
	Phone, Status         string

	// Board counts what was asked and holds the scenarios; see [World.SetScenario] for those with an effect at once.
	Board *trouble.Board
	// Mail is the mailbox of everybody.
	Mail *panel.Mailbox

	clock     clock.Clock
	dir       string
	globexIdP string
	acme      *people.Directory
	corp      *people.Directory
	globex    *people.Directory
	globexCo  *people.Directory
	frankfurt *people.Directory
	products  []product
	releases  *releases
	texts     *panel.Texts
	office    *mail.Office
	post      func(mail.Message) error
	transport *http.Transport
	cancel    context.CancelFunc
	servers   []*http.Server
	serving   sync.WaitGroup // one for every server

	mu       sync.Mutex // guards the following field
	closing  bool
	requests sync.WaitGroup // begun before closing
}

// Start starts a world. It ends when ctx does or with Close, whichever is first; Close must be called in any case.
func Start(ctx context.Context, o Options) (*World, error) {
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	ctx, cancel := context.WithCancel(ctx)
	w := &World{
		Board: trouble.NewBoard(o.Clock), Mail: panel.NewMailbox(o.Clock), texts: panel.NewTexts(o.Clock), clock: o.Clock, cancel: cancel,
		transport: &http.Transport{MaxIdleConns: 4, IdleConnTimeout: time.Minute},
	}
	if err := w.build(ctx, o); err != nil {
		return nil, errors.Join(fmt.Errorf("start the demo world: %w", err), w.Close())
	}
	context.AfterFunc(ctx, w.stop)
	return w, nil
}

// build opens every socket first, since the services have to know each other's addresses.
func (w *World) build(ctx context.Context, o Options) error {
	var sockets []net.Listener
	names := []*string{&w.Acme, &w.Company, &w.Globex, &w.GlobexAPI, &w.GlobexApps, &w.globexIdP, &w.Control, &w.Mailbox, &w.Phone, &w.Status,
		&w.Initech, &w.Hooli, &w.Umbrella, &w.Frankfurt, &w.FrankfurtAPI, &w.Updates}
	for _, name := range names {
		socket, err := listen(ctx, "127.0.0.1:0")
		if err != nil {
			for _, open := range sockets {
				_ = open.Close()
			}
			return err
		}
		sockets = append(sockets, socket)
		*name = "http://" + socket.Addr().String()
	}
	if err := w.openOffice(ctx, o); err != nil {
		for _, open := range sockets {
			_ = open.Close()
		}
		return err
	}
	handlers, err := w.services(o)
	if err != nil {
		for _, open := range sockets {
			_ = open.Close()
		}
		return err
	}
	for i, socket := range sockets {
		w.serve(ctx, o.Log, socket, handlers[i])
	}
	return w.writeSettings()
}

// listen opens a socket that only this computer can reach. Any other address is an error: the demo world's accounts are printed.
func listen(ctx context.Context, address string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return nil, fmt.Errorf("refuse to listen on %q: the demo world is for this computer only", host)
	}
	return new(net.ListenConfig).Listen(ctx, "tcp", address)
}

func (w *World) serve(ctx context.Context, log *slog.Logger, socket net.Listener, s service) {
	guarded := w.Board.Guard(s.name, socket.Addr().String(), s.troubled, s.handler)
	server := &http.Server{
		Handler: http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if w.enter() {
				defer w.requests.Done()
				guarded.ServeHTTP(rw, r)
			}
		}),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	w.servers = append(w.servers, server)
	w.serving.Go(func() {
		if err := server.Serve(socket); !errors.Is(err, http.ErrServerClosed) {
			log.Error("a demo server stopped", "service", s.name, "error", err)
		}
	})
}

// enter counts a request, unless the world is ending.
func (w *World) enter() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closing {
		return false
	}
	w.requests.Add(1)
	return true
}

// stop closes every socket.
func (w *World) stop() {
	w.mu.Lock()
	w.closing = true
	w.mu.Unlock()
	for _, server := range w.servers {
		_ = server.Close()
	}
	w.transport.CloseIdleConnections()
}

// Close ends the world and removes its folder. It may be called more than once.
func (w *World) Close() error {
	w.cancel()
	w.stop()
	w.serving.Wait()
	w.requests.Wait()
	w.transport.CloseIdleConnections()
	if w.office != nil {
		w.office.Close()
	}
	if w.dir == "" {
		return nil
	}
	return os.RemoveAll(w.dir)
}

// writeSettings writes the settings file into a folder that only this user can look into.
func (w *World) writeSettings() error {
	var err error
	if w.dir, err = os.MkdirTemp("", "latchkey-demo-"); err != nil {
		return err
	}
	w.ConfigPath, w.StateDir = filepath.Join(w.dir, "config.toml"), filepath.Join(w.dir, "state")
	if err := os.Mkdir(w.StateDir, 0o700); err != nil {
		return err
	}
	return os.WriteFile(w.ConfigPath, []byte(w.ConfigTOML()), 0o600)
}
