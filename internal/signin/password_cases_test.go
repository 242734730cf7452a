package signin_test

import (
	"strings"
	"testing"
	"time"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/signin"
)

// atCode brings an attempt to the question for the code.
func atCode(t *testing.T, server *oauthtest.Server) (*talk, signin.Code) {
	t.Helper()
	k := newTalk(t, server).start()
	k.credentials(server.Users[0].Password)
	return k, expect[signin.Code](k)
}

// wantAsTyped checks that passwords reach the server without a change.
func wantAsTyped(t *testing.T, passwords ...string) {
	t.Helper()
	for _, password := range passwords {
		server := oauthtest.New(t)
		server.Users[0].Password = password
		k, _ := atCode(t, server)
		if got := k.sent(oauthtest.ChallengePath)[0].Form.Get("password"); got != password {
			t.Errorf("the server got %d bytes, want %d", len(got), len(password))
		}
	}
}

func TestMF01Lengths(t *testing.T) {
	wantAsTyped(t, "x", strings.Repeat("p", 64), strings.Repeat("ü", 128), strings.Repeat("😀", 1024))
}

func TestMF02Spaces(t *testing.T) {
	wantAsTyped(t, "  two before, two after  ", "a\u00a0b", " ")
}

func TestMF05ComposedOrNot(t *testing.T) {
	wantAsTyped(t, "caf\u00e9", "cafe\u0301", "\u200fשלום", "ﬁ")
}

func TestMF08FormCharacters(t *testing.T) {
	wantAsTyped(t, `+ & = % # " %20 ; \ ?`, `\u0041"'`)
}

func TestMF14SecretsAreWipedAfterUse(t *testing.T) {
	server := oauthtest.New(t)
	k := newTalk(t, server).start()
	typed := []secret.Text{secret.New("wrong"), secret.New(server.Users[0].Password), secret.New("999999"), secret.New(server.Users[0].OTP)}
	for _, password := range typed[:2] {
		step := until[signin.Credentials](k)
		k.answer(signin.Answer{ID: step.ID, Username: amy, Password: password})
	}
	for _, code := range typed[2:] {
		step := until[signin.Code](k)
		k.answer(signin.Answer{ID: step.ID, Code: code})
	}
	k.signsIn()
	for n, s := range typed {
		if !s.Empty() {
			t.Errorf("answer %d was not wiped", n)
		}
	}
}

func TestMF44CodesAreJudgedByTheServerAlone(t *testing.T) {
	for _, off := range []time.Duration{-90 * time.Second, 90 * time.Second, 3 * time.Hour} {
		server := oauthtest.New(t)
		k := newTalk(t, server)
		k.deps.Clock = clocktest.At(time.Now().Add(off))
		k.start()
		k.credentials(server.Users[0].Password)
		code := expect[signin.Code](k)
		k.answer(signin.Answer{ID: code.ID, Code: secret.New(server.Users[0].OTP)})
		k.next() // whatever becomes of it
		if n := server.Count(oauthtest.ChallengePath); n != 2 {
			t.Errorf("off by %s: %d requests", off, n)
		}
	}
}

func TestMF50ClosedAtTheCode(t *testing.T) {
	server := oauthtest.New(t)
	first, _ := atCode(t, server)
	first.attempt.Cancel()
	first.ends(problem.GivenUp)
	again := newTalk(t, server).start()
	expect[signin.Credentials](again)
	if n := server.Count(oauthtest.ChallengePath); n != 1 {
		t.Errorf("%d requests: the old session was used", n)
	}
}

func TestMF51WhatOnlyAPageCanDoGoesOnInTheBrowser(t *testing.T) {
	for _, code := range []string{"password_change_required", "mfa_enrolment_required", "consent_required"} {
		server := oauthtest.New(t)
		k := newTalk(t, server).start()
		step := expect[signin.Credentials](k)
		server.Next(oauthtest.ChallengePath, oauthtest.Refused(400, code, "auth_session", "s1"))
		k.answer(signin.Answer{ID: step.ID, Username: amy, Password: secret.New("pass phrase of amy")})
		until[signin.Browser](k)
		k.signsIn()
	}
}

