package oauth_test

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/oauth"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
)

// leaping is a clock that does not wait: whoever sleeps finds the time passed. It keeps the naps.
type leaping struct {
	mu   sync.Mutex
	now  time.Time
	naps []time.Duration
	wake func(nap int) // called after each
}

func (l *leaping) Now() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.now
}

func (l *leaping) Sleep(ctx context.Context, d time.Duration) error {
	l.mu.Lock()
	l.now = l.now.Add(d)
	l.naps = append(l.naps, d)
	n := len(l.naps)
	l.mu.Unlock()
	if l.wake != nil {
		l.wake(n)
	}
	return ctx.Err()
}

type deviceWorld struct {
	*oauthtest.Server
	clock  *leaping
	client *oauth.Client
}

func deviceServer(t *testing.T) *deviceWorld {
	t.Helper()
	return leap(t, oauthtest.New(t))
}

// leap discovers a server with a clock that does not wait.
func leap(t *testing.T, s *oauthtest.Server) *deviceWorld {
	t.Helper()
	w := &deviceWorld{Server: s, clock: &leaping{now: time.Now()}}
	w.Now = w.clock.Now
	var err error
	if w.client, err = oauth.Discover(t.Context(), newTransport(t), w.clock, rand.Reader, w.Organization()); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *deviceWorld) authorize(t *testing.T, change map[string]any) (*oauth.DeviceCode, error) {
	t.Helper()
	if change != nil {
		body := map[string]any{
			"device_code": "device-1", "user_code": "WDJB-MJHT", "verification_uri": "https://login.example/go", "expires_in": 300, "interval": 5,
		}
		for name, value := range change {
			body[name] = value
			if value == nil {
				delete(body, name)
			}
		}
		w.Next(oauthtest.DevicePath, oauthtest.Answer{Body: body})
	}
	return w.client.DeviceAuthorize(t.Context())
}

func seconds(n ...int) []time.Duration {
	var out []time.Duration
	for _, s := range n {
		out = append(out, time.Duration(s)*time.Second)
	}
	return out
}

const pending = "authorization_pending"

func TestDeviceSignIn(t *testing.T) {
	w := deviceServer(t)
	d, err := w.authorize(t, nil)
	if err != nil {
		t.Fatal(err)
	}
	if d.UserCode != "WDJB-MJHT" || d.VerificationURI != w.URL+"/go" || d.VerificationURIComplete != w.URL+"/go?user_code=WDJB-MJHT" || d.Expires.Sub(w.clock.Now()) != 5*time.Minute {
		t.Errorf("got %+v", d)
	}
	w.clock.wake = func(nap int) {
		if nap == 3 {
			w.DecideDevice(true)
		}
	}
	tokens, err := w.client.DeviceWait(t.Context(), d, newFlow(t))
	if err != nil {
		t.Fatal(err)
	}
	if who, err := w.client.Identify(t.Context(), tokens); err != nil || who.Subject != "user-1" {
		t.Errorf("signed in as %+v, %v", who, err)
	}
	if diff := cmp.Diff(seconds(5, 5, 5), w.clock.naps); diff != "" {
		t.Error(diff)
	}
	if f := w.Requests(oauthtest.DevicePath)[0].Form; f.Get("client_id") != w.ClientID || f.Get("scope") == "" {
		t.Errorf("asked with %v", f)
	}
	if f := w.Requests(oauthtest.TokenPath)[0].Form; f.Get("grant_type") != "urn:ietf:params:oauth:grant-type:device_code" || f.Get("client_id") != w.ClientID {
		t.Errorf("polled with %v", f)
	}
}

