package oauth_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/config"
	"latchkey/internal/oauth"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
)

// The ID token of a password grant is checked like any other; only the nonce, which nobody sent, is not looked at.
func TestPasswordGrantIDTokens(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(claims)
		want  problem.Code
	}{
		"good": {func(claims) {}, ""}, "a nonce": {func(m claims) { m["nonce"] = "x" }, ""},
		"another audience": {func(m claims) { m["aud"] = "someone" }, problem.IDTokenInvalid},
		"another issuer":   {func(m claims) { m["iss"] = "https://evil.example" }, problem.IDTokenInvalid},
	} {
		w, i := grants(t, config.CredentialsOkta)
		w.SpoilClaims = c.spoil
		a, err := i.Send(t.Context(), typed("ben@acme.example", "battery staple"))
		if wants(t, err, c.want); err == nil && a.Tokens == nil {
			t.Errorf("%s: got %+v", name, a)
		}
		if n := w.Count(oauthtest.RevokePath); (n > 0) != (c.want != "") {
			t.Errorf("%s: %d revocations", name, n)
		}
	}
}

func TestPasswordGrantCodesThatAreNotSent(t *testing.T) {
	for _, dialect := range []config.Credentials{config.CredentialsAuth0, config.CredentialsOkta} {
		path := oauthtest.MFAChallengePath
		if dialect == config.CredentialsOkta {
			path = oauthtest.OktaChallengePath
		}
		for name, c := range map[string]struct {
			answer  oauthtest.Answer
			refused problem.Code
			ended   problem.Code
			web     bool
		}{
			"not sent":      {oauthtest.Refused(403, "access_denied"), problem.CodeNotSent, "", false},
			"none":          {oauthtest.Refused(400, "invalid_request"), problem.CodeNotSent, "", false},
			"too soon":      {oauthtest.Refused(429, "too_many_attempts", "error_description", "Too many questions."), problem.ResendTooSoon, "", false},
			"locked":        {oauthtest.Refused(429, "too_many_attempts", "error_description", "Your account has been blocked."), "", problem.AccountLocked, false},
			"forgotten":     {oauthtest.Refused(401, "expired_token"), "", problem.SignInTimedOut, false},
			"another kind":  {oauthtest.Answer{Body: m{"challenge_type": "webauthn"}}, "", "", true},
			"another bind":  {oauthtest.Answer{Body: m{"challenge_type": "oob", "oob_code": "x", "binding_method": "dance"}}, "", "", true},
			"without code":  {oauthtest.Answer{Body: m{"challenge_type": "oob"}}, "", problem.TokenMalformed, false},
			"no JSON":       {oauthtest.Answer{Body: "x"}, "", problem.TokenMalformed, false},
			"not reachable": {oauthtest.Answer{Status: 502, Body: "x"}, "", problem.ServerUnavailable, false},
		} {
			t.Run(string(dialect)+" "+name, func(t *testing.T) {
				w, i := grants(t, dialect, "totp", "sms")
				if _, err := signIn(t, i); err != nil {
					t.Fatal(err)
				}
				w.Next(path, c.answer)
				a, err := i.Choose(t.Context(), "sms")
				wants(t, err, c.ended)
				if err == nil && (a.Web != c.web || (c.refused != "" && !problem.Has(asError(a.Refused), c.refused)) || !c.web && len(a.Need) == 0) {
					t.Errorf("got %+v", a)
				}
			})
		}
	}
}

