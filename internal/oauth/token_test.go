package oauth_test

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
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

// answers lets the token endpoint answer once, and exchanges a code that is a canary.
func (w *world) exchange(t *testing.T, answer oauthtest.Answer) (*oauth.Tokens, error) {
	t.Helper()
	f := newFlow(t)
	code := "canary-code-7781"
	w.Next(oauthtest.TokenPath, answer)
	before := w.Count(oauthtest.TokenPath)
	tokens, err := w.client.Exchange(t.Context(), f, secret.New(code), redirectURI)
	if n := w.Count(oauthtest.TokenPath) - before; n != 1 { // TK-02: exactly one, whatever happens
		t.Errorf("%d token requests", n)
	}
	hides(t, err, code, f.Verifier.Reveal(), f.State.Reveal(), "canary-body")
	return tokens, err
}

// plainOAuth is a server whose tokens come without an ID token.
func plainOAuth(t *testing.T) *world {
	s := oauthtest.New(t)
	return discover(t, s, func(o *config.Organization) { o.Scopes = []string{"calls", "presence"} })
}

func good() map[string]any {
	return map[string]any{"access_token": "at-1", "token_type": "Bearer", "expires_in": 3600}
}

func with(name string, value any) map[string]any {
	m := good()
	m[name] = value
	return m
}

func TestTK01RequestShape(t *testing.T) {
	w := connect(t)
	f := newFlow(t)
	code := w.code(t, f, oauth.AuthorizeOptions{})
	if _, err := w.client.Exchange(t.Context(), f, code, redirectURI); err != nil {
		t.Fatal(err)
	}
	r := w.Requests(oauthtest.TokenPath)[0]
	want := url.Values{
		"grant_type": {"authorization_code"}, "code": {code.Reveal()}, "redirect_uri": {redirectURI},
		"client_id": {w.ClientID}, "code_verifier": {f.Verifier.Reveal()},
	}
	if diff := cmp.Diff(want, r.Form); diff != "" || r.Method != http.MethodPost || len(r.Query) != 0 {
		t.Errorf("%s with query %v: %s", r.Method, r.Query, diff)
	}
	if got := r.Header.Get("Content-Type"); got != "application/x-www-form-urlencoded" {
		t.Errorf("type %q", got)
	}
	if r.Header.Get("Authorization") != "" {
		t.Error("a client without a secret authenticates")
	}
}

func TestTK02CodeIsNeverSentTwice(t *testing.T) {
	for _, status := range []int{400, 401, 403, 429, 500, 502, 503, 504} {
		w := connect(t)
		if _, err := w.exchange(t, oauthtest.Refused(status, "invalid_grant")); err == nil {
			t.Errorf("%d: no problem", status)
		}
	}
	for name, handler := range map[string]http.HandlerFunc{
		"reset": func(w http.ResponseWriter, _ *http.Request) {
			conn, _, _ := w.(http.Hijacker).Hijack()
			_ = conn.(*net.TCPConn).SetLinger(0)
			_ = conn.Close()
		},
		"closed": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"truncated": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "900")
			fmt.Fprint(w, `{"access_token":"x"`)
		}, // TK-31
	} {
		w := connect(t)
		w.Handle(oauthtest.TokenPath, handler)
		_, err := w.client.Exchange(t.Context(), newFlow(t), secret.New("c"), redirectURI)
		if p := problem.From(err); p == nil || p.Kind != problem.Unreachable {
			t.Errorf("%s: got %v", name, err)
		}
		if n := w.Count(oauthtest.TokenPath); n != 1 {
			t.Errorf("%s: %d requests", name, n)
		}
	}
}

func TestTK04TK07MalformedAnswers(t *testing.T) {
	w := plainOAuth(t)
	for _, body := range []string{
		`{"access_token":"canary-body"`, `{"access_token":"canary-body","token_type":"Bearer"}{}`, "\ufeff" + `{"access_token":"canary-body","token_type":"Bearer"}`,
		`["canary-body"]`, `null`, `7`, `"canary-body"`, `{"access_token":"canary-body","token_type":"Bearer"} trailing`, ``, ` `,
		`{"access_token":7,"token_type":"Bearer"}`, `{"access_token":null,"token_type":"Bearer"}`, `{"access_token":["x"],"token_type":"Bearer"}`,
		"{\"access_token\":\"a\xff\",\"token_type\":\"Bearer\"}",
		strings.Repeat(`{"a":`, 100_000),             // TK-11
		`access_token=canary-body&token_type=Bearer`, // TK-07
	} {
		_, err := w.exchange(t, oauthtest.Answer{Body: body})
		wants(t, err, problem.TokenMalformed)
	}
}

