package oauth_test

import (
	"crypto/rand"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/config"
	"latchkey/internal/oauth"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
)

func TestDiscovery(t *testing.T) {
	w := connect(t, func(o *config.Organization) { o.ForgotPassword = "https://acme.example/forgot" })
	want := &oauth.Server{
		Issuer: w.URL, AuthorizationEndpoint: w.URL + "/authorize", TokenEndpoint: w.URL + "/token",
		AuthorizationChallengeEndpoint: w.URL + "/challenge", DeviceAuthorizationEndpoint: w.URL + "/device_authorization",
		RevocationEndpoint: w.URL + "/revoke", UserInfoEndpoint: w.URL + "/userinfo", JWKSURI: w.URL + "/jwks",
		ForgotPasswordURL: "https://acme.example/forgot", ResponseIss: true,
		SignInTimes: true,
		SigningAlgs: []string{"RS256", "ES256", "EdDSA"}, Scopes: []string{"openid", "profile", "email", "offline_access"},
	}
	if diff := cmp.Diff(want, w.client.Server, cmp.AllowUnexported(oauth.Server{})); diff != "" {
		t.Error(diff)
	}
	if got := w.client.Server.Host(); "http://"+got != w.URL {
		t.Errorf("host %q", got)
	}
	if n := w.Count(""); n != 1 {
		t.Errorf("%d requests", n)
	}
}

// metadataCase spoils the description; a good one has no want.
type metadataCase struct {
	spoil func(s *oauthtest.Server, m map[string]any)
	want  problem.Code
}

func set(name string, value any) func(*oauthtest.Server, map[string]any) {
	return func(_ *oauthtest.Server, m map[string]any) { m[name] = value }
}

func without(name string) func(*oauthtest.Server, map[string]any) {
	return func(_ *oauthtest.Server, m map[string]any) { delete(m, name) }
}

func testMetadata(t *testing.T, cases map[string]metadataCase) {
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := oauthtest.New(t)
			s.SpoilMetadata = func(m map[string]any) { c.spoil(s, m) }
			_, err := tryDiscover(t, s)
			wants(t, err, c.want)
			if n := s.Count("") - s.Count(oauthtest.MetadataPath) - s.Count(oauthtest.RFC8414Path); n != 0 {
				t.Errorf("%d requests besides the description", n)
			}
		})
	}
}

func TestDS01DS02IssuerIsComparedExactly(t *testing.T) {
	issuer := func(edit func(string) string) func(*oauthtest.Server, map[string]any) {
		return func(s *oauthtest.Server, m map[string]any) { m["issuer"] = edit(s.URL) }
	}
	testMetadata(t, map[string]metadataCase{
		"another":        {issuer(func(string) string { return "https://evil.example" }), problem.IssuerMismatch},
		"suffix":         {issuer(func(s string) string { return s + "1" }), problem.IssuerMismatch},
		"trailing slash": {issuer(func(s string) string { return s + "/" }), problem.IssuerMismatch},
		"case":           {issuer(strings.ToUpper), problem.IssuerMismatch},
		"scheme":         {issuer(func(s string) string { return strings.Replace(s, "http", "https", 1) }), problem.IssuerMismatch},
		"localhost":      {issuer(func(s string) string { return strings.Replace(s, "127.0.0.1", "localhost", 1) }), problem.IssuerMismatch},
		"missing":        {without("issuer"), problem.NotASignInServer},
		"empty":          {set("issuer", ""), problem.NotASignInServer},
	})
}

var endpointNames = []string{
	"authorization_endpoint", "token_endpoint", "authorization_challenge_endpoint", "device_authorization_endpoint",
	"revocation_endpoint", "userinfo_endpoint", "jwks_uri",
}

func TestDS03EndpointsAreChecked(t *testing.T) {
	cases := map[string]metadataCase{}
	for _, name := range endpointNames {
		for _, bad := range []string{
			"http://login.example/x", "/x", "file:///etc/passwd", "https://user@login.example/x", "https://login.example/x#y",
			"https://login.example/\x00", "javascript:alert(1)", "https:///x",
		} {
			cases[name+" "+strings.ReplaceAll(bad, "/", "|")] = metadataCase{set(name, bad), problem.EndpointUnsafe}
		}
	}
	testMetadata(t, cases)
}