func TestMF52FormSaysWhereThePasswordGoes(t *testing.T) {
	server := oauthtest.New(t)
	k := newTalk(t, server).start()
	if step := expect[signin.Credentials](k); "http://"+step.Host != server.URL {
		t.Errorf("the form says %q, the password goes to %s", step.Host, server.URL)
	}
}

func TestMF20PasswordIsOnlyInTheBody(t *testing.T) {
	server := oauthtest.New(t)
	k, code := atCode(t, server)
	k.answer(signin.Answer{ID: code.ID, Code: secret.New(server.Users[0].OTP)})
	k.signsIn()
	for _, r := range k.sent("") {
		if r.Query.Has("password") || r.Query.Has("otp") || r.Query.Has("code_verifier") || r.Query.Has("auth_session") {
			t.Errorf("%s has a secret in its address", r.Path)
		}
	}
}

func TestMF38CodeIsSentWithoutSeparators(t *testing.T) {
	server := oauthtest.New(t)
	k, code := atCode(t, server)
	k.answer(signin.Answer{ID: code.ID, Code: secret.New(" ١٢٣\u00a0-456\r\n")})
	k.signsIn()
	sent := k.sent(oauthtest.ChallengePath)
	if got := sent[len(sent)-1].Form.Get("otp"); got != "123456" {
		t.Errorf("the server got %q", got)
	}
}

func TestMF49CodeIsSentOnce(t *testing.T) {
	server := oauthtest.New(t)
	k, code := atCode(t, server)
	k.answer(signin.Answer{ID: code.ID, Code: secret.New(server.Users[0].OTP)}) // complete
	edited := secret.New("12345")
	if err := k.attempt.Answer(signin.Answer{ID: code.ID, Code: edited}); err == nil || !edited.Empty() {
		t.Error("the second one counted, or was not wiped")
	}
	k.signsIn()
	if n := server.Count(oauthtest.ChallengePath); n != 2 {
		t.Errorf("%d requests", n)
	}
}

// wantCodeTrouble has the server say what is wrong with a code.
func wantCodeTrouble(t *testing.T, said string, want problem.Code) {
	t.Helper()
	server := oauthtest.New(t)
	k, code := atCode(t, server)
	refusal := oauthtest.Refused(401, "insufficient_authorization", "otp_error", said, "auth_session", "s2")
	body := refusal.Body.(map[string]any)
	body["otp_required"], body["attempts_left"], body["otp_digits"] = true, 3, 6
	server.Next(oauthtest.ChallengePath, refusal)
	k.answer(signin.Answer{ID: code.ID, Code: secret.New(server.Users[0].OTP)})
	if trouble := k.trouble(want, "code"); trouble.AttemptsLeft != 3 {
		t.Errorf("%d tries left", trouble.AttemptsLeft)
	}
	if again := expect[signin.Code](k); again.Digits != 6 {
		t.Errorf("got %+v", again)
	}
}

func TestWrongCodeWithTriesLeft(t *testing.T) { wantCodeTrouble(t, "wrong", problem.CodeRefused) }
func TestMF43CodeUsedTwice(t *testing.T)      { wantCodeTrouble(t, "used", problem.CodeUsed) }
func TestMF46CodeExpired(t *testing.T)        { wantCodeTrouble(t, "expired", problem.CodeExpired) }

