package oauth_test

import (
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/config"
	"latchkey/internal/oauth"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
)

const mfaGrant = "http://auth0.com/oauth/grant-type/"

func grants(t *testing.T, dialect config.Credentials, factors ...string) (*world, oauth.Interview) {
	t.Helper()
	s := oauthtest.NewGrants(t, dialect)
	s.Factors = factors
	w := discover(t, s)
	i := w.client.Interview(newFlow(t))
	t.Cleanup(i.Close)
	return w, i
}

func (w *world) signedIn(t *testing.T, a *oauth.ChallengeAnswer, err error) {
	t.Helper()
	if err != nil || a.Tokens == nil || !a.Code.Empty() {
		t.Fatalf("got %+v, %v", a, err)
	}
	if who, err := w.client.Identify(t.Context(), a.Tokens); err != nil || who.Username == "" {
		t.Errorf("signed in as %+v, %v", who, err)
	}
}

func TestPasswordGrantsByEveryMethod(t *testing.T) {
	for _, dialect := range []config.Credentials{config.CredentialsAuth0, config.CredentialsOkta} {
		for _, method := range []string{"totp", "sms", "voice", "email", "recovery"} {
			if dialect == config.CredentialsOkta && (method == "email" || method == "recovery") {
				continue
			}
			t.Run(string(dialect)+" "+method, func(t *testing.T) {
				w, i := grants(t, dialect, "totp", "sms", "voice", "email", "push", "recovery")
				a, err := signIn(t, i)
				if err != nil || !cmp.Equal(a.Need, []oauth.Field{oauth.FieldMethod}) || a.Refused != nil {
					t.Fatalf("got %+v, %v", a, err)
				}
				if a, err = i.Choose(t.Context(), method); err != nil || !cmp.Equal(a.Need, askCode) || a.Method != method {
					t.Fatalf("got %+v, %v", a, err)
				}
				if sent := method != "totp" && method != "recovery"; sent == a.ResendAt.IsZero() {
					t.Errorf("can be sent again from %v on", a.ResendAt)
				}
				right, wrong := "123456", problem.CodeRefused
				if method == "recovery" {
					right, wrong = oauthtest.RecoveryCode, problem.RecoveryRefused
				}
				a, err = i.Send(t.Context(), otp("000000"))
				if err != nil || a.Refused == nil || a.Refused.Code != wrong || a.Method != method || len(a.Methods) == 0 {
					t.Fatalf("got %+v, %v", a, err)
				}
				a, err = i.Send(t.Context(), otp(right))
				w.signedIn(t, a, err)
				if got := a.RecoveryCode.Reveal(); (method == "recovery") != (got == oauthtest.NewRecoveryCode) {
					t.Errorf("new recovery code %q", got)
				} else if !oauth.Recovery(a.Tokens).Empty() {
					t.Error("the tokens hold the recovery code, too")
				}
			})
		}
	}
}

func TestPasswordGrantRequests(t *testing.T) {
	for dialect, want := range map[config.Credentials][]string{
		config.CredentialsAuth0: {
			"audience=https%3A%2F%2Fapi.example&client_id=latchkey-test&grant_type=" + url.QueryEscape(mfaGrant+"password-realm") +
				"&password=correct+horse&realm=agents&scope=openid+profile+email+offline_access&username=amy%40acme.example",
			"client_id=latchkey-test&grant_type=" + url.QueryEscape(mfaGrant+"mfa-otp") + "&otp=123456",
		},
		config.CredentialsOkta: {
			"client_id=latchkey-test&grant_type=password&password=correct+horse&scope=openid+profile+email+offline_access&username=amy%40acme.example",
			"client_id=latchkey-test&grant_type=" + url.QueryEscape(mfaGrant+"mfa-otp") + "&otp=123456&scope=openid+profile+email+offline_access",
		},
	} {
		t.Run(string(dialect), func(t *testing.T) {
			w := discover(t, oauthtest.NewGrants(t, dialect), func(o *config.Organization) {
				if dialect == config.CredentialsAuth0 {
					o.Audience, o.Realm = "https://api.example", "agents"
				}
			})
			i := w.client.Interview(newFlow(t))
			password := secret.New("correct horse")
			a, err := i.Send(t.Context(), map[oauth.Field]secret.Text{oauth.FieldUsername: secret.New("amy@acme.example"), oauth.FieldPassword: password})
			if err != nil || !cmp.Equal(a.Need, askCode) || a.Method != "totp" || !password.Empty() {
				t.Fatalf("got %+v, %v", a, err)
			}
			a, err = i.Send(t.Context(), otp("123456"))
			w.signedIn(t, a, err)
			var sent []string
			for _, r := range w.Requests(oauthtest.TokenPath) {
				r.Form.Del("mfa_token")
				sent = append(sent, r.Form.Encode())
			}
			if diff := cmp.Diff(want, sent); diff != "" {
				t.Error(diff)
			}
			if w.client.Server.CredentialsHost() != w.client.Server.Host() || !w.client.TakesPassword() || w.client.CodeWithPassword() {
				t.Errorf("the password goes to %q", w.client.Server.CredentialsHost())
			}
		})
	}
}