func TestDS04EndpointsOnOtherHosts(t *testing.T) {
	// Large providers have their endpoints on other hosts than the issuer: that is allowed, over https.
	s := oauthtest.New(t)
	s.SpoilMetadata = func(m map[string]any) {
		for _, name := range endpointNames {
			m[name] = "https://accounts.example/" + name
		}
	}
	if w, err := tryDiscover(t, s); err != nil || w.client.Server.Host() != "accounts.example" {
		t.Errorf("got %v", err)
	}
}

func TestDS05DS13EndpointsStayTogether(t *testing.T) {
	// The whole set belongs to the issuer: one of ours, with a token endpoint of somebody else's description, is never made.
	s := oauthtest.New(t)
	w := discover(t, s)
	before := *w.client.Server
	s.SpoilMetadata = func(m map[string]any) { m["token_endpoint"] = "https://evil.example/token" } // DS-13: mid-flow
	if _, err := w.signIn(t); err != nil {
		t.Errorf("sign in: %v", err)
	}
	if diff := cmp.Diff(before, *w.client.Server, cmp.AllowUnexported(oauth.Server{})); diff != "" {
		t.Error(diff)
	}
	if n := s.Count(oauthtest.MetadataPath); n != 1 {
		t.Errorf("the description was read %d times", n)
	}
}

func TestDS07DS08WhatIsNoSignInServer(t *testing.T) {
	page := oauthtest.Answer{Status: 200, Header: map[string]string{"Content-Type": "text/html"}, Body: "<html>Welcome to the hotel</html>"}
	for name, c := range map[string]struct {
		answer oauthtest.Answer
		want   problem.Code
	}{
		"a page":          {page, problem.NetworkPage},
		"not found":       {oauthtest.Answer{Status: 404, Header: page.Header, Body: "<html>404</html>"}, problem.NotASignInServer},
		"forbidden":       {oauthtest.Answer{Status: 403, Body: "{}"}, problem.NotASignInServer},
		"text":            {oauthtest.Answer{Body: "It works!", Header: map[string]string{"Content-Type": "text/plain"}}, problem.NotASignInServer},
		"empty":           {oauthtest.Answer{Status: 204, Body: ""}, problem.NotASignInServer},
		"no object":       {oauthtest.Answer{Body: "[]"}, problem.NotASignInServer},
		"another JSON":    {oauthtest.Answer{Body: `{"hello":"world"}`}, problem.NotASignInServer},
		"out of order":    {oauthtest.Answer{Status: 500, Body: "oops"}, problem.ServerUnavailable},
		"out of order 3":  {oauthtest.Answer{Status: 503, Header: page.Header, Body: "<html>"}, problem.ServerUnavailable},
		"network sign-in": {oauthtest.Answer{Status: 511, Header: page.Header, Body: "<html>"}, problem.NetworkPage},
		"busy":            {oauthtest.Answer{Status: 429, Body: "{}"}, problem.TooManyTries},
		"other origin":    {oauthtest.Answer{Status: 302, Header: map[string]string{"Location": "https://evil.example/"}, Body: ""}, problem.RedirectRefused},
		"login page":      {oauthtest.Answer{Status: 307, Header: map[string]string{"Location": "/login"}, Body: ""}, problem.RedirectRefused},
		"too large":       {oauthtest.Answer{Body: strings.Repeat(" ", 2<<20)}, problem.AnswerTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			s := oauthtest.New(t)
			for _, path := range []string{oauthtest.MetadataPath, oauthtest.RFC8414Path} {
				s.Next(path, c.answer, c.answer, c.answer) // a GET may be repeated
			}
			_, err := tryDiscover(t, s)
			wants(t, err, c.want)
		})
	}
}