func TestDV01DV03Intervals(t *testing.T) {
	for name, c := range map[string]struct {
		interval any
		want     int
	}{
		"none": {nil, 5}, "zero": {0, 1}, "negative": {-1, 1}, "huge": {1_000_000_000, 60}, "text": {"x", 5}, "digits": {"7", 7},
		"fraction": {2.5, 3}, "boolean": {true, 5}, "list": {[]int{1}, 5},
	} {
		w := deviceServer(t)
		d, err := w.authorize(t, map[string]any{"interval": c.interval})
		if err != nil {
			t.Fatal(err)
		}
		w.Next(oauthtest.TokenPath, oauthtest.Refused(400, "access_denied"))
		_, err = w.client.DeviceWait(t.Context(), d, newFlow(t))
		wants(t, err, problem.Denied)
		if diff := cmp.Diff(seconds(c.want), w.clock.naps); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestDV02SlowDown(t *testing.T) {
	w := deviceServer(t)
	d, err := w.authorize(t, map[string]any{})
	if err != nil {
		t.Fatal(err)
	}
	larger := oauthtest.Answer{Status: 400, Body: map[string]any{"error": "slow_down", "interval": 40}}
	smaller := oauthtest.Answer{Status: 400, Body: map[string]any{"error": "slow_down", "interval": 1}}
	w.Next(oauthtest.TokenPath, oauthtest.Refused(400, pending), oauthtest.Refused(400, "slow_down"), oauthtest.Refused(400, pending),
		oauthtest.Refused(400, "slow_down"), oauthtest.Refused(400, pending), smaller, larger, oauthtest.Refused(400, "access_denied"))
	_, err = w.client.DeviceWait(t.Context(), d, newFlow(t))
	wants(t, err, problem.Denied)
	if diff := cmp.Diff(seconds(5, 5, 10, 10, 15, 15, 20, 40), w.clock.naps); diff != "" {
		t.Error(diff)
	}
}

func TestDV04BackOffWhileTheServerIsAway(t *testing.T) {
	w := deviceServer(t)
	d, err := w.authorize(t, map[string]any{"expires_in": 3000})
	if err != nil {
		t.Fatal(err)
	}
	away := oauthtest.Answer{Status: 503, Body: ""}
	w.Next(oauthtest.TokenPath, away, away, oauthtest.Refused(400, pending), away, oauthtest.Refused(400, "access_denied"))
	_, err = w.client.DeviceWait(t.Context(), d, newFlow(t))
	wants(t, err, problem.Denied)
	if diff := cmp.Diff(seconds(5, 10, 20, 5, 10), w.clock.naps); diff != "" {
		t.Error(diff)
	}
	// It does not go on for ever.
	w.Handle(oauthtest.TokenPath, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	before := w.Count(oauthtest.TokenPath)
	d, _ = w.authorize(t, map[string]any{"expires_in": 100_000})
	_, err = w.client.DeviceWait(t.Context(), d, newFlow(t))
	wants(t, err, problem.ConnectionBroken)
	if n := w.Count(oauthtest.TokenPath) - before; n != 6 {
		t.Errorf("%d polls", n)
	}
}

func TestDV05TheEnd(t *testing.T) {
	for code, want := range map[string]problem.Code{
		"expired_token": problem.DeviceExpired, "access_denied": problem.Denied, "invalid_grant": problem.DeviceExpired,
		"invalid_client": problem.AppUnknown, "unsupported_grant_type": problem.RequestRefused, "odd": problem.SignInRefused,
	} {
		w := deviceServer(t)
		d, _ := w.authorize(t, map[string]any{})
		w.Next(oauthtest.TokenPath, oauthtest.Refused(400, pending), oauthtest.Refused(400, code, "error_description", "device-1 is over"))
		_, err := w.client.DeviceWait(t.Context(), d, newFlow(t))
		wants(t, err, want)
		hides(t, err, "device-1")
		if n := w.Count(oauthtest.TokenPath); n != 2 {
			t.Errorf("%s: %d polls", code, n)
		}
	}
	t.Run("expires_in passed", func(t *testing.T) {
		w := deviceServer(t)
		d, _ := w.authorize(t, map[string]any{"expires_in": 12})
		w.Handle(oauthtest.TokenPath, func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Content-Type", "application/json")
			rw.WriteHeader(400)
			_, _ = rw.Write([]byte(`{"error":"authorization_pending"}`))
		})
		_, err := w.client.DeviceWait(t.Context(), d, newFlow(t))
		wants(t, err, problem.DeviceExpired)
		if diff := cmp.Diff(seconds(5, 5, 2), w.clock.naps); diff != "" || w.Count(oauthtest.TokenPath) != 2 {
			t.Errorf("%d polls: %s", w.Count(oauthtest.TokenPath), diff)
		}
	})
	t.Run("cancelled", func(t *testing.T) {
		w := deviceServer(t)
		d, _ := w.authorize(t, map[string]any{})
		ctx, cancel := context.WithCancel(t.Context())
		w.clock.wake = func(int) { cancel() }
		if _, err := w.client.DeviceWait(ctx, d, newFlow(t)); !errors.Is(err, context.Canceled) || w.Count(oauthtest.TokenPath) != 0 {
			t.Errorf("got %v after %d polls", err, w.Count(oauthtest.TokenPath))
		}
	})
}

func TestDV07UserCodesAreCleaned(t *testing.T) {
	for name, c := range map[string]struct {
		code any
		want string
		err  problem.Code
	}{
		"bidi":  {"WD\u202eJB-MJ\u200bHT\n", "WDJB-MJHT", ""},
		"1 KiB": {strings.Repeat("A", 1024), "", problem.TokenMalformed},
		"empty": {"", "", problem.TokenMalformed}, "invisible": {"\u200b\u202e", "", problem.TokenMalformed}, "number": {7, "", problem.TokenMalformed},
	} {
		w := deviceServer(t)
		d, err := w.authorize(t, map[string]any{"user_code": c.code})
		if wants(t, err, c.err); err == nil && d.UserCode != c.want {
			t.Errorf("%s: got %q", name, d.UserCode)
		}
	}
}

func TestDeviceAuthorizationAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		change map[string]any
		want   problem.Code
	}{
		"no device code":        {map[string]any{"device_code": nil}, problem.TokenMalformed},
		"unsafe address":        {map[string]any{"verification_uri": "javascript:alert(1)"}, problem.EndpointUnsafe},
		"no address":            {map[string]any{"verification_uri": nil}, problem.EndpointUnsafe},
		"plain http":            {map[string]any{"verification_uri": "http://login.example/"}, problem.EndpointUnsafe},
		"odd lifetime":          {map[string]any{"expires_in": "soon"}, problem.TokenMalformed},
		"unsafe second address": {map[string]any{"verification_uri_complete": "file:///x"}, ""},
	} {
		w := deviceServer(t)
		d, err := w.authorize(t, c.change)
		if wants(t, err, c.want); err == nil && d.VerificationURIComplete != "" {
			t.Errorf("%s: got %q", name, d.VerificationURIComplete)
		}
	}
	w := deviceServer(t)
	w.Next(oauthtest.DevicePath, oauthtest.Refused(401, "invalid_client"))
	_, err := w.client.DeviceAuthorize(t.Context())
	wants(t, err, problem.AppUnknown)
	w.client.Server.DeviceAuthorizationEndpoint = ""
	_, err = w.client.DeviceAuthorize(t.Context())
	wants(t, err, problem.MethodNotAvailable)
}

func TestDV09SleepDoesNotMakeABurst(t *testing.T) {
	w := deviceServer(t)
	d, _ := w.authorize(t, map[string]any{})
	w.clock.wake = func(nap int) {
		if nap == 1 { // the computer slept over the whole life of the code
			w.clock.mu.Lock()
			w.clock.now = w.clock.now.Add(8 * time.Hour)
			w.clock.mu.Unlock()
		}
	}
	_, err := w.client.DeviceWait(t.Context(), d, newFlow(t))
	wants(t, err, problem.DeviceExpired)
	if n := w.Count(oauthtest.TokenPath); n != 0 {
		t.Errorf("%d polls", n)
	}
	// Compared with a time that has a reading of the monotonic clock, too, a sleep would not count.
	if d.Expires != d.Expires.Round(0) {
		t.Error("the end is not a time on the wall clock alone")
	}
}

// discoverWith discovers the server of a device world anew: what it offers has changed.
func discoverWith(t *testing.T, w *deviceWorld) *oauth.Client {
	t.Helper()
	c, err := oauth.Discover(t.Context(), newTransport(t), w.clock, rand.Reader, w.Organization())
	if err != nil {
		t.Fatal(err)
	}
	return c
}