func TestTK05PageInsteadOfTokens(t *testing.T) {
	w := plainOAuth(t)
	for _, status := range []int{200, 400, 403, 511} {
		_, err := w.exchange(t, oauthtest.Answer{Status: status, Header: map[string]string{"Content-Type": "text/html"}, Body: "<html>canary-body"})
		wants(t, err, problem.NetworkPage)
	}
}

func TestTK08DuplicateMembers(t *testing.T) {
	w := plainOAuth(t)
	for _, body := range []string{
		`{"access_token":"a","access_token":"b","token_type":"Bearer"}`,
		`{"access_token":"a","ACCESS_TOKEN":"b","token_type":"Bearer"}`,
		`{"access_token":"a","token_type":"Bearer","Token_Type":"mac"}`,
		`{"access_token":"a","token_type":"Bearer","x":{"y":1,"y":2}}`,
	} {
		_, err := w.exchange(t, oauthtest.Answer{Body: body})
		wants(t, err, problem.TokenMalformed)
	}
}

func TestTK09TooLarge(t *testing.T) {
	w := plainOAuth(t)
	_, err := w.exchange(t, oauthtest.Answer{Body: `{"access_token":"` + strings.Repeat("a", 2<<20) + `"}`})
	wants(t, err, problem.AnswerTooLarge)
}

func TestTK14OddStatuses(t *testing.T) {
	w := plainOAuth(t)
	for _, status := range []int{201, 202, 204, 206, 304, 418} {
		body := any(good())
		if status == 204 || status == 304 {
			body = ""
		}
		_, err := w.exchange(t, oauthtest.Answer{Status: status, Body: body})
		wants(t, err, problem.ServerAnswer)
	}
}

func TestTK15TK16RedirectsAreNotFollowed(t *testing.T) {
	other := oauthtest.New(t)
	for _, status := range []int{301, 302, 303, 307, 308} {
		w := plainOAuth(t)
		_, err := w.exchange(t, oauthtest.Answer{Status: status, Header: map[string]string{"Location": other.URL + oauthtest.TokenPath}, Body: ""})
		wants(t, err, problem.RedirectRefused)
	}
	if n := other.Count(""); n != 0 {
		t.Errorf("the other host got %d requests", n)
	}
}

func TestTK34TokenType(t *testing.T) {
	w := plainOAuth(t)
	for kind, want := range map[string]problem.Code{
		"Bearer": "", "bearer": "", "BEARER": "", "mac": problem.TokenMalformed, "Evil": problem.TokenMalformed,
		"DPoP": problem.TokenMalformed, "": problem.TokenMalformed, "Bearer ": problem.TokenMalformed,
	} {
		_, err := w.exchange(t, oauthtest.Answer{Body: with("token_type", kind)})
		wants(t, err, want)
	}
	missing := good()
	delete(missing, "token_type")
	_, err := w.exchange(t, oauthtest.Answer{Body: missing})
	wants(t, err, problem.TokenMalformed)
}

func TestTK35ExpiresIn(t *testing.T) {
	const day = 24 * time.Hour
	w := plainOAuth(t)
	for raw, want := range map[string]time.Duration{
		"": 5 * time.Minute, `"expires_in":null,`: 5 * time.Minute,
		`"expires_in":0,`: 0, `"expires_in":-5,`: 0, `"expires_in":-0,`: 0, `"expires_in":"0",`: 0, `"expires_in":"-5",`: 0,
		`"expires_in":"3600",`: time.Hour, `"expires_in":3599.5,`: 3599 * time.Second, `"expires_in":1e3,`: 1000 * time.Second,
		`"expires_in":2147483648,`: 30 * day, `"expires_in":9223372036854775808,`: 30 * day, `"expires_in":100000000000000000000,`: 30 * day,
		`"expires_in":1e400,`: 30 * day, `"expires_in":-1e400,`: 0, `"expires_in":"99999999999999999999",`: 30 * day, `"expires_in":172800,`: 2 * day,
	} {
		tokens, err := w.exchange(t, oauthtest.Answer{Body: "{" + raw + `"access_token":"a","token_type":"Bearer"}`})
		if err != nil {
			t.Errorf("%s: %v", raw, err)
		} else if got := tokens.Expires.Sub(w.clock.Now()); got != want {
			t.Errorf("%s means %v, want %v", raw, got, want)
		}
	}
	for _, raw := range []string{"true", `"soon"`, `"1e3"`, `"3600.5"`, `""`, `" 3600"`, "[]", "{}", `"0x10"`} {
		_, err := w.exchange(t, oauthtest.Answer{Body: `{"expires_in":` + raw + `,"access_token":"a","token_type":"Bearer"}`})
		wants(t, err, problem.TokenMalformed)
	}
}