func TestDS09DuplicateKeys(t *testing.T) {
	for _, body := range []string{
		`{"issuer":"ISSUER","issuer":"ISSUER","authorization_endpoint":"ISSUER/a","token_endpoint":"ISSUER/t","jwks_uri":"ISSUER/j"}`,
		`{"issuer":"ISSUER","ISSUER":"https://evil.example","Issuer":"x","authorization_endpoint":"ISSUER/a","token_endpoint":"ISSUER/t","jwks_uri":"ISSUER/j"}`,
		`{"issuer":"ISSUER","authorization_endpoint":"ISSUER/a","token_endpoint":"ISSUER/t","Token_Endpoint":"https://evil.example/","jwks_uri":"ISSUER/j"}`,
	} {
		s := oauthtest.New(t)
		answer := oauthtest.Answer{Body: strings.ReplaceAll(strings.ReplaceAll(body, `"ISSUER":`, `"KEEP":`), "ISSUER", s.URL)}
		answer.Body = strings.ReplaceAll(answer.Body.(string), "KEEP", "ISSUER")
		s.Next(oauthtest.MetadataPath, answer)
		s.Next(oauthtest.RFC8414Path, answer)
		_, err := tryDiscover(t, s)
		wants(t, err, problem.NotASignInServer)
	}
}

func TestDS10WrongTypes(t *testing.T) {
	testMetadata(t, map[string]metadataCase{
		"string for a list":     {set("code_challenge_methods_supported", "S256"), problem.NotASignInServer},
		"object for a list":     {set("scopes_supported", map[string]any{}), problem.NotASignInServer},
		"numbers in a list":     {set("response_types_supported", []int{1}), problem.NotASignInServer},
		"list for a string":     {set("issuer", []string{"x"}), problem.NotASignInServer},
		"number for an address": {set("token_endpoint", 1), problem.NotASignInServer},
		"string for a boolean":  {set("authorization_response_iss_parameter_supported", "true"), problem.NotASignInServer},
	})
}

func TestDS11MissingEndpoints(t *testing.T) {
	testMetadata(t, map[string]metadataCase{
		"token endpoint":         {without("token_endpoint"), problem.NotASignInServer},
		"authorization endpoint": {without("authorization_endpoint"), problem.NotASignInServer},
		"keys":                   {without("jwks_uri"), problem.NotASignInServer},
		"challenge endpoint":     {without("authorization_challenge_endpoint"), ""},
		"userinfo endpoint":      {without("userinfo_endpoint"), ""},
	})
}

func TestAZ02PKCEMethods(t *testing.T) {
	testMetadata(t, map[string]metadataCase{
		"only plain":   {set("code_challenge_methods_supported", []string{"plain"}), problem.PKCEUnsupported},
		"lower case":   {set("code_challenge_methods_supported", []string{"s256"}), problem.PKCEUnsupported},
		"none":         {set("code_challenge_methods_supported", []string{}), problem.PKCEUnsupported},
		"both":         {set("code_challenge_methods_supported", []string{"plain", "S256"}), ""},
		"does not say": {without("code_challenge_methods_supported"), ""}, // policy: S256 is sent all the same
	})
}

func TestDS17UnknownValuesAreIgnored(t *testing.T) {
	testMetadata(t, map[string]metadataCase{
		"challenge methods": {set("code_challenge_methods_supported", []string{"S512", "S256"}), ""},
		"response types":    {set("response_types_supported", []string{"magic", "code"}), ""},
		"algorithms":        {set("id_token_signing_alg_values_supported", []string{"XX256", "ES256"}), ""},
		"members":           {set("mtls_endpoint_aliases", map[string]any{"token_endpoint": 7}), ""},
		"no code flow":      {set("response_types_supported", []string{"token", "code id_token"}), problem.RequestRefused},
	})
}

func TestID07OnlyAlgorithmsThatBothAllow(t *testing.T) {
	for _, c := range []struct {
		said any
		want []string
	}{
		{[]string{"RS256", "HS256", "none", "ES512"}, []string{"RS256"}},
		{[]string{"EdDSA", "PS512", "ES384"}, []string{"PS512", "ES384", "EdDSA"}},
		{nil, []string{"RS256"}},
	} {
		s := oauthtest.New(t)
		s.SpoilMetadata = func(m map[string]any) {
			delete(m, "id_token_signing_alg_values_supported")
			if c.said != nil {
				m["id_token_signing_alg_values_supported"] = c.said
			}
		}
		if w := discover(t, s); !slices.Equal(w.client.Server.SigningAlgs, c.want) {
			t.Errorf("%v makes %v", c.said, w.client.Server.SigningAlgs)
		}
	}
	testMetadata(t, map[string]metadataCase{
		"none of ours": {set("id_token_signing_alg_values_supported", []string{"HS256", "none"}), problem.IDTokenInvalid},
	})
}

