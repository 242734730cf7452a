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

func TestPasswordsArriveAsTyped(t *testing.T) {
	for name, password := range map[string]string{
		"MF01 one":         "x",
		"MF01 64":          strings.Repeat("p", 64),
		"MF01 128":         strings.Repeat("ü", 128),
		"MF01 1024":        strings.Repeat("😀", 1024),
		"MF02 spaces":      "  two before, two after  ",
		"MF05 NFC":         "caf\u00e9",
		"MF05 NFD":         "cafe\u0301",
		"MF08 form":        `+ & = % # " %20 ; \ ?`,
		"MF01 no-break":    "a\u00a0b",
		"MF05 right-left":  "\u200fשלום",
		"MF08 JSON escape": `\u0041"'`,
	} {
		t.Run(name, func(t *testing.T) {
			server := oauthtest.New(t)
			server.Users[0].Password = password
			k, _ := atCode(t, server)
			if got := k.sent(oauthtest.ChallengePath)[0].Form.Get("password"); got != password {
				t.Errorf("the server got %d bytes, want %d", len(got), len(password))
			}
		})
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

func TestWhatIsWrongWithACode(t *testing.T) {
	for _, c := range []struct {
		name    string
		members []string
		want    problem.Code
	}{
		{"wrong", []string{"otp_error", "wrong"}, problem.CodeRefused},
		{"MF43 used twice", []string{"otp_error", "used"}, problem.CodeUsed},
		{"MF46 expired", []string{"otp_error", "expired"}, problem.CodeExpired},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := oauthtest.New(t)
			k, code := atCode(t, server)
			refusal := oauthtest.Refused(401, "insufficient_authorization", append(c.members, "auth_session", "s2")...)
			body := refusal.Body.(map[string]any)
			body["otp_required"], body["attempts_left"], body["otp_digits"] = true, 3, 6
			server.Next(oauthtest.ChallengePath, refusal)
			k.answer(signin.Answer{ID: code.ID, Code: secret.New(server.Users[0].OTP)})
			if trouble := k.trouble(c.want, "code"); trouble.AttemptsLeft != 3 {
				t.Errorf("%d tries left", trouble.AttemptsLeft)
			}
			if again := expect[signin.Code](k); again.Digits != 6 {
				t.Errorf("got %+v", again)
			}
		})
	}
}

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
