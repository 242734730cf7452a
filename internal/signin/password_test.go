package signin_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"latchkey/internal/oauth"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/signin"
)

func TestPasswordAndCode(t *testing.T) {
	server := oauthtest.New(t)
	k := newTalk(t, server)
	k.browser.mustNot = true
	k.start()
	for server.Count(oauthtest.JWKSPath) == 0 { // discovery includes the keys, and the agent is still typing
		time.Sleep(time.Millisecond)
	}
	before := len(server.Requests(""))
	c := k.credentials(server.Users[0].Password)
	if c.Org != server.Organization().ID || !strings.HasPrefix(c.Host, "127.0.0.1:") {
		t.Errorf("the form does not say where the password goes: %+v", c)
	}
	code := expect[signin.Code](k)
	if code.Method != "totp" || code.SentTo != "" {
		t.Errorf("got %+v", code)
	}
	k.answer(signin.Answer{ID: code.ID, Code: secret.New(server.Users[0].OTP)})
	done := k.signsIn()
	if done.Username != amy || done.ExpiresAt.Before(time.Now()) {
		t.Errorf("got %+v", done)
	}
	if after := server.Requests("")[before:]; len(after) != 3 {
		t.Errorf("%d requests after discovery, want challenge, code and token: %v", len(after), after)
	}
	if !k.keeper.keep[0] {
		t.Error("the session was not to be kept")
	}
}

