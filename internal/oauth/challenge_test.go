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

func profile(name string) func(*config.Organization) {
	return func(o *config.Organization) { o.Profile = name }
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
	session := ch.AuthSession().Reveal()
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

// The answers, each to a request with user name and password unless the row says what was sent.
func TestMF22ToMF43Answers(t *testing.T) {
	const s = "session-2"
	type m = map[string]any
	for name, c := range map[string]struct {
		profile string
		sent    string // "", "nothing" or "code"
		answer  m
		need    []oauth.Field
		refused problem.Code // with the answer
		ended   problem.Code // instead of an answer, or beside it
		web     bool
	}{
		// The draft's example, by member and by code.
		"code by member":        {answer: m{"status": 401, "error": "insufficient_authorization", "auth_session": s, "otp_required": true}, need: askCode},
		"code by error code":    {answer: m{"error": "otp_required", "auth_session": s}, need: askCode},
		"code by list":          {answer: m{"error": "insufficient_authorization", "auth_session": s, "required": []string{"otp"}}, need: askCode},
		"status 403":            {answer: m{"status": 403, "error": "insufficient_authorization", "auth_session": s, "otp_required": true}, need: askCode},
		"nothing sent yet":      {sent: "nothing", answer: m{"error": "insufficient_authorization", "auth_session": s, "required": []string{"username", "password"}}, need: askCredentials},
		"nothing sent, no hint": {sent: "nothing", answer: m{"error": "insufficient_authorization", "auth_session": s}, need: askCredentials},
		"user name first":       {sent: "nothing", answer: m{"error": "username_required", "auth_session": s}, need: askCredentials},
		"a false member":        {answer: m{"error": "insufficient_authorization", "auth_session": s, "otp_required": true, "passkey_required": false}, need: askCode},
		"mfa and otp":           {answer: m{"error": "mfa_required", "auth_session": s, "otp_required": true}, need: askCode},

		// Refusals: which of the two was wrong is never said (MF-15).
		"wrong, without a hint":   {answer: m{"error": "insufficient_authorization", "auth_session": s, "error_description": "bad credentials"}, need: askCredentials, refused: problem.CredentialsRefused},
		"wrong, asked again":      {answer: m{"error": "insufficient_authorization", "auth_session": s, "username_required": true, "password_required": true}, need: askCredentials, refused: problem.CredentialsRefused},
		"wrong, password again":   {answer: m{"error": "password_required", "auth_session": s}, need: askCredentials, refused: problem.CredentialsRefused},
		"wrong by code (janssen)": {profile: "janssen", answer: m{"status": 401, "error": "username_or_password_invalid", "auth_session": s}, need: askCredentials, refused: problem.CredentialsRefused},
		"unknown user (janssen)":  {profile: "janssen", answer: m{"status": 401, "error": "username_invalid", "auth_session": s}, need: askCredentials, refused: problem.CredentialsRefused},
		"wrong, no session":       {answer: m{"error": "invalid_grant"}, need: askCredentials, refused: problem.CredentialsRefused},
		"wrong code":              {sent: "code", answer: m{"error": "insufficient_authorization", "auth_session": s, "otp_required": true}, need: askCode, refused: problem.CodeRefused},
		"wrong code, no hint":     {sent: "code", answer: m{"error": "insufficient_authorization", "auth_session": s, "error_description": "bad otp"}, need: askCode, refused: problem.CodeRefused},
		"wrong code by code":      {sent: "code", answer: m{"error": "otp_invalid", "auth_session": s}, need: askCode, refused: problem.CodeRefused},
		"wrong code by invalid_x": {sent: "code", answer: m{"error": "invalid_otp", "auth_session": s}, need: askCode, refused: problem.CodeRefused},
		"code used (MF-43)":       {sent: "code", answer: m{"error": "otp_used", "auth_session": s}, need: askCode, refused: problem.CodeUsed},
		"code used, by member":    {sent: "code", answer: m{"error": "insufficient_authorization", "auth_session": s, "otp_required": true, "otp_used": true}, need: askCode, refused: problem.CodeUsed},
		"code used, otp_error":    {sent: "code", answer: m{"error": "insufficient_authorization", "auth_session": s, "otp_required": true, "otp_error": "used"}, need: askCode, refused: problem.CodeUsed},
		"code wrong, otp_error":   {sent: "code", answer: m{"error": "insufficient_authorization", "auth_session": s, "otp_required": true, "otp_error": "wrong"}, need: askCode, refused: problem.CodeRefused},
		"code expired (MF-46)":    {sent: "code", answer: m{"error": "otp_expired", "auth_session": s}, need: askCode, refused: problem.CodeExpired},
		"back to the start":       {sent: "code", answer: m{"error": "insufficient_authorization", "auth_session": s, "username_required": true}, need: askCredentials, refused: problem.SignInTimedOut},

		// a12n
		"a12n code":        {profile: "a12n", answer: m{"error": "totp_required", "auth_session": s}, need: askCode},
		"a12n wrong code":  {profile: "a12n", sent: "code", answer: m{"error": "totp_invalid", "auth_session": s}, need: askCode, refused: problem.CodeRefused},
		"a12n wrong":       {profile: "a12n", answer: m{"error": "username_or_password_invalid", "auth_session": s}, need: askCredentials, refused: problem.CredentialsRefused},
		"a12n e-mail code": {profile: "a12n", answer: m{"error": "email_otp_required", "auth_session": s, "censored_email": "a**@acme.example"}, need: askCode},
		"a12n dead":        {profile: "a12n", sent: "code", answer: m{"error": "invalid_grant"}, ended: problem.SignInTimedOut},
		"a12n locked":      {profile: "a12n", answer: m{"error": "too_many_failed_login_attempts"}, ended: problem.AccountLocked},
		"a12n inactive":    {profile: "a12n", answer: m{"error": "account_not_active", "auth_session": s}, ended: problem.AccountDisabled},
		"a12n no password": {profile: "a12n", answer: m{"error": "no_credentials", "auth_session": s}, web: true},
		"a12n unverified":  {profile: "a12n", answer: m{"error": "email_not_verified", "auth_session": s}, web: true},

		// The end, or the browser.
		"dead session (MF-25)":        {sent: "code", answer: m{"error": "invalid_session"}, ended: problem.SignInTimedOut},
		"locked":                      {answer: m{"error": "account_locked"}, ended: problem.AccountLocked},
		"disabled":                    {answer: m{"error": "account_disabled"}, ended: problem.AccountDisabled},
		"redirect (MF-26)":            {answer: m{"error": "redirect_to_web"}, web: true},
		"security key (MF-53)":        {answer: m{"error": "insufficient_authorization", "auth_session": s, "passkey_required": true}, web: true},
		"something else (MF-51)":      {answer: m{"error": "password_change_required", "auth_session": s}, web: true},
		"code and something else":     {answer: m{"error": "insufficient_authorization", "auth_session": s, "required": []string{"otp", "webauthn"}}, web: true},
		"some second factor":          {answer: m{"error": "mfa_required", "auth_session": s}, web: true},
		"unknown with session":        {answer: m{"error": "quantum_flux", "auth_session": s, "x": 1}, web: true},
		"unknown without (MF-32)":     {answer: m{"error": "quantum_flux", "x": m{"y": 1}}, ended: problem.SignInRefused},
		"code without a session":      {answer: m{"error": "otp_required"}, web: true},
		"consent":                     {answer: m{"error": "consent_required", "auth_session": s}, web: true},
		"refused":                     {answer: m{"error": "access_denied", "auth_session": s}, ended: problem.SignInRefused},
		"invalid_request":             {answer: m{"error": "invalid_request", "auth_session": s}, ended: problem.RequestRefused},
		"invalid_client":              {answer: m{"status": 401, "error": "invalid_client"}, ended: problem.AppUnknown},
		"unauthorized_client":         {answer: m{"error": "unauthorized_client"}, ended: problem.AppNotAllowed},
		"invalid_scope":               {answer: m{"error": "invalid_scope"}, ended: problem.ScopeRefused},
		"temporarily_unavailable":     {answer: m{"error": "temporarily_unavailable"}, ended: problem.ServerUnavailable},
		"500":                         {answer: m{"status": 500, "error": "otp_required"}, ended: problem.ServerUnavailable},
		"429 (MF-19)":                 {answer: m{"status": 429, "error": "temporarily_unavailable"}, need: askCredentials, refused: problem.TooManyTries},
		"slow_down":                   {sent: "code", answer: m{"error": "slow_down", "auth_session": s}, need: askCode, refused: problem.TooManyTries},
		"no error code, with session": {answer: m{"auth_session": s}, web: true},
		"no error code":               {answer: m{}, ended: problem.SignInRefused},

		// Successes that are none.
		"tokens instead of a code (MF-31)": {answer: m{"status": 200, "access_token": "a", "token_type": "Bearer"}, ended: problem.TokenMalformed},
		"tokens beside a code":             {answer: m{"status": 200, "authorization_code": "c", "access_token": "a"}, ended: problem.TokenMalformed},
		"nothing":                          {answer: m{"status": 200}, ended: problem.TokenMalformed},
		"code with a line end":             {answer: m{"status": 200, "authorization_code": "a\nb"}, ended: problem.TokenMalformed},
		"code is a number":                 {answer: m{"status": 200, "authorization_code": 7}, ended: problem.TokenMalformed},
		"error with 200":                   {answer: m{"status": 200, "error": "otp_required", "auth_session": s, "authorization_code": "c"}, need: askCode},
	} {
		t.Run(name, func(t *testing.T) {
			w := connect(t, profile(c.profile))
			ch := w.client.NewChallenge(newFlow(t))
			defer ch.Close()
			fields := typed("amy@acme.example", "canary-password")
			switch c.sent {
			case "nothing":
				fields = nil
			case "code":
				w.Next(oauthtest.ChallengePath, say(m{"error": "otp_required", "auth_session": "session-1"}))
				if _, err := ch.Send(t.Context(), fields); err != nil {
					t.Fatal(err)
				}
				fields = otp("998877")
			}
			w.Next(oauthtest.ChallengePath, say(c.answer))
			before := w.Count(oauthtest.ChallengePath)
			a, err := ch.Send(t.Context(), fields)
			wants(t, err, c.ended)
			hides(t, err, "canary-password", "998877", s, "session-1")
			if n := w.Count(oauthtest.ChallengePath) - before; n != 1 {
				t.Errorf("%d requests", n)
			}
			if err != nil {
				return
			}
			if diff := cmp.Diff(c.need, a.Need); diff != "" || a.Web != c.web || !a.Code.Empty() {
				t.Errorf("got %+v: %s", a, diff)
			}
			switch {
			case c.refused == "" && a.Refused != nil, c.refused != "" && !problem.Has(asError(a.Refused), c.refused):
				t.Errorf("refused: %v, want %q", a.Refused, c.refused)
			case a.Refused != nil && !a.Refused.Again:
				t.Errorf("%v cannot be answered again", a.Refused)
			}
		})
	}
}

func asError(p *problem.Problem) error {
	if p == nil {
		return nil
	}
	return p
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
	kept := ch.AuthSession()
	ch.Close()
	if kept.Reveal() != "four" || !ch.AuthSession().Empty() {
		t.Errorf("kept %q", kept.Reveal())
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

func TestFactsOfTheAnswer(t *testing.T) {
	w := connect(t)
	now := w.clock.Now()
	for name, c := range map[string]struct {
		answer           map[string]any
		attempts, digits int
		sentTo, method   string
	}{
		"none":           {map[string]any{"error": "otp_required"}, -1, 0, "", "totp"},
		"all":            {map[string]any{"error": "otp_required", "attempts_left": 3, "otp_length": 8}, 3, 8, "", "totp"},
		"other names":    {map[string]any{"error": "otp_required", "remaining_attempts": 0, "otp_digits": "6"}, 0, 6, "", "totp"},
		"nonsense":       {map[string]any{"error": "otp_required", "attempts_left": -3, "digits": 1000}, -1, 0, "", "totp"},
		"more nonsense":  {map[string]any{"error": "otp_required", "attempts_left": 1e30, "digits": "six"}, -1, 0, "", "totp"},
		"sent by e-mail": {map[string]any{"error": "email_otp_required", "sent_to": "a**@acme\u202e.example"}, -1, 0, "a**@acme.example", "email"},
		"sent by SMS":    {map[string]any{"error": "insufficient_authorization", "sms_otp_required": true, "censored_phone": "··12"}, -1, 0, "··12", "sms"},
	} {
		c.answer["auth_session"] = "s"
		w.Next(oauthtest.ChallengePath, say(c.answer))
		a, err := w.client.NewChallenge(newFlow(t)).Send(t.Context(), typed("a", "b"))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if a.AttemptsLeft != c.attempts || a.Digits != c.digits || a.SentTo != c.sentTo || a.Method != c.method {
			t.Errorf("%s: got %+v", name, a)
		}
	}
	later := now.Add(5 * time.Minute).Truncate(time.Second)
	for name, c := range map[string]struct {
		answer oauthtest.Answer
		want   time.Time
	}{
		"date":        {say(map[string]any{"error": "account_locked", "locked_until": later.Format(time.RFC3339)}), later},
		"seconds":     {say(map[string]any{"error": "account_locked", "locked_until": later.Unix()}), later},
		"retry_after": {say(map[string]any{"error": "account_locked", "retry_after": 300}), now.Add(5 * time.Minute)},
		"header":      {oauthtest.Answer{Status: 403, Header: map[string]string{"Retry-After": "300"}, Body: `{"error":"account_locked"}`}, now.Add(5 * time.Minute)},
		"past":        {say(map[string]any{"error": "account_locked", "locked_until": "2001-01-01T00:00:00Z"}), time.Time{}},
		"unknown":     {say(map[string]any{"error": "account_locked", "locked_until": "tomorrow"}), time.Time{}},
	} {
		w.Next(oauthtest.ChallengePath, c.answer)
		a, err := w.client.NewChallenge(newFlow(t)).Send(t.Context(), typed("a", "b"))
		wants(t, err, problem.AccountLocked)
		if a == nil || !a.Unlocked.Equal(c.want) {
			t.Errorf("%s: got %+v, want %v", name, a, c.want)
		}
	}
	w.Next(oauthtest.ChallengePath, oauthtest.Answer{Status: 429, Header: map[string]string{"Retry-After": "20"}, Body: ""})
	a, err := w.client.NewChallenge(newFlow(t)).Send(t.Context(), typed("a", "b"))
	if err != nil || !a.Unlocked.Equal(now.Add(20*time.Second)) {
		t.Errorf("got %+v, %v", a, err)
	}
}

func TestProfileJanssen(t *testing.T) {
	w := connect(t, profile("janssen"), func(o *config.Organization) { o.ACRValues = "agents" })
	ch := w.client.NewChallenge(newFlow(t))
	w.Next(oauthtest.ChallengePath, say(map[string]any{"status": 401, "error": "otp_required", "auth_session": "s"}), say(map[string]any{"status": 401, "error": "otp_required", "auth_session": "s"}))
	for _, fields := range []map[oauth.Field]secret.Text{typed("a", "b"), otp("1")} {
		if _, err := ch.Send(t.Context(), fields); err != nil {
			t.Fatal(err)
		}
	}
	sent := w.Requests(oauthtest.ChallengePath)
	if f := sent[0].Form; f.Get("acr_values") != "agents" || f.Get("use_auth_session") != "true" || f.Get("code_challenge") == "" {
		t.Errorf("first %v", f)
	}
	if f := sent[1].Form; f.Get("acr_values") != "agents" || f.Get("otp") != "1" || f.Has("password") {
		t.Errorf("then %v", f)
	}
}

func TestProfileA12n(t *testing.T) {
	w := connect(t, profile("a12n"), func(o *config.Organization) { o.ClientSecret = "app-secret" })
	f := newFlow(t)
	ch := w.client.NewChallenge(f)
	w.Next(oauthtest.ChallengePath, say(map[string]any{"error": "totp_required", "auth_session": "s"}), say(map[string]any{"error": "email_otp_required", "auth_session": "t"}),
		oauthtest.Answer{Body: map[string]any{"code": "c"}})
	for _, fields := range []map[oauth.Field]secret.Text{typed("a", "b"), otp("1"), otp("2")} {
		if _, err := ch.Send(t.Context(), fields); err != nil {
			t.Fatal(err)
		}
	}
	sent := w.Requests(oauthtest.ChallengePath)
	if f := sent[0].Form; f.Has("code_challenge") || f.Get("scope") == "" || sent[0].Header.Get("Authorization") == "" || f.Has("client_secret") {
		t.Errorf("first %v", f)
	}
	if f := sent[1].Form; f.Get("totp_code") != "1" || f.Has("otp") || f.Has("scope") {
		t.Errorf("then %v", f)
	}
	if f := sent[2].Form; f.Get("email_otp_code") != "2" || f.Has("totp_code") {
		t.Errorf("at last %v", f)
	}
	w.Next(oauthtest.TokenPath, oauthtest.Refused(400, "invalid_grant"))
	_, err := w.client.Exchange(t.Context(), f, secret.New("c"), "")
	wants(t, err, problem.CodeExchangeRefused)
	if form := w.Requests(oauthtest.TokenPath)[0].Form; form.Has("code_verifier") {
		t.Error("a verifier goes where no challenge went")
	}
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