// Whoever wished for a code too early is told until when to wait, at the choice and beside another method, said by the server or not.
func TestMF47TooSoonAlwaysHasAnEnd(t *testing.T) {
	for dialect, path := range map[config.Credentials]string{
		config.CredentialsAuth0: oauthtest.MFAChallengePath, config.CredentialsOkta: oauthtest.OktaChallengePath,
	} {
		for name, c := range map[string]struct {
			factors []string
			header  map[string]string
			before  string // chosen before
			want    time.Duration
			need    oauth.Field
		}{
			"at the choice":                 {[]string{"totp", "sms"}, map[string]string{"Retry-After": "300"}, "", 5 * time.Minute, oauth.FieldMethod},
			"at the choice, without a word": {[]string{"totp", "sms"}, nil, "", 30 * time.Second, oauth.FieldMethod},
			"at the choice, shorter":        {[]string{"totp", "sms"}, map[string]string{"Retry-After": "2"}, "", 30 * time.Second, oauth.FieldMethod},
			"beside a code":                 {[]string{"totp", "sms"}, map[string]string{"Retry-After": "300"}, "totp", 5 * time.Minute, oauth.FieldOTP},
			"beside a code, without a word": {[]string{"totp", "sms"}, nil, "totp", 30 * time.Second, oauth.FieldOTP},
			"the only method":               {[]string{"sms"}, map[string]string{"Retry-After": "300"}, "", 5 * time.Minute, oauth.FieldMethod},
			"once more":                     {[]string{"totp", "sms"}, map[string]string{"Retry-After": "300"}, "sms", 5 * time.Minute, oauth.FieldOTP},
		} {
			if dialect == config.CredentialsOkta && len(c.factors) == 1 {
				continue // there is always a choice
			}
			t.Run(string(dialect)+" "+name, func(t *testing.T) {
				w, i := grants(t, dialect, c.factors...)
				busy := oauthtest.Answer{Status: 429, Header: c.header, Body: m{"error": "too_many_attempts", "error_description": "Too many questions."}}
				if len(c.factors) == 1 {
					w.Next(path, busy)
				}
				a, err := signIn(t, i)
				if err == nil && c.before != "" {
					a, err = i.Choose(t.Context(), c.before)
				}
				if err == nil && len(c.factors) > 1 {
					w.Next(path, busy)
					a, err = i.Choose(t.Context(), "sms")
				}
				if err != nil {
					t.Fatal(err)
				}
				if !problem.Has(asError(a.Refused), problem.ResendTooSoon) || len(a.Need) != 1 || a.Need[0] != c.need || a.ResendAt.Sub(w.clock.Now()) != c.want {
					t.Errorf("got %+v, which ends in %s", a, a.ResendAt.Sub(w.clock.Now()))
				}
			})
		}
	}
}

func TestAuthenticatorsThatLeadToTheBrowser(t *testing.T) {
	for name, answer := range map[string]oauthtest.Answer{
		"none (MF-51)":         {Body: []m{}},
		"security key (MF-53)": {Body: []m{{"id": "1", "active": true, "authenticator_type": "webauthn-roaming"}}},
		"not active":           {Body: []m{{"id": "1", "active": false, "authenticator_type": "otp"}}},
		"no list":              {Body: m{"error": "x"}},
		"smuggled":             {Body: `[{"id":"1","active":true,"authenticator_type":"otp"}],"list":[]`},
	} {
		w, i := grants(t, config.CredentialsAuth0, "totp")
		w.Next(oauthtest.AuthenticatorsPath, answer, answer, answer)
		if a, err := signIn(t, i); err != nil || !a.Web {
			t.Errorf("%s: got %+v, %v", name, a, err)
		}
	}
}

// A list that the server cannot give now says nothing about the person: it is told, and nothing else is tried.
func TestAuthenticatorsThatCannotBeListedNow(t *testing.T) {
	for want, answer := range map[problem.Code]oauthtest.Answer{
		problem.ServerUnavailable: {Status: 503, Body: "x"},
		problem.TooManyTries:      {Status: 429, Body: m{"error": "too_many_requests"}},
	} {
		w, i := grants(t, config.CredentialsAuth0, "totp")
		w.Next(oauthtest.AuthenticatorsPath, answer, answer, answer)
		a, err := signIn(t, i)
		if a != nil && a.Refused != nil {
			err = a.Refused
		}
		if wants(t, err, want); a != nil && (a.Web || a.Tokens != nil) {
			t.Errorf("%s: got %+v", want, a)
		}
	}
}