func TestDS14WellKnownForms(t *testing.T) {
	for name, c := range map[string]struct {
		path, answers string
		asked         []string
	}{
		"OIDC, no path":       {"", "/.well-known/openid-configuration", []string{"/.well-known/openid-configuration"}},
		"OIDC appends":        {"/tenant/a", "/tenant/a/.well-known/openid-configuration", []string{"/tenant/a/.well-known/openid-configuration"}},
		"trailing slash":      {"/tenant/", "/tenant/.well-known/openid-configuration", []string{"/tenant/.well-known/openid-configuration"}},
		"RFC 8414 inserts":    {"/tenant/a", "/.well-known/oauth-authorization-server/tenant/a", []string{"/tenant/a/.well-known/openid-configuration", "/.well-known/oauth-authorization-server/tenant/a"}},
		"RFC 8414 at a slash": {"/", "/.well-known/oauth-authorization-server", []string{"/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := oauthtest.New(t)
			s.SpoilMetadata = func(m map[string]any) { m["issuer"] = s.URL + c.path }
			metadata := oauthtest.Answer{Body: map[string]any{
				"issuer": s.URL + c.path, "authorization_endpoint": s.URL + "/a", "token_endpoint": s.URL + "/t", "jwks_uri": s.URL + "/j",
			}}
			s.Handle(oauthtest.MetadataPath, http.NotFound)
			s.Handle(oauthtest.RFC8414Path, http.NotFound)
			s.Next(c.answers, metadata)
			_, err := tryDiscover(t, s, func(o *config.Organization) { o.Issuer = s.URL + c.path })
			wants(t, err, "")
			var asked []string
			for _, r := range s.Requests("") {
				asked = append(asked, r.Path)
			}
			if diff := cmp.Diff(c.asked, asked); diff != "" { // DS-20: and no WebFinger
				t.Error(diff)
			}
		})
	}
}

func TestDS14IssuerWithPathIsExactToo(t *testing.T) {
	s := oauthtest.New(t)
	s.Next("/tenant/.well-known/openid-configuration", oauthtest.Answer{Body: map[string]any{"issuer": s.URL}})
	_, err := tryDiscover(t, s, func(o *config.Organization) { o.Issuer = s.URL + "/tenant" })
	wants(t, err, problem.IssuerMismatch)
}

func TestDS19ChallengeEndpointSharesTheTokenEndpointsOrigin(t *testing.T) {
	testMetadata(t, map[string]metadataCase{
		"another host":     {set("authorization_challenge_endpoint", "https://evil.example/challenge"), problem.EndpointUnsafe},
		"another loopback": {set("authorization_challenge_endpoint", "http://127.0.0.2/challenge"), problem.EndpointUnsafe},
		"token elsewhere":  {set("token_endpoint", "https://login.example/token"), problem.EndpointUnsafe},
		"both elsewhere": {func(_ *oauthtest.Server, m map[string]any) {
			m["token_endpoint"], m["authorization_challenge_endpoint"] = "https://login.example/token", "https://LOGIN.example:443/c"
		}, ""},
		"none, off in settings": {set("authorization_challenge_endpoint", ""), ""},
	})
	// It is not used, and so does not matter, when the settings say so.
	s := oauthtest.New(t)
	s.SpoilMetadata = func(m map[string]any) { m["authorization_challenge_endpoint"] = "https://evil.example/challenge" }
	w, err := tryDiscover(t, s, func(o *config.Organization) { o.Credentials = config.CredentialsOff })
	if err != nil || w.client.Server.AuthorizationChallengeEndpoint != "" {
		t.Errorf("got %v", err)
	}
}

func TestDS20NoWebFinger(t *testing.T) {
	s := oauthtest.New(t)
	s.Handle(oauthtest.MetadataPath, http.NotFound)
	s.Handle(oauthtest.RFC8414Path, http.NotFound)
	if _, err := tryDiscover(t, s); !problem.Has(err, problem.NotASignInServer) {
		t.Errorf("got %v", err)
	}
	for _, r := range s.Requests("") {
		if strings.Contains(r.Path, "webfinger") {
			t.Errorf("asked %s", r.Path)
		}
	}
}