func TestTK37AccessTokenBytes(t *testing.T) {
	w := plainOAuth(t)
	long := strings.Repeat("aB9-._~+/=", 6554)
	for token, want := range map[string]problem.Code{
		"": problem.TokenMalformed, "a b": problem.TokenMalformed, "a\r\nX-Evil: 1": problem.TokenMalformed, "a\n": problem.TokenMalformed,
		"é": problem.TokenMalformed, "a\x00": problem.TokenMalformed, "a\x7f": problem.TokenMalformed, long: "", "a": "",
	} {
		tokens, err := w.exchange(t, oauthtest.Answer{Body: with("access_token", token)})
		wants(t, err, want)
		if err == nil && tokens.Access.Reveal() != token {
			t.Error("the token came out otherwise")
		}
	}
	for _, refresh := range []string{"a b", "a\n", "é"} {
		_, err := w.exchange(t, oauthtest.Answer{Body: with("refresh_token", refresh)})
		wants(t, err, problem.TokenMalformed)
	}
}

func TestTK38UnknownMembersAreIgnored(t *testing.T) {
	w := plainOAuth(t)
	_, err := w.exchange(t, oauthtest.Answer{Body: with("example_parameter", map[string]any{"access_token": "x", "deep": []any{1, nil}})})
	wants(t, err, "")
}

func TestTK39Scope(t *testing.T) {
	w := plainOAuth(t)
	for name, c := range map[string]struct {
		answer  any
		scope   string
		limited bool
	}{
		"absent": {nil, "calls presence", false}, "empty": {"", "calls presence", false}, "same": {"presence calls", "calls presence", false},
		"narrower": {"calls", "calls", true}, "wider": {"admin calls presence", "calls presence", false}, "other": {"admin", "", true},
	} {
		answer := good()
		if c.answer != nil {
			answer["scope"] = c.answer
		}
		tokens, err := w.exchange(t, oauthtest.Answer{Body: answer})
		if err != nil {
			t.Fatal(err)
		}
		if tokens.Scope != c.scope || tokens.Limited != c.limited {
			t.Errorf("%s: %q, limited %v", name, tokens.Scope, tokens.Limited)
		}
	}
	// What offline_access is for shows in whether there is a refresh token.
	oidc := connect(t)
	oidc.SpoilTokens = func(m map[string]any) { m["scope"] = "openid profile email" }
	if tokens := oidc.mustSignIn(t); tokens.Limited {
		t.Error("limited")
	}
}

func TestTK40ErrorWithStatus200(t *testing.T) {
	w := plainOAuth(t)
	body := with("error", "invalid_grant")
	_, err := w.exchange(t, oauthtest.Answer{Body: body})
	wants(t, err, problem.CodeExchangeRefused)
	_, err = w.exchange(t, oauthtest.Answer{Body: with("error", map[string]any{})})
	wants(t, err, problem.ServerAnswer)
}

func TestTK41HostileDescription(t *testing.T) {
	w := plainOAuth(t)
	_, err := w.exchange(t, oauthtest.Refused(400, "odd\x1b[31m_error", "error_description", "line\r\none \u202eevil\u202c \x1b]8;;https://evil\x07"+strings.Repeat("x", 5000),
		"error_uri", "https://evil.example/"))
	p := problem.From(err)
	if p.Code != problem.SignInRefused || strings.ContainsAny(p.Why, "\r\n\x1b\u202e\u202c\x07") || len([]rune(p.Why)) > 240 {
		t.Errorf("got %q", p.Why)
	}
	if !strings.Contains(p.Why, "line one evil") {
		t.Errorf("got %q", p.Why)
	}
	refused, ok := errors.AsType[*oauth.ServerError](err)
	if !ok || refused.Code != "odd[31m_error" || refused.Status != 400 {
		t.Errorf("got %+v", refused)
	}
}

