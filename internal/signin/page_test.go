package signin_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
	"latchkey/internal/signin"
)

// withPush is a server that takes authorization requests directly, and in no other way.
func withPush(t *testing.T) *oauthtest.Server {
	server := withoutPassword(t)
	server.Push, server.RequirePush = true, true
	return server
}

// AZ-15: with a pushed request nothing that the browser is started with, or sent on to, tells state, nonce or challenge.
func TestAZ15PushedRequestIsOnlyReferredTo(t *testing.T) {
	server := withPush(t)
	k := newTalk(t, server).start()
	k.signsIn()
	pushed := k.sent(oauthtest.PushPath)
	if len(pushed) != 1 || pushed[0].Form.Get("state") == "" {
		t.Fatalf("pushed: %v", pushed)
	}
	for _, r := range k.sent(oauthtest.AuthorizePath) {
		if len(r.Query) != 2 || r.Query.Get("client_id") == "" || r.Query.Get("request_uri") == "" {
			t.Errorf("the browser was sent with %v", r.Query)
		}
	}
	for _, name := range []string{"state", "nonce", "code_challenge"} {
		if strings.Contains(strings.Join(k.browser.opened, " "), pushed[0].Form.Get(name)) {
			t.Errorf("the %s is in what the browser was started with", name)
		}
	}
}

// Where somebody comes twice, the server refuses the second use of a request: each gets one of its own.
func TestDV11EveryVisitHasARequestOfItsOwn(t *testing.T) {
	server := withPush(t)
	k := newTalk(t, server)
	k.opts.NoOpen = true
	k.start()
	step := expect[signin.Browser](k)
	first, second := authorizationURL(t, step.URL), authorizationURL(t, step.URL)
	if first == second || len(k.sent(oauthtest.PushPath)) != 2 {
		t.Fatalf("%d requests were pushed", len(k.sent(oauthtest.PushPath)))
	}
	server.Browse(t, first) // the window that somebody closes
	if status := visited(t, first); status != http.StatusBadRequest {
		t.Errorf("the server answers the second use with %d", status)
	}
	tab(t, server.Browse(t, second).String())
	k.signsIn()
}

// visited opens an address and returns the status.
func visited(t *testing.T, address string) int {
	t.Helper()
	r, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	_, _ = io.Copy(io.Discard, r.Body)
	return r.StatusCode
}

// The link lives as long as the attempt, the request behind it for a minute.
func TestDV11LinkOutlivesTheRequest(t *testing.T) {
	server := withPush(t)
	k := newTalk(t, server)
	turned := clocktest.At(time.Now())
	server.Now = turned.Now
	k.deps.Clock, k.browser.visit = turned, func(string) {} // the browser takes its time
	k.start()
	step := expect[signin.Browser](k)
	turned.Advance(5 * time.Minute)
	go k.browser.browse(step.URL)
	k.signsIn()
	if n := len(k.sent(oauthtest.PushPath)); n != 2 {
		t.Errorf("%d requests were pushed", n)
	}
}

// The long address, for a browser somewhere else, is replaced before it ends at a page that is no more.
func TestDV11LongAddressIsRenewed(t *testing.T) {
	server := withPush(t)
	k := newTalk(t, server)
	turned := clocktest.At(time.Now())
	server.Now = turned.Now
	k.deps.Clock, k.opts.NoOpen = turned, true
	k.start()
	first := expect[signin.Browser](k)
	turned.Advance(61 * time.Second)
	second := expect[signin.Browser](k)
	if first.URL != second.URL || first.SignInURL == second.SignInURL {
		t.Errorf("got %+v, then %+v", first, second)
	}
	k.answer(signin.Answer{Callback: server.Browse(t, second.SignInURL).String()})
	k.signsIn()
}

// A server that tells the app so is asked once more, from the start, and then no more.
func TestDV11StartsOverOnce(t *testing.T) {
	for name, c := range map[string]struct {
		refusals int
		want     problem.Code
	}{
		"once": {1, ""}, "for ever": {9, problem.RequestRefused},
	} {
		t.Run(name, func(t *testing.T) {
			server := withPush(t)
			left := c.refusals
			server.SpoilCallback = func(q url.Values) {
				if left--; left >= 0 {
					q.Del("code")
					q.Set("error", "invalid_request_uri")
				}
			}
			k := newTalk(t, server).start()
			if c.want != "" {
				k.ends(c.want)
			} else {
				k.signsIn()
			}
			pushed := k.sent(oauthtest.PushPath)
			if len(pushed) != 2 || pushed[0].Form.Get("state") == pushed[1].Form.Get("state") || k.browser.count() != 2 {
				t.Errorf("%d requests, %d windows", len(pushed), k.browser.count())
			}
		})
	}
}

// The server is away when the browser comes: it gets a page that sends the agent back, the app says why, and the link goes on
// working.
func TestPushFailsWhenTheBrowserComes(t *testing.T) {
	server := withPush(t)
	k := newTalk(t, server)
	k.opts.NoOpen = true
	k.start()
	step := expect[signin.Browser](k)
	authorizationURL(t, step.URL)
	if reached := expect[signin.Browser](k); reached.Stage != signin.Reached {
		t.Fatalf("got %+v", reached)
	}
	server.Next(oauthtest.PushPath, oauthtest.Answer{Status: 503, Body: ""})
	if status := visited(t, step.URL); status != http.StatusBadGateway {
		t.Errorf("the browser gets %d", status)
	}
	told := expect[signin.Browser](k)
	if told.Problem == nil || told.Problem.Code != problem.ServerUnavailable || told.URL != step.URL {
		t.Fatalf("got %+v", told)
	}
	go k.browser.browse(step.URL)
	k.signsIn()
}

// A refused request ends the attempt before a browser opens.
func TestRefusedPushOpensNoBrowser(t *testing.T) {
	server := withPush(t)
	server.Next(oauthtest.PushPath, oauthtest.Refused(401, "invalid_client"))
	k := newTalk(t, server)
	k.browser.mustNot = true
	k.start()
	k.ends(problem.AppUnknown)
}