func TestMF19PauseIsTold(t *testing.T) {
	server := oauthtest.New(t)
	k := newTalk(t, server)
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	k.deps.Clock = clocktest.At(now)
	k.start()
	step := expect[signin.Credentials](k)
	server.Next(oauthtest.ChallengePath, oauthtest.Answer{Status: 429, Header: map[string]string{"Retry-After": "90"}, Body: map[string]any{"error": "slow_down"}})
	k.answer(signin.Answer{ID: step.ID, Username: amy, Password: secret.New("pass phrase of amy")})
	trouble := expect[signin.Trouble](k)
	if trouble.Problem.Code != problem.TooManyTries || !trouble.Problem.Again || !trouble.Until.Equal(now.Add(90*time.Second)) {
		t.Errorf("got %+v", trouble)
	}
	expect[signin.Credentials](k)
}

func TestCodeByMailSaysWhereItWent(t *testing.T) {
	server := oauthtest.New(t)
	k := newTalk(t, server).start()
	step := expect[signin.Credentials](k)
	server.Next(oauthtest.ChallengePath, oauthtest.Refused(400, "email_otp_required", "auth_session", "s1", "censored_email", "a**@acme.example"))
	k.answer(signin.Answer{ID: step.ID, Username: amy, Password: secret.New("pass phrase of amy")})
	if code := expect[signin.Code](k); code.Method != "email" || code.SentTo != "a**@acme.example" {
		t.Errorf("got %+v", code)
	}
}

func TestMF37WrongPasswordsAreNotStepsUp(t *testing.T) {
	server := oauthtest.New(t)
	k := newTalk(t, server).start()
	for range 12 {
		k.credentials("wrong-password")
		k.trouble(problem.CredentialsRefused, "password")
	}
	k.credentials(server.Users[0].Password)
	expect[signin.Code](k)
}

func TestMF27PageThatIsOpenMayTakeItsTime(t *testing.T) {
	server := oauthtest.New(t)
	k := newTalk(t, server)
	turned := clocktest.At(time.Now())
	k.deps.Clock, k.opts.NoOpen = turned, true
	k.start()
	k.credentials(server.Users[0].Password)
	code := expect[signin.Code](k)
	refusal := oauthtest.Refused(400, "redirect_to_web", "request_uri", server.PushRequest())
	refusal.Body.(map[string]any)["expires_in"] = 60
	server.Next(oauthtest.ChallengePath, refusal)
	k.answer(signin.Answer{ID: code.ID, Code: secret.New(server.Users[0].OTP)})
	step := expect[signin.Browser](k)
	callback := server.Browse(t, authorizationURL(t, step.URL)) // opened in time
	expect[signin.Browser](k)
	turned.Advance(2 * time.Minute) // and the agent looks for the security key
	tab(t, callback.String())
	k.signsIn()
	opened := false
	for _, s := range k.said {
		if b, ok := s.(signin.Browser); ok && b.Stage == signin.Opening && opened {
			t.Errorf("back to %+v", b)
		} else if ok {
			opened = b.Stage != signin.Opening
		}
	}
}

func TestMF27PageThatWasNotOpenedInTimeIsReplaced(t *testing.T) {
	server := oauthtest.New(t)
	k := newTalk(t, server)
	turned := clocktest.At(time.Now())
	k.deps.Clock, k.opts.NoOpen = turned, true
	k.start()
	k.credentials(server.Users[0].Password)
	code := expect[signin.Code](k)
	refusal := oauthtest.Refused(400, "redirect_to_web", "request_uri", server.PushRequest())
	refusal.Body.(map[string]any)["expires_in"] = 60
	server.Next(oauthtest.ChallengePath, refusal)
	k.answer(signin.Answer{ID: code.ID, Code: secret.New(server.Users[0].OTP)})
	step := expect[signin.Browser](k)
	turned.Advance(61 * time.Second)
	expect[signin.Browser](k) // another page behind the same address
	tab(t, step.URL)
	k.signsIn()
	authorize := k.sent(oauthtest.AuthorizePath)
	if len(authorize) != 1 || authorize[0].Query.Has("request_uri") || authorize[0].Query.Get("login_hint") != amy {
		t.Errorf("got %v", authorize)
	}
}
