package oauth_test

import (
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

var (
	askCredentials = []oauth.Field{oauth.FieldUsername, oauth.FieldPassword}
	askCode        = []oauth.Field{oauth.FieldOTP}
)

func typed(username, password string) map[oauth.Field]secret.Text {
	return map[oauth.Field]secret.Text{oauth.FieldUsername: secret.New(username), oauth.FieldPassword: secret.New(password)}
}

func otp(code string) map[oauth.Field]secret.Text {
	return map[oauth.Field]secret.Text{oauth.FieldOTP: secret.New(code)}
}

// say scripts one answer of the challenge endpoint; the member "status" is its HTTP status, 400 when absent.
func say(members map[string]any) oauthtest.Answer {
	a := oauthtest.Answer{Status: 400, Body: members}
	if status, ok := members["status"].(int); ok {
		a.Status = status
	}
	return a
}

func TestMF21MF22PasswordAndCode(t *testing.T) {
	w := connect(t)
	f := newFlow(t)
	ch := w.client.NewChallenge(f)
	defer ch.Close()
	password := secret.New("correct horse")
	a, err := ch.Send(t.Context(), map[oauth.Field]secret.Text{oauth.FieldUsername: secret.New("amy@acme.example"), oauth.FieldPassword: password})
	if err != nil || !slices.Equal(a.Need, askCode) || a.Refused != nil || a.Method != "totp" {
		t.Fatalf("got %+v, %v", a, err)
	}
	if !password.Empty() {
		t.Error("the password was not wiped") // MF-14
	}
	session := ch.AuthSession()
	a, err = ch.Send(t.Context(), otp("123456"))
	if err != nil || a.Code.Empty() {
		t.Fatalf("got %+v, %v", a, err)
	}
	tokens, err := w.client.Exchange(t.Context(), f, a.Code, "")
	if err != nil {
		t.Fatal(err)
	}
	if who, err := w.client.Identify(t.Context(), tokens); err != nil || who.Username != "amy@acme.example" {
		t.Errorf("signed in as %+v, %v", who, err)
	}
	var asked []string
	for _, r := range w.Requests("")[1:] {
		asked = append(asked, r.Method+" "+r.Path)
		if len(r.Query) != 0 {
			t.Errorf("%s has the query %v", r.Path, r.Query)
		}
	}
	// Three requests after discovery; the keys are fetched beside them, once.
	if diff := cmp.Diff([]string{"POST /challenge", "POST /challenge", "POST /token", "GET /jwks"}, asked); diff != "" {
		t.Error(diff)
	}
	sent := w.Requests(oauthtest.ChallengePath)
	sum := sent[0].Form.Get("code_challenge")
	want := url.Values{
		"client_id": {w.ClientID}, "response_type": {"code"}, "scope": {"openid profile email offline_access"}, "nonce": {f.Nonce.Reveal()},
		"code_challenge": {sum}, "code_challenge_method": {"S256"}, "username": {"amy@acme.example"}, "password": {"correct horse"},
	}
	if diff := cmp.Diff(want, sent[0].Form); diff != "" || len(sum) != 43 {
		t.Error(diff)
	}
	want = url.Values{"client_id": {w.ClientID}, "response_type": {"code"}, "auth_session": {session}, "otp": {"123456"}}
	if diff := cmp.Diff(want, sent[1].Form); diff != "" {
		t.Error(diff)
	}
	if form := w.Requests(oauthtest.TokenPath)[0].Form; form.Has("redirect_uri") || form.Get("code_verifier") != f.Verifier.Reveal() {
		t.Errorf("redeemed with %v", form)
	}
}

func TestMF08PasswordsArriveAsTyped(t *testing.T) {
	w := connect(t)
	for _, password := range []string{"+ & = % # \"", "  spaces  ", "é", "e\u0301", strings.Repeat("long ", 200), "\u202e\u200b", "a;b"} {
		ch := w.client.NewChallenge(newFlow(t))
		if _, err := ch.Send(t.Context(), typed("ü ser\\x", password)); err != nil {
			t.Fatal(err)
		}
		sent := w.Requests(oauthtest.ChallengePath)
		if form := sent[len(sent)-1].Form; form.Get("password") != password || form.Get("username") != "ü ser\\x" {
			t.Errorf("%q arrived as %q", password, form.Get("password"))
		}
	}
}

func TestBothNamesOfTheCode(t *testing.T) {
	for _, name := range []string{"authorization_code", "code"} {
		w := connect(t)
		w.Next(oauthtest.ChallengePath, oauthtest.Answer{Body: map[string]any{name: "the-code"}})
		a, err := w.client.NewChallenge(newFlow(t)).Send(t.Context(), typed("a", "b"))
		if err != nil || a.Code.Reveal() != "the-code" {
			t.Errorf("%s: got %+v, %v", name, a, err)
		}
	}
}

func TestMF23NewestAuthSessionIsSent(t *testing.T) {
	w := connect(t)
	w.Next(oauthtest.ChallengePath,
		say(map[string]any{"error": "password_required", "auth_session": "one"}), say(map[string]any{"error": "otp_required", "auth_session": "two"}),
		say(map[string]any{"error": "otp_invalid"}), say(map[string]any{"error": "otp_invalid", "auth_session": "three"}),
		oauthtest.Answer{Body: map[string]any{"authorization_code": "c", "auth_session": "four"}})
	ch := w.client.NewChallenge(newFlow(t))
	for _, fields := range []map[oauth.Field]secret.Text{typed("a", "b"), typed("a", "c"), otp("1"), otp("2"), otp("3")} {
		if _, err := ch.Send(t.Context(), fields); err != nil {
			t.Fatal(err)
		}
	}
	var sent []string
	for _, r := range w.Requests(oauthtest.ChallengePath) {
		sent = append(sent, r.Form.Get("auth_session"))
	}
	if diff := cmp.Diff([]string{"", "one", "two", "two", "three"}, sent); diff != "" {
		t.Error(diff)
	}
	if got := ch.AuthSession(); got != "four" {
		t.Errorf("after the success it is %q", got)
	}
	if ch.Close(); ch.AuthSession() != "" {
		t.Error("it outlives the conversation")
	}
}

func TestMF25DeadSessionStartsAnew(t *testing.T) {
	w := connect(t)
	ch := w.client.NewChallenge(newFlow(t))
	w.Next(oauthtest.ChallengePath, say(map[string]any{"error": "otp_required", "auth_session": "one"}), say(map[string]any{"error": "invalid_session"}))
	if _, err := ch.Send(t.Context(), typed("amy@acme.example", "correct horse")); err != nil {
		t.Fatal(err)
	}
	_, err := ch.Send(t.Context(), otp("123456"))
	wants(t, err, problem.SignInTimedOut)
	if p := problem.From(err); p.Why != "The server has forgotten the first step." {
		t.Errorf("why: %q", p.Why)
	}
	// Whoever goes on all the same begins at the password, with everything a first request has.
	if a, err := ch.Send(t.Context(), typed("amy@acme.example", "correct horse")); err != nil || !slices.Equal(a.Need, askCode) {
		t.Errorf("got %+v, %v", a, err)
	}
	form := w.Requests(oauthtest.ChallengePath)[2].Form
	if form.Has("auth_session") || form.Get("code_challenge") == "" || form.Has("otp") {
		t.Errorf("sent %v", form)
	}
}

func TestMF27ContinueInTheBrowserWithTheSameVerifier(t *testing.T) {
	w := connect(t)
	f := newFlow(t)
	ch := w.client.NewChallenge(f)
	if _, err := ch.Send(t.Context(), typed("amy@acme.example", "correct horse")); err != nil {
		t.Fatal(err)
	}
	uri := w.PushRequest()
	w.Next(oauthtest.ChallengePath, say(map[string]any{"error": "redirect_to_web", "request_uri": uri, "expires_in": 90}))
	a, err := ch.Send(t.Context(), otp("123456"))
	if err != nil || !a.Web || a.RequestURI != uri || !a.RequestUntil.Equal(w.clock.Now().Add(90*time.Second)) {
		t.Fatalf("got %+v, %v", a, err)
	}
	address, err := w.client.ContinueURL(f, redirectURI, a.RequestURI)
	if err != nil {
		t.Fatal(err)
	}
	back := w.Browse(t, address).Query()
	if back.Get("state") != f.State.Reveal() {
		t.Fatalf("came back with %v", back)
	}
	if _, err := w.client.Exchange(t.Context(), f, secret.New(back.Get("code")), redirectURI); err != nil {
		t.Error(problemChain(err))
	}
}

func TestMF27MF28MF29RequestURIs(t *testing.T) {
	for name, c := range map[string]struct {
		profile string
		uri     any
		expires any
		want    string
		ended   problem.Code
	}{
		"good":                     {"", "urn:x", 60, "urn:x", ""},
		"an address":               {"", "https://evil.example", 60, "https://evil.example", ""}, // a parameter's value, never opened
		"expired":                  {"", "urn:x", 0, "", ""},
		"expired before":           {"", "urn:x", -1, "", ""},
		"odd lifetime":             {"", "urn:x", "soon", "", ""},
		"no lifetime":              {"", "urn:x", nil, "urn:x", ""},
		"1 MB":                     {"", strings.Repeat("x", 1000<<10), 60, "", ""},
		"control characters":       {"", "urn:\x00\r\n", 60, "", ""},
		"a number":                 {"", 7, 60, "", ""},
		"no challenge sent (a12n)": {"a12n", "urn:x", 60, "", problem.TokenMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			w := connect(t, profile(c.profile))
			w.Next(oauthtest.ChallengePath, say(map[string]any{"error": "redirect_to_web", "request_uri": c.uri, "expires_in": c.expires}))
			a, err := w.client.NewChallenge(newFlow(t)).Send(t.Context(), typed("a", "b"))
			wants(t, err, c.ended)
			if err == nil && (!a.Web || a.RequestURI != c.want) {
				t.Errorf("got %+v", a)
			}
		})
	}
}