func TestS17PasswordGrantApprovals(t *testing.T) {
	for _, dialect := range []config.Credentials{config.CredentialsAuth0, config.CredentialsOkta} {
		for _, approve := range []bool{true, false} {
			t.Run(string(dialect), func(t *testing.T) {
				s := oauthtest.NewGrants(t, dialect)
				s.Factors = []string{"totp", "push"}
				w := leap(t, s)
				i := w.client.Interview(newFlow(t))
				defer i.Close()
				if _, err := signIn(t, i); err != nil {
					t.Fatal(err)
				}
				a, err := i.Choose(t.Context(), "push")
				if err != nil || !cmp.Equal(a.Need, []oauth.Field{oauth.FieldApproval}) || a.Until.Sub(w.clock.Now()) != 5*time.Minute {
					t.Fatalf("got %+v, %v", a, err)
				}
				number, every := "", 5
				if dialect == config.CredentialsOkta {
					number, every = "95", 4
				}
				w.clock.wake = func(nap int) {
					if nap == 3 {
						w.Decide(approve)
					}
				}
				if a.Number != number {
					t.Errorf("shows %q", a.Number)
				}
				a, err = i.Wait(t.Context())
				if diff := cmp.Diff(seconds(every, every, every), w.clock.naps); diff != "" {
					t.Error(diff)
				}
				if approve {
					if err != nil || a.Tokens == nil {
						t.Errorf("got %+v, %v", a, err)
					}
					return
				}
				if err != nil || a.Refused == nil || a.Refused.Code != problem.ApprovalRefused || !cmp.Equal(a.Need, []oauth.Field{oauth.FieldMethod}) {
					t.Fatalf("got %+v, %v", a, err)
				}
				if _, err = i.Choose(t.Context(), "totp"); err != nil {
					t.Fatal(err)
				}
				if a, err = i.Send(t.Context(), otp("123456")); err != nil || a.Tokens == nil {
					t.Errorf("got %+v, %v", a, err)
				}
			})
		}
	}
}

