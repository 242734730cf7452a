package oauth_test

import (
	"net/http"
	"net/url"
	"testing"

	"golang.org/x/sync/errgroup"

	"latchkey/internal/config"
	"latchkey/internal/oauth"
	"latchkey/internal/oauth/oauthtest"
)

func TestClientSecretOfAnInstalledApp(t *testing.T) {
	for name, c := range map[string]struct {
		methods any
		basic   bool
	}{
		"Basic is the default": {nil, true},
		"both":                 {[]string{"client_secret_post", "client_secret_basic"}, true},
		"only in the form":     {[]string{"client_secret_post", "none"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := oauthtest.New(t)
			s.SpoilMetadata = func(m map[string]any) {
				delete(m, "token_endpoint_auth_methods_supported")
				if c.methods != nil {
					m["token_endpoint_auth_methods_supported"] = c.methods
				}
			}
			w := discover(t, s, func(o *config.Organization) { o.ClientSecret = "not: so+secret" })
			w.mustSignIn(t)
			if n := s.Count(oauthtest.TokenPath); n != 1 {
				t.Fatalf("%d token requests", n)
			}
			r := s.Requests(oauthtest.TokenPath)[0]
			_, password, basic := (&http.Request{Header: r.Header}).BasicAuth()
			if basic != c.basic || r.Form.Has("client_secret") == c.basic || r.Form.Has("client_id") == c.basic {
				t.Errorf("Basic %v, form %v", basic, r.Form)
			}
			if basic && password != url.QueryEscape("not: so+secret") {
				t.Errorf("password %q", password)
			}
		})
	}
}

// One client serves the whole program: run with -race.
func TestClientIsSafeForConcurrentUse(t *testing.T) {
	w := connect(t)
	var group errgroup.Group
	for range 16 {
		f := newFlow(t)
		code := w.code(t, f, oauth.AuthorizeOptions{})
		group.Go(func() error {
			tokens, err := w.client.Exchange(t.Context(), f, code, redirectURI)
			if err != nil {
				return err
			}
			if _, err := w.client.Identify(t.Context(), tokens); err != nil {
				return err
			}
			_, err = w.client.Revoke(t.Context(), tokens.Refresh, tokens.Access)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Error(problemChain(err))
	}
	if n := w.Count(oauthtest.JWKSPath); n != 1 {
		t.Errorf("the keys were fetched %d times", n)
	}
}