func TestMF33ContentTypes(t *testing.T) {
	body := `{"error":"otp_required","auth_session":"s"}`
	for kind, want := range map[string]problem.Code{
		"application/json": "", "application/json; charset=utf-8": "", "application/x+json": "", "application/vnd.acme.challenge+json": "", "Application/JSON": "",
		"text/html": problem.TokenMalformed, "text/plain": problem.TokenMalformed, "text/json": problem.TokenMalformed, "application/x-json": problem.TokenMalformed,
		"application/jwt": problem.TokenMalformed, "x": problem.TokenMalformed,
	} {
		w := connect(t)
		w.Next(oauthtest.ChallengePath, oauthtest.Answer{Status: 400, Header: map[string]string{"Content-Type": kind}, Body: body})
		_, err := w.client.NewChallenge(newFlow(t)).Send(t.Context(), typed("a", "b"))
		wants(t, err, want)
	}
	for _, status := range []int{200, 400, 403, 404} {
		w := connect(t)
		w.Next(oauthtest.ChallengePath, oauthtest.Answer{Status: status, Header: map[string]string{"Content-Type": "text/html"}, Body: "<html>otp_required"})
		_, err := w.client.NewChallenge(newFlow(t)).Send(t.Context(), typed("a", "b"))
		wants(t, err, problem.NetworkPage)
	}
}

