package oauth_test

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"latchkey/internal/clock"
	"latchkey/internal/clock/clocktest"
	"latchkey/internal/config"
	"latchkey/internal/oauth"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/transport"
)

// impatient is the system's clock for the transport, without the pauses between repeated requests.
type impatient struct{ clock.System }

func (impatient) Sleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

// world is a server and a client, both on one clock that stands still.
type world struct {
	*oauthtest.Server
	clock  *clocktest.Clock
	client *oauth.Client
}

func newTransport(t *testing.T) *transport.Client {
	c := transport.New(transport.Options{Clock: impatient{}, Timeout: time.Minute})
	t.Cleanup(c.Close)
	return c
}

// connect starts a server and discovers it. Each edit changes the settings first.
func connect(t *testing.T, edits ...func(*config.Organization)) *world {
	t.Helper()
	return discover(t, oauthtest.New(t), edits...)
}

func discover(t *testing.T, s *oauthtest.Server, edits ...func(*config.Organization)) *world {
	t.Helper()
	w, err := tryDiscover(t, s, edits...)
	if err != nil {
		t.Fatalf("discover: %v", err)
	}
	return w
}

// serving starts a server that is set up so, and discovers it.
func serving(t *testing.T, first func(*oauthtest.Server), edits ...func(*oauthtest.Server)) *world {
	t.Helper()
	s := oauthtest.New(t)
	first(s)
	for _, edit := range edits {
		edit(s)
	}
	return discover(t, s)
}

func tryDiscover(t *testing.T, s *oauthtest.Server, edits ...func(*config.Organization)) (*world, error) {
	t.Helper()
	w := &world{Server: s, clock: clocktest.At(time.Now())}
	s.Now = w.clock.Now
	org := s.Organization()
	for _, edit := range edits {
		edit(&org)
	}
	var err error
	w.client, err = oauth.Discover(t.Context(), newTransport(t), w.clock, rand.Reader, org)
	return w, err
}

const redirectURI = "http://127.0.0.1:4321/callback"

func newFlow(t *testing.T) oauth.Flow {
	t.Helper()
	f, err := oauth.NewFlow(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// code goes through the browser and returns the authorization code.
func (w *world) code(t *testing.T, f oauth.Flow, o oauth.AuthorizeOptions) secret.Text {
	t.Helper()
	address, err := w.client.AuthorizationURL(f, redirectURI, o)
	if err != nil {
		t.Fatal(err)
	}
	back := w.Browse(t, address).Query()
	if back.Get("state") != f.State.Reveal() || back.Get("error") != "" {
		t.Fatalf("came back with %v", back)
	}
	return secret.New(back.Get("code"))
}

// signIn goes the whole way through the browser.
func (w *world) signIn(t *testing.T) (*oauth.Tokens, error) {
	t.Helper()
	f := newFlow(t)
	return w.client.Exchange(t.Context(), f, w.code(t, f, oauth.AuthorizeOptions{}), redirectURI)
}

func (w *world) mustSignIn(t *testing.T) *oauth.Tokens {
	t.Helper()
	tokens, err := w.signIn(t)
	if err != nil {
		t.Fatalf("sign in: %v", err)
	}
	return tokens
}

// wants checks for a problem with this code; empty wants success.
func wants(t *testing.T, err error, code problem.Code) {
	t.Helper()
	switch {
	case code == "" && err != nil:
		t.Errorf("got %v, want no problem (%v)", err, errors.Unwrap(err))
	case code != "" && !problem.Has(err, code):
		t.Errorf("got %v, want %s (%v)", err, code, errors.Unwrap(err))
	}
}

// hides checks that nothing an error says, on any level, quotes a secret.
func hides(t *testing.T, err error, secrets ...string) {
	t.Helper()
	for e := err; e != nil; e = errors.Unwrap(e) {
		said := fmt.Sprintf("%v %+v %#v %s", e, e, e, e)
		if p, ok := e.(*problem.Problem); ok {
			said += p.Title + p.Why + p.Fix
		}
		for _, s := range secrets {
			for _, form := range []string{s, url.QueryEscape(s), strings.ToUpper(s)} {
				if s != "" && strings.Contains(said, form) {
					t.Errorf("the error shows %q: %s", s, said)
				}
			}
		}
	}
}

func unsegment(t *testing.T, s string) []byte {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		t.Error(err)
	}
	return b
}
