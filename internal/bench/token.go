package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"latchkey/internal/browser"
	"latchkey/internal/clock"
	"latchkey/internal/config"
	"latchkey/internal/secret"
	"latchkey/internal/session"
	"latchkey/internal/signin"
	"latchkey/internal/transport"
	"latchkey/internal/vault"
)

const agent = "ben@acme.example" // has a password and no second step

// token compares `latchkey token` with a look at one item of the keychain by `secret-tool lookup`.
func (b *bench) token(ctx context.Context) ([]measurement, error) {
	if _, err := b.attempt(ctx); err != nil { // something to keep
		return nil, err
	}
	store := exec.CommandContext(ctx, "secret-tool", "store", "--label=bench", "latchkey", "bench")
	store.Stdin = strings.NewReader("a token that is kept")
	if err := store.Run(); err != nil {
		return nil, fmt.Errorf("secret-tool store: %w", err)
	}
	defer func() { _ = exec.Command("secret-tool", "clear", "latchkey", "bench").Run() }()

	const runs = 41
	var ours, theirs []time.Duration
	for i := range runs + 2 {
		a, err := b.wall(ctx, "bin/latchkey", "token")
		if err != nil {
			return nil, err
		}
		m, err := b.wall(ctx, "secret-tool", "lookup", "latchkey", "bench")
		if err != nil {
			return nil, err
		}
		if i > 1 {
			ours, theirs = append(ours, a), append(theirs, m)
		}
	}
	a, m := median(ours), median(theirs)
	return []measurement{{"latchkey token, × secret-tool lookup", float64(a) / float64(m), "%.2f", 1.5,
		fmt.Sprintf("%s and %s", milliseconds(a), milliseconds(m))}}, nil
}

// wall returns how long a command takes that prints something.
func (b *bench) wall(ctx context.Context, program string, args ...string) (time.Duration, error) {
	c := exec.CommandContext(ctx, program, args...)
	var out, errs bytes.Buffer
	c.Env, c.Stdout, c.Stderr = b.env, &out, &errs
	began := time.Now()
	err := c.Run()
	took := time.Since(began)
	if err != nil || out.Len() == 0 {
		return 0, fmt.Errorf("%s %v: %w: %s", program, args, err, errs.String())
	}
	return took, nil
}

// signIn measures sign-ins with a password, from the agent's Return to the end.
func (b *bench) signIn(ctx context.Context) ([]measurement, error) {
	const runs = 15
	var own, keychain []time.Duration
	requests := 0
	for range runs {
		one, err := b.attempt(ctx)
		if err != nil {
			return nil, err
		}
		own = append(own, one.total-one.waited-one.keychain)
		keychain = append(keychain, one.keychain)
		requests = max(requests, one.requests)
	}
	return []measurement{
		{"requests of a sign-in after discovery", float64(requests), "%.0f", 3, "password only; a code is one more"},
		{"our own time in a sign-in, ms", float64(median(own)) / float64(time.Millisecond), "%.1f", 10,
			"beside the server's and the keychain's, which takes " + milliseconds(median(keychain))},
	}, nil
}

// attempt is what one sign-in costs after the agent has pressed Return.
type attempt struct {
	total    time.Duration
	waited   time.Duration // for the server
	keychain time.Duration // waited for the keychain
	requests int
}

// attempt signs in with the real parts, in this process.
func (b *bench) attempt(ctx context.Context) (attempt, error) {
	paths, err := config.DefaultPaths(b.world.ConfigPath)
	if err != nil {
		return attempt{}, err
	}
	paths.State = filepath.Join(b.dir, "state")
	settings, err := config.Load(paths)
	if err != nil {
		return attempt{}, err
	}
	org, err := settings.Organization("acme")
	if err != nil {
		return attempt{}, err
	}
	wire := &stopwatch{}
	http := transport.New(transport.Options{Log: slog.New(wire)})
	keychain := &timedKeychain{Keychain: vault.System()}
	kept := vault.Open(paths.State, keychain, clock.System{})
	sessions := session.New(session.Options{Settings: settings, Vault: kept, HTTP: http, Clock: clock.System{}, Rand: rand.Reader})
	running := signin.Start(ctx, signin.Deps{
		HTTP: http, Clock: clock.System{}, Rand: rand.Reader, Browser: browser.Browser{}, Keeper: sessions, Probe: kept.Probe,
	}, signin.Options{Org: org, With: signin.WithPassword})

	var began time.Time
	var result attempt
	for step := range running.Steps() {
		switch s := step.(type) {
		case signin.Credentials:
			time.Sleep(200 * time.Millisecond) // the agent types; discovery is done meanwhile
			wire.reset()
			keychain.took.Store(0)
			began = time.Now()
			err = running.Answer(signin.Answer{ID: s.ID, Username: agent, Password: secret.New(b.world.User("acme", agent).Password)})
		case signin.Trouble:
			err = s.Problem
		case signin.Done:
			result.total = time.Since(began)
			result.waited, result.requests = wire.read()
			result.keychain = time.Duration(keychain.took.Load())
		}
		if err != nil {
			running.Cancel()
			break
		}
	}
	if err == nil && result.total == 0 {
		err = errors.New("the sign-in ended without a result")
	}
	return result, err
}

// timedKeychain adds up how long the keychain takes.
type timedKeychain struct {
	vault.Keychain
	took atomic.Int64
}

func (k *timedKeychain) time(began time.Time) { k.took.Add(int64(time.Since(began))) }

// Get implements vault.Keychain.
func (k *timedKeychain) Get(ctx context.Context, name string) ([]byte, error) {
	defer k.time(time.Now())
	return k.Keychain.Get(ctx, name)
}

// Set implements vault.Keychain.
func (k *timedKeychain) Set(ctx context.Context, name string, value []byte) error {
	defer k.time(time.Now())
	return k.Keychain.Set(ctx, name, value)
}

// Delete implements vault.Keychain.
func (k *timedKeychain) Delete(ctx context.Context, name string) error {
	defer k.time(time.Now())
	return k.Keychain.Delete(ctx, name)
}

// stopwatch adds up what the transport logs of its requests.
type stopwatch struct {
	mu       sync.Mutex // guards the following
	waited   time.Duration
	requests int
}

func (w *stopwatch) reset() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.waited, w.requests = 0, 0
}

func (w *stopwatch) read() (time.Duration, int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.waited, w.requests
}

// Enabled implements slog.Handler.
func (w *stopwatch) Enabled(context.Context, slog.Level) bool { return true }

// Handle implements slog.Handler.
func (w *stopwatch) Handle(_ context.Context, r slog.Record) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "took" {
			w.waited += a.Value.Duration()
			w.requests++
		}
		return true
	})
	return nil
}

// WithAttrs implements slog.Handler.
func (w *stopwatch) WithAttrs([]slog.Attr) slog.Handler { return w }

// WithGroup implements slog.Handler.
func (w *stopwatch) WithGroup(string) slog.Handler { return w }