func TestMF34ServersWordsAreCleaned(t *testing.T) {
	w := connect(t)
	w.Next(oauthtest.ChallengePath, oauthtest.Refused(400, "access_denied", "error_description", "No\x1b[0m \u202eway, canary-password"))
	_, err := w.client.NewChallenge(newFlow(t)).Send(t.Context(), typed("a", "another"))
	if p := problem.From(err); p.Why != "The server says: No[0m way, canary-password" {
		t.Errorf("why: %q", p.Why)
	}
	w.Next(oauthtest.ChallengePath, oauthtest.Refused(400, "access_denied", "error_description", "Not with canary-password"))
	_, err = w.client.NewChallenge(newFlow(t)).Send(t.Context(), typed("a", "canary-password"))
	wants(t, err, problem.SignInRefused)
	hides(t, err, "canary-password")
}

func TestMF37EndlessStepsGoOnInTheBrowser(t *testing.T) {
	w := connect(t)
	ch := w.client.NewChallenge(newFlow(t))
	for range 30 {
		w.Next(oauthtest.ChallengePath, say(map[string]any{"error": "otp_required", "auth_session": "s"}))
		a, err := ch.Send(t.Context(), otp("1"))
		if err != nil {
			t.Fatal(err)
		}
		if a.Web {
			return
		}
	}
	t.Error("never stops")
}

// An ID token that comes for a code of the challenge endpoint can lack the nonce; a wrong one is wrong.
func TestID28ID29NonceOfAChallenge(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(claims)
		want  problem.Code
	}{
		"ours": {func(claims) {}, ""}, "none": {func(m claims) { delete(m, "nonce") }, ""},
		"another": {func(m claims) { m["nonce"] = "x" }, problem.IDTokenInvalid},
	} {
		w := connect(t)
		w.SpoilClaims = c.spoil
		f := newFlow(t)
		a, err := w.client.NewChallenge(f).Send(t.Context(), typed("ben@acme.example", "battery staple"))
		if err != nil || a.Code.Empty() {
			t.Fatalf("got %+v, %v", a, err)
		}
		_, err = w.client.Exchange(t.Context(), f, a.Code, "")
		if wants(t, err, c.want); t.Failed() {
			t.Log(name)
		}
	}
}

func TestNoChallengeEndpoint(t *testing.T) {
	w := connect(t, func(o *config.Organization) { o.Credentials = config.CredentialsOff })
	password := secret.New("canary")
	_, err := w.client.NewChallenge(newFlow(t)).Send(t.Context(), map[oauth.Field]secret.Text{oauth.FieldPassword: password})
	wants(t, err, problem.MethodNotAvailable)
	if n := w.Count(oauthtest.ChallengePath); n != 0 || !password.Empty() {
		t.Errorf("%d requests, wiped %v", n, password.Empty())
	}
}
