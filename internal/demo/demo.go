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
	"latchkey/internal/demo/fresh"
	"latchkey/internal/demo/identity"
	"latchkey/internal/demo/page"
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
	Control, Mailbox      string
	Phone, Status         string

	// Board counts what was asked and holds the scenarios; see [World.SetScenario] for those with an effect at once.
	Board *trouble.Board

	clock     clock.Clock
	dir       string
	acme      *people.Directory
	corp      *people.Directory
	users     []User
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
		Board: trouble.NewBoard(o.Clock), clock: o.Clock, cancel: cancel,
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
	names := []*string{&w.Acme, &w.Company}
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

// service is one host of the world.
type service struct {
	name     string
	troubled bool // scenarios concern it
	handler  http.Handler
}

// services builds the hosts, in the order of build's names.
func (w *World) services(o Options) ([]service, error) {
	secret, failed := newSecrets(o.Rand)
	serverClock := w.Board.Clock()
	w.acme = people.NewDirectory(serverClock, acmePeople(secret))
	w.corp = people.NewDirectory(serverClock, corpPeople(secret))
	if err := failed(); err != nil {
		return nil, err
	}
	companySecret := fresh.Token(o.Rand)
	acme, err := identity.New(identity.Config{
		Issuer: w.Acme, Clock: serverClock, Rand: o.Rand, People: w.acme,
		Look:      page.Look{Class: "acme", Name: "Acme Contact Center", Motto: "Every call, answered", Mark: "A"},
		Challenge: true, Device: true,
		Clients: []identity.Client{{
			ID: ClientID, Name: "Latchkey", Device: true,
			Redirect: []string{"http://127.0.0.1/callback", "http://[::1]/callback", "http://localhost/callback"},
		}},
		Company: &identity.Company{
			Name: "Acme", Issuer: w.Company, ClientID: "acme-contact-center", Secret: companySecret,
			HTTP: &http.Client{Transport: w.transport, Timeout: 10 * time.Second},
		},
		On: w.Board.On, Count: func(what string) { w.Board.Add("acme", what) },
	})
	if err != nil {
		return nil, err
	}
	corp, err := identity.New(identity.Config{
		Issuer: w.Company, Clock: serverClock, Rand: o.Rand, People: w.corp, Silent: true,
		Look: page.Look{Class: "corp", Name: "Acme Corp", Motto: "Single sign-on", Mark: "AC"},
		Clients: []identity.Client{{
			ID: "acme-contact-center", Name: "Acme Contact Center", Secret: companySecret, Redirect: []string{w.Acme + "/company/callback"},
		}},
		Count: func(what string) { w.Board.Add("company", what) },
	})
	if err != nil {
		return nil, err
	}
	w.listUsers()
	return []service{{"acme", true, acme}, {"company", false, corp}}, nil
}

// ClientID is Latchkey's at Acme.
const ClientID = "latchkey-desktop"

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