func TestMF16EmptyFieldsAskAgainWithoutARequest(t *testing.T) {
	server := oauthtest.New(t)
	k := newTalk(t, server).start()
	for _, c := range []struct {
		name, username, password, field string
	}{
		{"no user name", "  ", "x", "username"},
		{"no password", amy, "", "password"},
	} {
		step := expect[signin.Credentials](k)
		k.answer(signin.Answer{ID: step.ID, Username: c.username, Password: secret.New(c.password)})
		k.trouble(problem.CredentialsNeeded, c.field)
	}
	if n := server.Count(oauthtest.ChallengePath); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

func TestMF15WrongPasswordKeepsTheUserName(t *testing.T) {
	server := oauthtest.New(t)
	k := newTalk(t, server).start()
	k.credentials("wrong-password")
	k.trouble(problem.CredentialsRefused, "password")
	if again := expect[signin.Credentials](k); again.Username != amy {
		t.Errorf("the user name is lost: %+v", again)
	}
}

func TestWrongCodeAsksAgain(t *testing.T) {
	server := oauthtest.New(t)
	k := newTalk(t, server).start()
	k.credentials(server.Users[0].Password)
	first := expect[signin.Code](k)
	k.answer(signin.Answer{ID: first.ID, Code: secret.New("999999")})
	k.trouble(problem.CodeRefused, "code")
	second := expect[signin.Code](k)
	if second.ID == first.ID {
		t.Error("the id was used twice")
	}
	k.answer(signin.Answer{ID: second.ID, Code: secret.New(server.Users[0].OTP)})
	k.signsIn()
}

func TestMF41CodeThatIsNotOneIsNotSent(t *testing.T) {
	server := oauthtest.New(t)
	k := newTalk(t, server).start()
	k.credentials(server.Users[0].Password)
	sent := server.Count(oauthtest.ChallengePath)
	code := expect[signin.Code](k)
	k.answer(signin.Answer{ID: code.ID, Code: secret.New("12345")})
	k.trouble(problem.CodeShape, "code")
	expect[signin.Code](k)
	if n := server.Count(oauthtest.ChallengePath); n != sent+1 && n != sent {
		t.Errorf("the code went out: %d requests", n)
	}
	for _, r := range k.sent(oauthtest.ChallengePath) {
		if r.Form.Has("otp") {
			t.Error("a code was sent")
		}
	}
}

func TestMF17OneAnswerAQuestion(t *testing.T) {
	server := oauthtest.New(t)
	k := newTalk(t, server).start()
	step := expect[signin.Credentials](k)
	first := secret.New(server.Users[0].Password)
	second := secret.New(server.Users[0].Password)
	k.answer(signin.Answer{ID: step.ID, Username: amy, Password: first})
	if err := k.attempt.Answer(signin.Answer{ID: step.ID, Username: amy, Password: second}); err == nil {
		t.Error("a second answer was taken")
	}
	if !second.Empty() {
		t.Error("the refused answer's password was not wiped")
	}
	expect[signin.Code](k)
	if n := server.Count(oauthtest.ChallengePath); n != 1 {
		t.Errorf("%d requests, want one", n)
	}
	if !first.Empty() {
		t.Error("the password was not wiped after use")
	}
}

func TestAnswersThatDoNotFit(t *testing.T) {
	server := oauthtest.New(t)
	k := newTalk(t, server).start()
	step := expect[signin.Credentials](k)
	for _, c := range []struct {
		name string
		ans  signin.Answer
		want error
	}{
		{"another id", signin.Answer{ID: "77", Username: amy}, signin.ErrStale},
		{"no id", signin.Answer{Username: amy}, signin.ErrStale},
		{"an unknown door", signin.Answer{ID: step.ID, Use: "telepathy"}, signin.ErrUnfit},
		{"the same door", signin.Answer{ID: step.ID, Use: "password"}, signin.ErrUnfit},
		{"resend", signin.Answer{ID: step.ID, Resend: true}, signin.ErrUnfit},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := k.attempt.Answer(c.ans); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
	k.answer(signin.Answer{ID: step.ID, Username: amy, Password: secret.New(server.Users[0].Password)})
	expect[signin.Code](k)
}

func TestMF25ForgottenSessionGoesBackToThePassword(t *testing.T) {
	server := oauthtest.New(t)
	k := newTalk(t, server).start()
	k.credentials(server.Users[0].Password)
	code := expect[signin.Code](k)
	server.Next(oauthtest.ChallengePath, oauthtest.Refused(400, "invalid_session"))
	k.answer(signin.Answer{ID: code.ID, Code: secret.New(server.Users[0].OTP)})
	k.trouble(problem.SignInTimedOut, "password")
	if c := expect[signin.Credentials](k); c.Username != amy {
		t.Errorf("the user name is lost: %+v", c)
	}
	requests := k.sent(oauthtest.ChallengePath)
	if len(requests) != 2 {
		t.Errorf("%d requests: the password went out without the agent", len(requests))
	}
}

func TestMF26RedirectToWebStartsANewFlow(t *testing.T) {
	server := oauthtest.New(t)
	k := newTalk(t, server).start()
	step := expect[signin.Credentials](k)
	server.Next(oauthtest.ChallengePath, oauthtest.Refused(400, "redirect_to_web"))
	k.answer(signin.Answer{ID: step.ID, Username: amy, Password: secret.New("pass phrase of amy")})
	until[signin.Browser](k)
	k.signsIn()
	challenge := k.sent(oauthtest.ChallengePath)
	authorize := k.sent(oauthtest.AuthorizePath)
	if len(challenge) != 1 || len(authorize) != 1 {
		t.Fatalf("%d challenges, %d authorizations", len(challenge), len(authorize))
	}
	if challenge[0].Form.Get("code_challenge") == authorize[0].Query.Get("code_challenge") {
		t.Error("the proof key was used twice")
	}
	if authorize[0].Query.Get("login_hint") != amy {
		t.Errorf("the user name was not taken along: %v", authorize[0].Query)
	}
	for _, r := range k.sent("") {
		if r.Path != oauthtest.ChallengePath && (r.Form.Has("password") || r.Query.Has("password")) {
			t.Errorf("the password went to %s", r.Path)
		}
	}
}

func TestMF27RedirectToWebContinuesWithTheSameProofKey(t *testing.T) {
	server := oauthtest.New(t)
	k := newTalk(t, server).start()
	k.credentials(server.Users[0].Password)
	code := expect[signin.Code](k)
	server.Next(oauthtest.ChallengePath, oauthtest.Refused(400, "redirect_to_web",
		"request_uri", server.PushRequest()))
	k.answer(signin.Answer{ID: code.ID, Code: secret.New(server.Users[0].OTP)})
	until[signin.Browser](k)
	k.signsIn()
	if n := server.Count(oauthtest.ChallengePath); n != 2 {
		t.Errorf("%d challenges", n)
	}
	authorize := k.sent(oauthtest.AuthorizePath)
	if len(authorize) != 1 || authorize[0].Query.Get("request_uri") == "" || authorize[0].Query.Has("code_challenge") {
		t.Errorf("the sign-in was not continued: %v", authorize)
	}
}

func TestMF53UnknownFactorContinuesInTheBrowser(t *testing.T) {
	for _, refusal := range []oauthtest.Answer{
		oauthtest.Refused(401, "webauthn_required", "auth_session", "s1"),
		oauthtest.Refused(400, "something_new", "auth_session", "s1"),
	} {
		server := oauthtest.New(t)
		k := newTalk(t, server).start()
		step := expect[signin.Credentials](k)
		server.Next(oauthtest.ChallengePath, refusal)
		k.answer(signin.Answer{ID: step.ID, Username: amy, Password: secret.New("pass phrase of amy")})
		until[signin.Browser](k)
		k.signsIn()
	}
}

func TestMF37EndlessStepUpStopsAndOffersOtherWays(t *testing.T) {
	server := oauthtest.New(t)
	k := newTalk(t, server).start()
	k.credentials(server.Users[0].Password)
	for range 30 {
		step := k.next()
		switch s := step.(type) {
		case signin.Code:
			// a server that takes every code and asks for another
			server.Next(oauthtest.ChallengePath, oauthtest.Answer{Status: 401, Body: map[string]any{
				"error": "insufficient_authorization", "auth_session": "s", "otp_required": true}})
			k.answer(signin.Answer{ID: s.ID, Code: secret.New("123456")})
		case signin.Trouble:
			if s.Problem.Code != problem.CodeRefused && s.Problem.Code != problem.MethodNotAvailable {
				t.Fatalf("got %v", s.Problem)
			}
		case signin.Choose:
			if n := server.Count(oauthtest.ChallengePath); n > 20 {
				t.Errorf("%d requests before it stopped", n)
			}
			return
		default:
			t.Fatalf("got %T", step)
		}
	}
	t.Error("it never stopped")
}

func TestLockedAccountEndsWithTheTime(t *testing.T) {
	server := oauthtest.New(t)
	k := newTalk(t, server).start()
	step := expect[signin.Credentials](k)
	until := time.Now().Add(5 * time.Minute).UTC().Truncate(time.Second)
	server.Next(oauthtest.ChallengePath, oauthtest.Refused(400, "account_locked", "locked_until", until.Format(time.RFC3339)))
	k.answer(signin.Answer{ID: step.ID, Username: amy, Password: secret.New("pass phrase of amy")})
	trouble := k.ends(problem.AccountLocked)
	if !trouble.Until.Equal(until) {
		t.Errorf("locked until %v, want %v", trouble.Until, until)
	}
}

func TestBrokenConnectionAsksForThePasswordAgainAndNeverResendsIt(t *testing.T) {
	server := oauthtest.New(t)
	k := newTalk(t, server).start()
	step := expect[signin.Credentials](k)
	server.Next(oauthtest.ChallengePath, oauthtest.Answer{Status: 503, Body: "down"})
	k.answer(signin.Answer{ID: step.ID, Username: amy, Password: secret.New("pass phrase of amy")})
	k.trouble(problem.ServerUnavailable, "")
	expect[signin.Credentials](k)
	if n := server.Count(oauthtest.ChallengePath); n != 1 {
		t.Errorf("the password was sent %d times", n)
	}
}

func TestChangingTheDoor(t *testing.T) {
	server := oauthtest.New(t)
	k := newTalk(t, server).start()
	step := expect[signin.Credentials](k)
	if len(step.Others) == 0 {
		t.Fatal("no other ways offered")
	}
	k.answer(signin.Answer{ID: step.ID, Username: amy, Use: "browser"})
	until[signin.Browser](k)
	k.signsIn()
	if n := server.Count(oauthtest.ChallengePath); n != 0 {
		t.Errorf("%d challenges", n)
	}
}

// The organisation's name is in the settings: no field of the form is at fault when the server does not know it.
func TestUnknownOrganisationIsNoFaultOfAField(t *testing.T) {
	k, _ := newInterview(t, says{answer: refusing(oauth.ChallengeAnswer{Need: []oauth.Field{"username", "password"}}, problem.TenantUnknown)}, says{grant: "tokens"})
	k.start()
	k.answer(signin.Answer{ID: expect[signin.Credentials](k).ID, Username: amy, Password: secret.New("pw")})
	k.trouble(problem.TenantUnknown, "")
	k.answer(signin.Answer{ID: expect[signin.Credentials](k).ID, Username: amy, Password: secret.New("pw")})
	k.signsIn()
}