// Answers to user name and password, or to the code after it.
func TestPasswordGrantAnswers(t *testing.T) {
	auth0, okta, keycloak := config.CredentialsAuth0, config.CredentialsOkta, config.CredentialsKeycloak
	for name, c := range map[string]struct {
		dialect config.Credentials
		second  bool // the answer is to the code
		answer  oauthtest.Answer
		refused problem.Code
		ended   problem.Code
		web     bool
		until   time.Duration
	}{
		"wrong (MF-15)":     {auth0, false, oauthtest.Refused(403, "invalid_grant"), problem.CredentialsRefused, "", false, 0},
		"wrong, okta":       {okta, false, oauthtest.Refused(400, "invalid_grant"), problem.CredentialsRefused, "", false, 0},
		"wrong, keycloak":   {keycloak, false, oauthtest.Refused(401, "invalid_grant", "error_description", "Invalid user credentials"), problem.CredentialsOrCodeRefused, "", false, 0},
		"set-up, keycloak":  {keycloak, false, oauthtest.Refused(400, "invalid_grant", "error_description", "Account is not fully set up"), "", "", true, 0},
		"off, keycloak":     {keycloak, false, oauthtest.Refused(400, "invalid_grant", "error_description", "Account disabled"), "", problem.AccountDisabled, false, 0},
		"mfa, keycloak":     {keycloak, false, oauthtest.Refused(403, "mfa_required", "mfa_token", "x"), "", "", true, 0},
		"expired, okta":     {okta, false, oauthtest.Refused(403, "password_expired"), "", "", true, 0},
		"expired, in words": {okta, false, oauthtest.Refused(400, "invalid_grant", "error_description", "The user's password is expired."), "", "", true, 0},
		"policy, okta":      {okta, false, oauthtest.Refused(400, "access_denied", "error_description", "The client does not support what the policy asks for."), "", "", true, 0},
		"leaked, auth0":     {auth0, false, oauthtest.Refused(403, "password_leaked"), problem.PasswordKnown, "", false, 0},
		"blocked, auth0":    {auth0, false, oauthtest.Refused(401, "unauthorized", "error_description", "user is blocked"), "", problem.AccountDisabled, false, 0},
		"locked, auth0 (MF-19)": {auth0, false, oauthtest.Answer{Status: 429, Header: map[string]string{"Retry-After": "300"}, Body: m{"error": "too_many_attempts"}},
			"", problem.AccountLocked, false, 5 * time.Minute},
		"pause (MF-19)":     {okta, false, oauthtest.Answer{Status: 429, Header: map[string]string{"Retry-After": "20"}, Body: ""}, problem.TooManyTries, "", false, 20 * time.Second},
		"enrolment (MF-51)": {auth0, false, oauthtest.Refused(403, "mfa_enrollment_required"), "", "", true, 0},
		"no token":          {auth0, false, oauthtest.Refused(403, "mfa_required"), "", problem.TokenMalformed, false, 0},
		"not allowed":       {auth0, false, oauthtest.Refused(403, "unauthorized_client"), "", problem.AppNotAllowed, false, 0},
		"place":             {auth0, false, oauthtest.Refused(403, "access_denied", "error_description", "ip_not_allowed", "client_ip", "203.0.113.9"), "", problem.AddressRefused, false, 0},
		"out of order":      {okta, false, oauthtest.Answer{Status: 503, Body: "no"}, "", problem.ServerUnavailable, false, 0},
		"damaged tokens":    {okta, false, oauthtest.Answer{Body: m{"access_token": "a"}}, "", problem.TokenMalformed, false, 0},
		"security key (MF-53)": {okta, false, oauthtest.Answer{Status: 403, Body: m{"error": "mfa_required", "mfa_token": "x",
			"supported_challenge_types": []string{"urn:okta:params:oauth:grant-type:mfa-webauthn"}}}, "", "", true, 0},

		"wrong code":               {auth0, true, oauthtest.Refused(403, "invalid_grant", "error_description", "Invalid otp_code."), problem.CodeRefused, "", false, 0},
		"forgotten, auth0 (MF-25)": {auth0, true, oauthtest.Refused(401, "expired_token", "error_description", "mfa_token is expired"), "", problem.SignInTimedOut, false, 0},
		"forgotten, okta (MF-25)":  {okta, true, oauthtest.Refused(400, "invalid_grant", "error_description", "The mfa_token is invalid or expired."), "", problem.SignInTimedOut, false, 0},
		"locked at the code":       {auth0, true, oauthtest.Answer{Status: 429, Body: m{"error": "too_many_attempts"}}, "", problem.AccountLocked, false, 0},
		"one more":                 {okta, true, oauthtest.Refused(403, "interaction_required"), "", "", true, 0},
	} {
		t.Run(name, func(t *testing.T) {
			w, i := grants(t, c.dialect, "totp")
			act := signIn
			if c.second {
				if _, err := signIn(t, i); err != nil {
					t.Fatal(err)
				}
				act = enter("998877")
			}
			before := w.Count(oauthtest.TokenPath)
			w.Next(oauthtest.TokenPath, c.answer)
			a, err := act(t, i)
			wants(t, err, c.ended)
			hides(t, err, "correct horse", "998877")
			if n := w.Count(oauthtest.TokenPath) - before; n != 1 {
				t.Errorf("%d requests", n)
			}
			if a != nil && !a.Unlocked.IsZero() != (c.until > 0) || a != nil && c.until > 0 && a.Unlocked.Sub(w.clock.Now()) != c.until {
				t.Errorf("until %v", a.Unlocked)
			}
			if err != nil {
				return
			}
			if got := asError(a.Refused); c.refused == "" && a.Refused != nil || c.refused != "" && !problem.Has(got, c.refused) || a.Web != c.web {
				t.Errorf("got %+v", a)
			}
			if need := a.Need; !c.web && !(c.second && slices.Equal(need, askCode) || !c.second && slices.Equal(need, askCredentials)) {
				t.Errorf("asks for %v", need)
			}
		})
	}
}

func TestKeycloakPasswordAndCode(t *testing.T) {
	w, i := grants(t, config.CredentialsKeycloak)
	if !w.client.CodeWithPassword() {
		t.Error("the code is not in the form")
	}
	both := func(code string) map[oauth.Field]secret.Text {
		fields := typed("amy@acme.example", "correct horse")
		if code != "" {
			fields[oauth.FieldOTP] = secret.New(code)
		}
		return fields
	}
	for _, code := range []string{"", "000000"} {
		a, err := i.Send(t.Context(), both(code))
		if err != nil || !cmp.Equal(a.Need, askCredentials) || a.Refused == nil || a.Refused.Code != problem.CredentialsOrCodeRefused {
			t.Errorf("got %+v, %v", a, err)
		}
	}
	a, err := i.Send(t.Context(), both("123456"))
	w.signedIn(t, a, err)
	sent := w.Requests(oauthtest.TokenPath)
	if sent[0].Form.Has("otp") || sent[2].Form.Get("otp") != "123456" {
		t.Errorf("sent %v", sent)
	}
}
