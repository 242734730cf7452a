package oauth_test

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/config"
	"latchkey/internal/oauth"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
)

// pushing starts a server that takes authorization requests directly, and discovers it.
func pushing(t *testing.T, edits ...func(*oauthtest.Server)) *world {
	t.Helper()
	return serving(t, func(s *oauthtest.Server) { s.Push = true }, edits...)
}

func required(s *oauthtest.Server) { s.RequirePush = true }

func (w *world) authorize(t *testing.T, f oauth.Flow, o oauth.AuthorizeOptions) (oauth.Authorization, error) {
	t.Helper()
	return w.client.Authorize(t.Context(), f, redirectURI, o)
}

func query(t *testing.T, address string) url.Values {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
}

func TestPushedRequest(t *testing.T) {
	for name, edit := range map[string]func(*oauthtest.Server){
		"offered": func(*oauthtest.Server) {}, "required": required,
		"with a key":             func(s *oauthtest.Server) { s.BindTokens = true },
		"with a key and a nonce": func(s *oauthtest.Server) { s.BindTokens, s.WantNonce, s.RequirePush = true, true, true },
	} {
		t.Run(name, func(t *testing.T) {
			w := pushing(t, edit)
			f := newFlow(t)
			page, err := w.authorize(t, f, oauth.AuthorizeOptions{LoginHint: "amy@acme.example", Prompt: "login"})
			if err != nil {
				t.Fatal(err)
			}
			// The browser gets a reference and nothing else; it is good once, and for as long as the server says.
			names := slices.Sorted(maps.Keys(query(t, page.URL)))
			if diff := cmp.Diff([]string{"client_id", "request_uri"}, names); diff != "" || !page.Once || !page.Until.Equal(w.clock.Now().Add(time.Minute)) {
				t.Errorf("got %+v: %s", page, diff)
			}
			sent := w.Requests(oauthtest.PushPath)
			form := sent[len(sent)-1].Form
			plain, err := w.client.AuthorizationURL(f, redirectURI, oauth.AuthorizeOptions{LoginHint: "amy@acme.example", Prompt: "login"})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(query(t, plain), form); diff != "" {
				t.Errorf("pushed is something else than what would be in the address: %s", diff)
			}
			if page.Until != page.Until.Round(0) {
				t.Error("a sleep of the computer would not count")
			}
			back := w.Browse(t, page.URL).Query()
			tokens, err := w.client.Exchange(t.Context(), f, secret.New(back.Get("code")), redirectURI)
			if err != nil || back.Get("state") != f.State.Reveal() {
				t.Fatalf("came back with %v: %v", back, err)
			}
			if bound := !tokens.ProofKey.Empty(); bound != w.BindTokens {
				t.Errorf("bound: %v", bound)
			}
			// The push has brought the nonce: the code goes out once.
			if n := w.Count(oauthtest.TokenPath); n != 1 {
				t.Errorf("the code was sent %d times", n)
			}
		})
	}
}

