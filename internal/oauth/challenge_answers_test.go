package oauth_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/oauth"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
)

// The answers, each to a request with user name and password unless the row says what was sent.
func TestMF22MF31MF32ToMF43Answers(t *testing.T) {
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
		"used, and invalid":       {sent: "code", answer: m{"error": "insufficient_authorization", "auth_session": s, "otp_required": true, "otp_error": "used", "otp_invalid": true}, need: askCode, refused: problem.CodeUsed},
		"expired, and invalid":    {sent: "code", answer: m{"error": "otp_invalid", "auth_session": s, "otp_required": true, "otp_error": "expired"}, need: askCode, refused: problem.CodeExpired},
		"invalid, and wrong":      {sent: "code", answer: m{"error": "otp_invalid", "auth_session": s, "otp_required": true, "otp_error": "wrong"}, need: askCode, refused: problem.CodeRefused},
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
		"a12n inactive":    {profile: "a12n", answer: m{"error": "account_not_active", "auth_session": s}, ended: problem.AccountInactive},
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
