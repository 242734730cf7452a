package diagnose_test

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"latchkey/internal/clock"
	"latchkey/internal/config"
	"latchkey/internal/demo"
	"latchkey/internal/demo/walker"
	"latchkey/internal/diagnose"
	"latchkey/internal/oauth"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/session"
	"latchkey/internal/signin"
	"latchkey/internal/transport"
)

// What is said of a clock, and what becomes of a sign-in with the same clock, are one: who is told that they can sign in, can; who is
// told that they cannot, cannot, and for that reason; and only where that is the server's to decide is it left open.
func TestDG08DoctorAndSignInAgreeAboutTheClock(t *testing.T) {
	world, err := demo.Start(t.Context(), demo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = world.Close() })
	settings, err := config.Load(config.Paths{Settings: world.ConfigPath})
	if err != nil {
		t.Fatal(err)
	}
	const hour = time.Hour
	in, refused := problem.Code(""), problem.IDTokenInvalid
	can, may, cannot := "You can sign in.", "Sign-ins may be refused", "so sign-ins are refused."
	for _, c := range []struct {
		name     string
		org      string        // of the demo world; empty: a server whose ID tokens live for two days
		username string        // of the demo world
		ahead    time.Duration // of this computer's clock
		verdict  diagnose.Verdict
		told     string // part of the summary
		code     problem.Code
	}{
		{"ID tokens, right", "acme", "ben@acme.example", 0, diagnose.Fine, "Nothing keeps you", in},
		{"ID tokens, 4 min slow", "acme", "ben@acme.example", -4 * time.Minute, diagnose.Degraded, can, in},
		{"ID tokens, 4 min fast", "acme", "ben@acme.example", 4 * time.Minute, diagnose.Degraded, can, in},
		{"ID tokens, 6 min slow", "acme", "ben@acme.example", -6 * time.Minute, diagnose.Blocked, cannot, refused},
		{"ID tokens, 1 h slow", "acme", "ben@acme.example", -hour, diagnose.Blocked, cannot, refused},
		{"ID tokens, 1 day slow", "acme", "ben@acme.example", -24 * hour, diagnose.Blocked, cannot, refused},
		{"ID tokens for an hour, 40 min fast", "acme", "ben@acme.example", 40 * time.Minute, diagnose.Degraded, may, in},
		{"ID tokens for an hour, 2 h fast", "acme", "ben@acme.example", 2 * hour, diagnose.Degraded, may, refused},
		{"ID tokens, 25 h fast", "acme", "ben@acme.example", 25 * hour, diagnose.Blocked, cannot, refused},
		{"ID tokens for two days, 23 h fast", "", "", 23 * hour, diagnose.Degraded, may, in},
		{"ID tokens for two days, 25 h fast", "", "", 25 * hour, diagnose.Blocked, cannot, refused},
		{"no ID tokens, 1 h slow", "globex", "gina@globex.example", -hour, diagnose.Degraded, can, in},
		{"no ID tokens, 1 h fast", "globex", "gina@globex.example", hour, diagnose.Degraded, can, in},
		{"no ID tokens, 47 min slow", "globex", "gina@globex.example", -47 * time.Minute, diagnose.Degraded, can, in},
		{"no ID tokens, 1 day slow", "globex", "gina@globex.example", -24 * hour, diagnose.Degraded, can, in},
		{"no ID tokens, 25 h fast", "globex", "gina@globex.example", 25 * hour, diagnose.Degraded, can, in},
	} {
		t.Run(c.name, func(t *testing.T) {
			who := walker.Agent{Username: c.username, Password: world.User(c.org, c.username).Password}
			var org config.Organization
			if c.org == "" {
				server := oauthtest.New(t)
				server.Lifetime = 48 * hour
				ben := server.Users[1]
				org, who = server.Organization(), walker.Agent{Username: ben.Username, Password: ben.Password}
			} else if org, err = settings.Organization(c.org); err != nil {
				t.Fatal(err)
			}
			e := computer(t)
			e.Org, e.Clock, e.Rand = org, shifted{by: c.ahead}, rand.Reader
			e.Resolver, e.Dialer = net.DefaultResolver, &net.Dialer{}
			e.HTTP = transport.New(transport.Options{Clock: e.Clock})
			defer e.HTTP.Close()

			checks := slices.DeleteFunc(diagnose.Checks(e), func(c diagnose.Check) bool {
				return !slices.Contains([]string{"connect", "tls", "server", "clock"}, c.ID)
			})
			report := diagnose.Run(t.Context(), checks, nil)
			if report.Verdict != c.verdict || !strings.Contains(report.Summary, c.told) {
				t.Errorf("verdict %s: %s", report.Verdict, report.Summary)
			}
			if code := signedIn(t, e, who); code != c.code {
				t.Errorf("the sign-in ends with %q, want %q", code, c.code)
			}
		})
	}
}

// shifted is a clock that is off.
type shifted struct {
	clock.System
	by time.Duration
}

func (s shifted) Now() time.Time { return time.Now().Add(s.by) }

// forgetful keeps nothing.
type forgetful struct{}

func (forgetful) Keep(context.Context, *oauth.Client, *oauth.Tokens, oauth.Identity, bool) (session.Session, error) {
	return session.Session{}, nil
}

// inPages opens addresses in the browser of somebody who signs in there.
type inPages struct {
	walker.Agent
	open *sync.WaitGroup
}

func (p inPages) Open(ctx context.Context, address string) error {
	p.open.Go(func() { _ = p.Agent.Open(context.WithoutCancel(ctx), address) })
	return nil
}

// signedIn signs in with what the diagnosis looked at, and returns how that is refused; empty: not at all.
func signedIn(t *testing.T, e diagnose.Env, who walker.Agent) problem.Code {
	t.Helper()
	var pages sync.WaitGroup
	defer pages.Wait()
	attempt := signin.Start(t.Context(), signin.Deps{
		HTTP: e.HTTP, Clock: e.Clock, Rand: e.Rand, Browser: inPages{who, &pages}, Keeper: forgetful{}, Log: slog.New(slog.DiscardHandler),
	}, signin.Options{Org: e.Org})
	defer attempt.Cancel()
	for step := range attempt.Steps() {
		switch s := step.(type) {
		case signin.Credentials:
			if err := attempt.Answer(signin.Answer{ID: s.ID, Username: who.Username, Password: secret.New(who.Password)}); err != nil {
				t.Fatal(err)
			}
		case signin.Trouble:
			return s.Problem.Code
		case signin.Done:
			return ""
		}
	}
	t.Fatal("the sign-in came to no end")
	return ""
}