func TestNoInterview(t *testing.T) {
	w := connect(t, func(o *config.Organization) { o.Credentials = config.CredentialsOff })
	if w.client.TakesPassword() || w.client.CodeWithPassword() || w.client.Interview(newFlow(t)) != nil {
		t.Error("a door that is not there")
	}
	g := discover(t, oauthtest.NewGenesys(t), func(o *config.Organization) { o.Credentials = config.CredentialsOkta })
	if g.client.TakesPassword() {
		t.Error("Genesys Cloud takes no passwords from apps")
	}
	_, i := grants(t, config.CredentialsOkta, "totp")
	_, err := i.Resend(t.Context())
	_, err2 := i.Choose(t.Context(), "sms")
	_, err3 := i.Send(t.Context(), otp("1"))
	wants(t, err, problem.MethodNotAvailable)
	wants(t, err2, problem.MethodNotAvailable)
	wants(t, err3, problem.MethodNotAvailable)
}

// A first phone may be lost: the second one can be chosen, has its code sent, and what is on its way to either is kept apart.
func TestAuth0SecondPhone(t *testing.T) {
	phone := func(id, channel, name string) m {
		return m{"id": id, "active": true, "authenticator_type": "oob", "oob_channel": channel, "name": name}
	}
	w, i := grants(t, config.CredentialsAuth0, "sms", "work", "push", "tablet")
	w.Next(oauthtest.AuthenticatorsPath, oauthtest.Answer{Body: []m{
		phone("sms|dev_1", "sms", "+49 ••• 42"), phone("work|dev_2", "sms", "+49 ••• 77"), phone("push|dev_3", "auth0", "Amy's phone"),
		phone("tablet|dev_4", "auth0", "Amy's tablet"), {"id": "totp|1", "active": true, "authenticator_type": "otp"},
		{"id": "totp|2", "active": true, "authenticator_type": "otp"},
	}})
	a, err := signIn(t, i)
	if err != nil {
		t.Fatal(err)
	}
	want := []oauth.Factor{
		{Method: "sms", SentTo: "+49 ••• 42"}, {Method: "sms-2", SentTo: "+49 ••• 77"}, {Method: "push", SentTo: "Amy's phone"},
		{Method: "push-2", SentTo: "Amy's tablet"}, {Method: "totp"},
	}
	if diff := cmp.Diff(want, a.Methods, factorsOnly); diff != "" {
		t.Error(diff)
	}
	for _, f := range want[:2] {
		if a, err = i.Choose(t.Context(), f.Method); err != nil || a.Method != f.Method || a.SentTo != f.SentTo || len(a.Methods) != 4 {
			t.Errorf("%s: got %+v, %v", f.Method, a, err)
		}
	}
	if a, ok := i.Back("sms"); !ok || a.SentTo != want[0].SentTo {
		t.Errorf("back at %+v, %v", a, ok)
	}
	if a, ok := i.Back("sms-2"); !ok || a.SentTo != want[1].SentTo {
		t.Errorf("back at %+v, %v", a, ok)
	}
	a, err = i.Send(t.Context(), otp("123456"))
	w.signedIn(t, a, err)
	sent := w.Requests(oauthtest.TokenPath)
	if code := sent[len(sent)-1].Form.Get("oob_code"); code != "oob-work" {
		t.Errorf("the code is redeemed as one of %q", code)
	}
}

func TestKind(t *testing.T) {
	for method, want := range map[string]string{
		"sms": "sms", "sms-2": "sms", "push-10": "push", "totp": "totp", "": "", "sms-1": "sms-1", "sms-x": "sms-x", "sms-": "sms-",
		"recovery-code": "recovery-code", "someone-2": "someone-2",
	} {
		if got := oauth.Kind(method); got != want {
			t.Errorf("%q is a %q, want %q", method, got, want)
		}
	}
}