func TestIssuerThatCannotBeAskedIsRefused(t *testing.T) {
	for _, issuer := range []string{"http://login.example", "login.example", "https://login.example/?tenant=a", "https://login.example/#x", "https://u:p@login.example"} {
		org := config.Organization{ID: "x", Issuer: issuer, ClientID: "c", Credentials: config.CredentialsAuto}
		_, err := oauth.Discover(t.Context(), newTransport(t), clocktest.At(time.Now()), rand.Reader, org)
		wants(t, err, problem.EndpointUnsafe)
	}
}

func TestSettingsLieOverTheDescription(t *testing.T) {
	w := connect(t, func(o *config.Organization) {
		o.Endpoints.UserInfo = "https://login.example/me"
		o.Endpoints.Authorization = "https://login.example/go"
		o.Scopes = []string{"openid", "special"}
	})
	s := w.client.Server
	if s.UserInfoEndpoint != "https://login.example/me" || s.AuthorizationEndpoint != "https://login.example/go" || s.TokenEndpoint != w.URL+"/token" {
		t.Errorf("got %+v", s)
	}
	if !slices.Equal(s.Scopes, []string{"openid", "special"}) {
		t.Errorf("asks for %v", s.Scopes)
	}
	_, err := tryDiscover(t, w.Server, func(o *config.Organization) { o.Endpoints.Revocation = "http://login.example/revoke" })
	wants(t, err, problem.EndpointUnsafe)
}

func TestNoDiscoveryWithoutIssuer(t *testing.T) {
	s := oauthtest.New(t)
	w := discover(t, s, func(o *config.Organization) {
		o.Issuer, o.Endpoints.Authorization, o.Endpoints.Token = "", s.URL+"/authorize", s.URL+"/token"
	})
	if n := s.Count(""); n != 0 || w.client.Server.Issuer != "" {
		t.Errorf("%d requests", n)
	}
	if q := authorizationQuery(t, w, newFlow(t), oauth.AuthorizeOptions{}); q.Has("nonce") {
		t.Error("a nonce goes to a server whose ID tokens are not read")
	}
	_, err := tryDiscover(t, s, func(o *config.Organization) { o.Issuer, o.Endpoints.Token = "", s.URL+"/token" })
	wants(t, err, problem.NotASignInServer)
}

func TestScopesAreWhatTheServerHas(t *testing.T) {
	for name, c := range map[string]struct {
		path string // the one description there is
		said any
		want []string
	}{
		"no offline_access":  {oauthtest.MetadataPath, []string{"openid", "email"}, []string{"openid", "email"}},
		"openid in any case": {oauthtest.MetadataPath, []string{"email"}, []string{"openid", "email"}},
		"OIDC, no list":      {oauthtest.MetadataPath, nil, []string{"openid", "profile", "email", "offline_access"}},
		"OAuth only":         {oauthtest.RFC8414Path, nil, nil},
		"OAuth with a list":  {oauthtest.RFC8414Path, []string{"offline_access", "users"}, []string{"offline_access"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := oauthtest.New(t)
			s.SpoilMetadata = func(m map[string]any) {
				delete(m, "scopes_supported")
				if c.said != nil {
					m["scopes_supported"] = c.said
				}
			}
			if c.path == oauthtest.RFC8414Path {
				s.Handle(oauthtest.MetadataPath, http.NotFound)
			}
			if w := discover(t, s); !slices.Equal(w.client.Server.Scopes, c.want) {
				t.Errorf("asks for %v, want %v", w.client.Server.Scopes, c.want)
			}
		})
	}
}

func TestUnreachableServerIsNotCalledWrong(t *testing.T) {
	s := oauthtest.New(t)
	org := s.Organization()
	org.Issuer = "http://127.0.0.1:1"
	_, err := oauth.Discover(t.Context(), newTransport(t), clocktest.At(time.Now()), rand.Reader, org)
	wants(t, err, problem.ConnectionRefused)
	if p, _ := errors.AsType[*problem.Problem](err); p == nil || p.Kind != problem.Unreachable {
		t.Errorf("got %v", err)
	}
}
