package oauth_test

import (
	"crypto/rand"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/config"
	"latchkey/internal/oauth"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
)

func TestGenesysSignIn(t *testing.T) {
	w := discover(t, oauthtest.NewGenesys(t))
	w.SpoilTokens = func(m map[string]any) { m["token_type"] = "bearer"; m["id_token"] = "not.looked.at" }
	tokens := w.mustSignIn(t)
	r := w.Requests(oauthtest.GenesysTokenPath)[0]
	if r.Header.Get("Authorization") != "" || r.Form.Has("client_secret") || r.Form.Get("client_id") != w.ClientID {
		t.Errorf("sent %v", r.Form)
	}
	who, err := w.client.Identify(t.Context(), tokens)
	if err != nil {
		t.Fatal(err)
	}
	want := oauth.Identity{Issuer: w.URL, Subject: "0a1b", Username: "amy@globex.example", Email: "amy@globex.example", Name: "Amy Agent", Organization: "Globex Corp"}
	if diff := cmp.Diff(want, who); diff != "" {
		t.Error(diff)
	}
	if tokens.Claims() != nil {
		t.Error("an ID token was believed")
	}
}

func TestGenesysErrorTriple(t *testing.T) {
	w := discover(t, oauthtest.NewGenesys(t))
	for _, c := range []struct {
		more []string
		want string
	}{
		{[]string{"description", "short", "error_description", "long"}, "long"}, {[]string{"description", "short"}, "short"},
	} {
		w.Next(oauthtest.GenesysTokenPath, oauthtest.Refused(400, "unauthorized_client", c.more...))
		_, err := w.client.Exchange(t.Context(), newFlow(t), secret.New("c"), redirectURI)
		wants(t, err, problem.AppNotAllowed)
		if p := problem.From(err); !strings.HasSuffix(p.Why, c.want) {
			t.Errorf("got %q", p.Why)
		}
	}
}

func TestGenesysServer(t *testing.T) {
	org := config.Organization{ID: "globex", Region: "euw2", ClientID: "c", Org: "globex", Credentials: config.CredentialsAuto}
	c, err := oauth.Discover(t.Context(), newTransport(t), clocktest.At(time.Now()), rand.Reader, org)
	if err != nil {
		t.Fatal(err)
	}
	want := &oauth.Server{
		AuthorizationEndpoint: "https://login.euw2.pure.cloud/oauth/authorize", TokenEndpoint: "https://login.euw2.pure.cloud/oauth/token",
		ForgotPasswordURL: "https://login.euw2.pure.cloud/", APIURL: "https://api.euw2.pure.cloud", Genesys: true,
	}
	if diff := cmp.Diff(want, c.Server, cmp.AllowUnexported(oauth.Server{})); diff != "" {
		t.Error(diff)
	}
	org.Region = "nowhere"
	_, err = oauth.Discover(t.Context(), newTransport(t), clocktest.At(time.Now()), rand.Reader, org)
	wants(t, err, problem.SettingsBadValue)
}

func TestGenesysOrganisation(t *testing.T) {
	for name, c := range map[string]struct {
		settings     string
		organization any
		want         problem.Code
	}{
		"same":        {"globex", map[string]any{"name": "Globex Corp", "thirdPartyOrgName": "globex"}, ""},
		"by its name": {"Globex Corp", map[string]any{"name": "Globex Corp"}, ""},
		"none set":    {"", map[string]any{"name": "Initech", "thirdPartyOrgName": "initech"}, ""},
		"not told":    {"globex", nil, ""},
		"another":     {"globex", map[string]any{"name": "Initech", "thirdPartyOrgName": "initech"}, problem.WrongOrganization},
		"only a name": {"globex", map[string]any{"name": "Initech"}, problem.WrongOrganization},
	} {
		t.Run(name, func(t *testing.T) {
			w := discover(t, oauthtest.NewGenesys(t), func(o *config.Organization) { o.Org = c.settings })
			w.SpoilUserInfo = func(m map[string]any) {
				delete(m, "organization")
				if c.organization != nil {
					m["organization"] = c.organization
				}
			}
			_, err := w.client.Identify(t.Context(), w.mustSignIn(t))
			wants(t, err, c.want)
			if r := w.Requests(oauthtest.UsersMePath)[0]; r.Query.Get("expand") != "organization,dateLastLogin" {
				t.Errorf("asked %v", r.Query)
			}
		})
	}
}

func TestGenesysWhoAmIFails(t *testing.T) {
	for name, c := range map[string]struct {
		answer oauthtest.Answer
		want   problem.Code
	}{
		"no id":        {oauthtest.Answer{Body: map[string]any{"name": "x"}}, problem.WhoAmIFailed},
		"unauthorised": {oauthtest.Answer{Status: 401, Body: map[string]any{"code": "bad.credentials"}}, problem.WhoAmIFailed},
		"forbidden":    {oauthtest.Answer{Status: 403, Body: map[string]any{}}, problem.WhoAmIFailed},
		"out of order": {oauthtest.Answer{Status: 502, Body: ""}, problem.ServerUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			w := discover(t, oauthtest.NewGenesys(t))
			tokens := w.mustSignIn(t)
			w.Next(oauthtest.UsersMePath, c.answer, c.answer, c.answer)
			_, err := w.client.Identify(t.Context(), tokens)
			wants(t, err, c.want)
			if behind, ok := errors.AsType[*oauth.ServerError](err); c.answer.Status != 0 && (!ok || behind.Status != c.answer.Status) {
				t.Errorf("behind it: %+v", behind)
			}
		})
	}
}