func TestDV10PushedAnswers(t *testing.T) {
	reference := "urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc014ltc14eY22c"
	for name, c := range map[string]struct {
		answer oauthtest.Answer
		want   problem.Code
	}{
		"no request_uri":        {oauthtest.Answer{Status: 201, Body: map[string]any{"expires_in": 60}}, problem.TokenMalformed},
		"empty":                 {oauthtest.Answer{Status: 201, Body: map[string]any{"request_uri": "", "expires_in": 60}}, problem.TokenMalformed},
		"of another type":       {oauthtest.Answer{Status: 201, Body: map[string]any{"request_uri": 7, "expires_in": 60}}, problem.TokenMalformed},
		"with a control":        {oauthtest.Answer{Status: 201, Body: map[string]any{"request_uri": "urn:x\n", "expires_in": 60}}, problem.TokenMalformed},
		"endless":               {oauthtest.Answer{Status: 201, Body: map[string]any{"request_uri": strings.Repeat("u", 5000), "expires_in": 60}}, problem.TokenMalformed},
		"expires_in 0":          {oauthtest.Answer{Status: 201, Body: map[string]any{"request_uri": reference, "expires_in": 0}}, problem.TokenMalformed},
		"expires_in negative":   {oauthtest.Answer{Status: 201, Body: map[string]any{"request_uri": reference, "expires_in": -1}}, problem.TokenMalformed},
		"expires_in odd":        {oauthtest.Answer{Status: 201, Body: map[string]any{"request_uri": reference, "expires_in": "soon"}}, problem.TokenMalformed},
		"no JSON":               {oauthtest.Answer{Status: 201, Body: "request_uri=" + reference}, problem.TokenMalformed},
		"refused":               {oauthtest.Refused(400, "invalid_request"), problem.RequestRefused},
		"unknown app":           {oauthtest.Refused(401, "invalid_client"), problem.AppUnknown},
		"no expires_in":         {oauthtest.Answer{Status: 201, Body: map[string]any{"request_uri": reference}}, ""},
		"an address, as a word": {oauthtest.Answer{Status: 201, Body: map[string]any{"request_uri": "https://evil.example/?client_id=x&a=b#c", "expires_in": 60}}, ""},
	} {
		for _, edit := range []func(*oauthtest.Server){func(*oauthtest.Server) {}, required} {
			w := pushing(t, edit)
			w.Next(oauthtest.PushPath, c.answer)
			page, err := w.authorize(t, newFlow(t), oauth.AuthorizeOptions{})
			if wants(t, err, c.want); err != nil {
				if page.URL != "" && c.want != "" {
					t.Errorf("%s: there is an address to open all the same", name)
				}
				continue
			}
			if q := query(t, page.URL); !strings.HasPrefix(page.URL, w.URL+oauthtest.AuthorizePath+"?") || len(q) != 2 || q.Get("client_id") != w.ClientID {
				t.Errorf("%s: got %s", name, page.URL)
			}
		}
	}
}

// An endpoint that is out of order keeps nobody out where it is optional; where the server insists on it there is no other way.
func TestPushEndpointOutOfOrder(t *testing.T) {
	for name, answer := range map[string]oauthtest.Answer{
		"failing": {Status: 500, Body: ""}, "away": {Status: 503, Body: "{}"}, "missing": {Status: 404, Body: "{}"}, "of other methods": {Status: 405, Body: "{}"},
		"elsewhere": {Status: 307, Header: map[string]string{"Location": "https://evil.example/"}, Body: ""},
	} {
		w := pushing(t)
		w.Next(oauthtest.PushPath, answer)
		f := newFlow(t)
		page, err := w.authorize(t, f, oauth.AuthorizeOptions{})
		if err != nil || page.Once || !page.Until.IsZero() || query(t, page.URL).Get("state") != f.State.Reveal() {
			t.Errorf("%s: got %+v, %v", name, page, err)
		}
		w = pushing(t, required)
		w.Next(oauthtest.PushPath, answer)
		if page, err := w.authorize(t, newFlow(t), oauth.AuthorizeOptions{}); err == nil || page.URL != "" {
			t.Errorf("%s: got %+v where the server insists", name, page)
		}
	}
	w := pushing(t)
	w.Handle(oauthtest.PushPath, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	if page, err := w.authorize(t, newFlow(t), oauth.AuthorizeOptions{}); err != nil || page.Once {
		t.Errorf("broken off: got %+v, %v", page, err)
	}
}

// A client secret goes to the server, never into the address.
func TestPushFallsBackWithoutTheSecret(t *testing.T) {
	s := oauthtest.New(t)
	s.Push = true
	s.SpoilMetadata = func(m map[string]any) { m["token_endpoint_auth_methods_supported"] = []string{"client_secret_post"} }
	w := discover(t, s, func(o *config.Organization) { o.ClientSecret = "not-much-of-one" })
	w.Next(oauthtest.PushPath, oauthtest.Answer{Status: 500, Body: ""})
	page, err := w.authorize(t, newFlow(t), oauth.AuthorizeOptions{})
	if err != nil || strings.Contains(page.URL, "secret") || w.Requests(oauthtest.PushPath)[0].Form.Get("client_secret") == "" {
		t.Errorf("got %s, %v", page.URL, err)
	}
}

func TestPushEndpointIsChecked(t *testing.T) {
	for address, want := range map[string]problem.Code{
		"javascript:alert(1)": problem.EndpointUnsafe, "http://login.acme.example/par": problem.EndpointUnsafe, "https://login.acme.example/par": "",
	} {
		s := oauthtest.New(t)
		s.SpoilMetadata = func(m map[string]any) { m["pushed_authorization_request_endpoint"] = address }
		_, err := tryDiscover(t, s)
		wants(t, err, want)
	}
}
