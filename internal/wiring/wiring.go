// Package wiring puts the real parts together, the same way for the window and the terminal.
package wiring

import (
	"context"
	"crypto/rand"
	"log/slog"
	"os"
	"time"

	"latchkey/internal/browser"
	"latchkey/internal/clock"
	"latchkey/internal/config"
	"latchkey/internal/proxy"
	"latchkey/internal/session"
	"latchkey/internal/signin"
	"latchkey/internal/transport"
	"latchkey/internal/update"
	"latchkey/internal/vault"
	"latchkey/internal/version"
)

// Parts are the real parts of one running program.
type Parts struct {
	Settings    *config.Settings
	SettingsErr error // why the settings could not be loaded: the problem that New returned; nil: they could
	Proxy       *proxy.Resolver
	HTTP        *transport.Client
	Vault       *vault.Vault
	Sessions    *session.Manager
	Updates     *update.Keeper // ask it beside everything else, once a program; it asks its server once a day
	SignIn      signin.Deps
	Browser     Browser

	clock clock.Clock
}

// Browser is what programs do with the browsers and the mail program of this computer. [browser.Browser] is one.
type Browser interface {
	Find(ctx context.Context) (string, error)
	Installed() []browser.Installed
	Open(ctx context.Context, address string) error
	OpenPage(ctx context.Context, address string) error
	OpenIn(ctx context.Context, id string, private bool, address string) error
	Mail(ctx context.Context, to, subject, body string) error
}

// Options choose between real parts. Clock, Keychain and Browser are this computer's own when they are nil.
type Options struct {
	Clock    clock.Clock
	Keychain vault.Keychain
	Browser  Browser

	ConfigPath string // --config; empty for the default places
	MayCreate  bool   // the settings file need not exist although it was named: it is about to be written
	UserAgent  string
	Log        *slog.Logger // nil: none
	// Script runs proxy scripts. A program that hands in pac.Run must ask pac.Started first of all. nil: every script fails.
	Script proxy.Evaluator
}

// New loads the settings and puts the parts together. Nothing is asked of the network or the keychain yet.
//
// The error is a problem of kind settings. The parts are there with it: without any organisation, but able to tell what
// is wrong with the settings and with everything else.
func New(o Options) (*Parts, error) {
	paths, err := config.DefaultPaths(o.ConfigPath)
	if o.MayCreate {
		paths = paths.Creatable()
	}
	settings := &config.Settings{Paths: paths}
	if err == nil {
		var loaded *config.Settings
		if loaded, err = config.Load(paths); err == nil {
			settings = loaded
		}
	}
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.Keychain == nil {
		o.Keychain = vault.System()
	}
	if o.Browser == nil {
		o.Browser = browser.Browser{}
	}
	ways := proxy.New(proxy.Options{Choice: settings.Proxy, Getenv: os.Getenv, Desktop: proxy.SystemDesktop(os.Getenv), Run: o.Script})
	http := transport.New(transport.Options{Clock: o.Clock, Proxy: ways.Through, UserAgent: o.UserAgent, Log: o.Log})
	kept := vault.Open(paths.State, o.Keychain, o.Clock)
	sessions := session.New(session.Options{Settings: settings, Vault: kept, HTTP: http, Clock: o.Clock, Rand: rand.Reader})
	return &Parts{
		Browser:     o.Browser,
		clock:       o.Clock,
		Settings:    settings,
		SettingsErr: err,
		Proxy:       ways,
		HTTP:        http,
		Vault:       kept,
		Sessions:    sessions,
		Updates:     update.NewKeeper(update.Options{HTTP: http, Clock: o.Clock, Updates: settings.Updates}, paths.State, version.Version),
		SignIn: signin.Deps{
			HTTP: http, Clock: o.Clock, Rand: rand.Reader, Browser: o.Browser, Keeper: sessions, Probe: kept.Probe,
			Memory: kept, Changed: sessions.Changed, PasswordsAt: sessions.PasswordsAt, StepUp: sessions.StepUp, AtIssuer: settings.AtIssuer, Log: o.Log,
		},
	}, err
}

// patience is how long a program that ends waits for what must not be torn apart.
const patience = 10 * time.Second

// Close waits until no renewal and no sign-out is under way, ten seconds at most, and releases connections.
func (p *Parts) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_ = p.Sessions.Wait(ctx)
	p.HTTP.Close()
}