// The sign-in server has done its part: it is not blamed for a data service that is not reached.
func TestGenesysDataServiceNotReached(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	w := discover(t, oauthtest.NewGenesys(t))
	tokens := w.mustSignIn(t)
	w.client.Server.APIURL = gone.URL
	_, err := w.client.Identify(t.Context(), tokens)
	wants(t, err, problem.APIUnreachable)
	if p := problem.From(err); p.Kind != problem.Unreachable || !strings.Contains(p.Why, strings.TrimPrefix(gone.URL, "http://")) || !problem.Has(p.Unwrap(), problem.ConnectionRefused) {
		t.Errorf("got %v: %s", p, p.Why)
	}
}

func TestGenesysRevoke(t *testing.T) {
	w := discover(t, oauthtest.NewGenesys(t))
	tokens := w.mustSignIn(t)
	told, err := w.client.Revoke(t.Context(), tokens.Refresh, tokens.Access)
	if !told || err != nil {
		t.Fatalf("told %v, %v", told, err)
	}
	r := w.Requests(oauthtest.TokensMePath)[0]
	if r.Method != http.MethodDelete || r.Header.Get("Authorization") != "Bearer "+tokens.Access.Reveal() {
		t.Errorf("sent %+v", r)
	}
	// It had ended already: that is what was wanted.
	if told, err = w.client.Revoke(t.Context(), tokens.Refresh, tokens.Access); !told || err != nil {
		t.Errorf("told %v, %v", told, err)
	}
	if told, err = w.client.Revoke(t.Context(), tokens.Refresh, secret.Text{}); told || err != nil {
		t.Errorf("no access token: told %v, %v", told, err)
	}
	w.Next(oauthtest.TokensMePath, oauthtest.Answer{Status: 500, Body: ""})
	told, err = w.client.Revoke(t.Context(), tokens.Refresh, secret.New("a"))
	wants(t, err, problem.ServerUnavailable)
	if told {
		t.Error("told")
	}
}

func TestGenesysRefresh(t *testing.T) {
	w := discover(t, oauthtest.NewGenesys(t))
	tokens := w.mustSignIn(t)
	renewed, err := w.client.Refresh(t.Context(), tokens.Refresh, oauth.Identity{})
	if err != nil || renewed.Refresh.Equal(tokens.Refresh) {
		t.Fatalf("got %v", err)
	}
	for _, code := range []string{"invalid_grant", "invalid_client", "unauthorized_client", "invalid_request"} {
		// A region that renews only for apps with a secret says so in any of these ways.
		w.Next(oauthtest.GenesysTokenPath, oauthtest.Refused(400, code))
		_, err := w.client.Refresh(t.Context(), secret.New("r"), oauth.Identity{})
		wants(t, err, problem.SessionEnded)
	}
	w.Next(oauthtest.GenesysTokenPath, oauthtest.Refused(503, "x"))
	_, err = w.client.Refresh(t.Context(), secret.New("r"), oauth.Identity{})
	wants(t, err, problem.ServerUnavailable)
}

func TestGenesysAuthorizationRequest(t *testing.T) {
	for name, c := range map[string]struct {
		edit  func(*config.Organization)
		o     oauth.AuthorizeOptions
		want  map[string]string
		never []string
	}{
		"plain":          {nil, oauth.AuthorizeOptions{}, map[string]string{"login_hint": "globex"}, []string{"scope", "nonce", "org", "provider", "prompt", "max_age"}},
		"e-mail and org": {nil, oauth.AuthorizeOptions{LoginHint: "amy@globex.example"}, map[string]string{"login_hint": "amy@globex.example:globex"}, nil},
		"e-mail only": {func(o *config.Organization) { o.Org = "" }, oauth.AuthorizeOptions{LoginHint: "amy@globex.example", Company: true},
			map[string]string{"login_hint": "amy@globex.example"}, []string{"org", "provider"}},
		"nothing": {func(o *config.Organization) { o.Org = "" }, oauth.AuthorizeOptions{}, nil, []string{"login_hint"}},
		"company": {func(o *config.Organization) { o.Provider = "okta" }, oauth.AuthorizeOptions{Company: true},
			map[string]string{"org": "globex", "provider": "okta"}, nil},
		"provider without the company button": {func(o *config.Organization) { o.Provider = "okta" }, oauth.AuthorizeOptions{}, nil, []string{"org", "provider"}},
		"company without provider":            {nil, oauth.AuthorizeOptions{Company: true}, nil, []string{"org", "provider", "idp_hint"}},
		"login":                               {nil, oauth.AuthorizeOptions{Prompt: "login"}, map[string]string{"prompt": "login"}, []string{"max_age"}},
		"scopes of the settings": {func(o *config.Organization) { o.Scopes = []string{"users:readonly"} }, oauth.AuthorizeOptions{},
			map[string]string{"scope": "users:readonly"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			edit := c.edit
			if edit == nil {
				edit = func(*config.Organization) {}
			}
			q := authorizationQuery(t, discover(t, oauthtest.NewGenesys(t), edit), newFlow(t), c.o)
			for param, want := range c.want {
				if q.Get(param) != want {
					t.Errorf("%s is %q, want %q", param, q.Get(param), want)
				}
			}
			for _, param := range c.never {
				if q.Has(param) {
					t.Errorf("%s is sent: %q", param, q.Get(param))
				}
			}
			if q.Get("code_challenge_method") != "S256" || q.Get("state") == "" {
				t.Errorf("got %v", q)
			}
		})
	}
}