func TestRD09EchoedSecretsAreNotShown(t *testing.T) {
	w := plainOAuth(t)
	for _, echo := range []string{"your code canary-code-7781 is wrong", "code=canary-code-7781&x", "CANARY canary-code-7781"} {
		_, err := w.exchange(t, oauthtest.Refused(400, "invalid_grant", "error_description", echo))
		wants(t, err, problem.CodeExchangeRefused)
	}
	// Nor in the form it was sent in.
	w.Next(oauthtest.TokenPath, oauthtest.Refused(400, "invalid_grant", "error_description", "code=canary%2Bcode%2F1"))
	_, err := w.client.Exchange(t.Context(), newFlow(t), secret.New("canary+code/1"), redirectURI)
	wants(t, err, problem.CodeExchangeRefused)
	hides(t, err, "canary+code/1")
}

func TestTK43TK44ErrorAnswers(t *testing.T) {
	w := plainOAuth(t)
	for _, c := range []struct {
		status int
		code   string
		want   problem.Code
	}{
		{400, "invalid_grant", problem.CodeExchangeRefused}, {401, "invalid_client", problem.AppUnknown}, {400, "invalid_client", problem.AppUnknown},
		{400, "unauthorized_client", problem.AppNotAllowed}, {400, "invalid_request", problem.RequestRefused},
		{400, "unsupported_grant_type", problem.RequestRefused}, {400, "invalid_scope", problem.ScopeRefused}, {400, "access_denied", problem.Denied},
		{400, "temporarily_unavailable", problem.ServerUnavailable}, {400, "something_new", problem.SignInRefused},
		{403, "insufficient_authorization", problem.InteractionRequired},
		{500, "server_error", problem.ServerUnavailable}, {502, "", problem.ServerUnavailable}, {503, "invalid_grant", problem.ServerUnavailable},
		{504, "x", problem.ServerUnavailable}, {429, "slow_down", problem.TooManyTries}, {400, "", problem.ServerAnswer},
	} {
		_, err := w.exchange(t, oauthtest.Refused(c.status, c.code))
		wants(t, err, c.want)
	}
}

func TestRetryAfterIsPassedOn(t *testing.T) {
	w := plainOAuth(t)
	for value, want := range map[string]time.Duration{"": 0, "30": 30 * time.Second, "x": 0, "-1": 0, "99999999": 24 * time.Hour} {
		_, err := w.exchange(t, oauthtest.Answer{Status: 429, Header: map[string]string{"Retry-After": value}, Body: "{}"})
		wants(t, err, problem.TooManyTries)
		behind, ok := errors.AsType[*oauth.ServerError](err)
		if !ok {
			t.Fatalf("nothing behind %v", err)
		}
		if got := behind.RetryAt; want == 0 && !got.IsZero() || want != 0 && !got.Equal(w.clock.Now().Add(want)) {
			t.Errorf("%q means %v", value, got)
		}
	}
}

func TestTK50IDTokenMissing(t *testing.T) {
	w := connect(t)
	w.SpoilTokens = func(m map[string]any) { delete(m, "id_token") }
	_, err := w.signIn(t)
	wants(t, err, problem.IDTokenMissing)
	w.SpoilTokens = func(m map[string]any) { m["id_token"] = "" }
	_, err = w.signIn(t)
	wants(t, err, problem.IDTokenMissing)
	if n := w.Count(oauthtest.UserInfoPath); n != 0 {
		t.Errorf("userinfo was asked %d times", n)
	}
	// Nobody asked for openid: nothing is missed.
	_, err = plainOAuth(t).exchange(t, oauthtest.Answer{Body: good()})
	wants(t, err, "")
}

func TestCB70CodeOfAnotherChallenge(t *testing.T) {
	w := connect(t)
	theirs, ours := newFlow(t), newFlow(t)
	_, err := w.client.Exchange(t.Context(), ours, w.code(t, theirs, oauth.AuthorizeOptions{}), redirectURI)
	wants(t, err, problem.CodeExchangeRefused)
	if n := w.Count(oauthtest.TokenPath); n != 1 {
		t.Errorf("%d token requests", n)
	}
}

func TestTokensAreWiped(t *testing.T) {
	tokens := connect(t).mustSignIn(t)
	tokens.Wipe()
	if !tokens.Access.Empty() || !tokens.Refresh.Empty() {
		t.Error("a token is still there")
	}
}
