package signin_test

import (
	"strings"
	"testing"
	"time"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/oauth"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/signin"
)

// A lock outlives the program: the same account is not tried again before its time, others are, and so are other doors.
func TestMF19LockOutlivesTheProgram(t *testing.T) {
	m := &fakeMemory{}
	k, f := newInterview(t)
	turned := k.deps.Clock.(*clocktest.Clock)
	unlocked := turned.Now().Add(5 * time.Minute)
	f.script = []says{{answer: oauth.ChallengeAnswer{Unlocked: unlocked}, err: problem.New(problem.AccountLocked)}}
	k.deps.Memory = m
	k.start()
	k.password()
	if trouble := k.ends(problem.AccountLocked); !trouble.Until.Equal(unlocked) {
		t.Errorf("got %+v", trouble)
	}

	again, f := newInterview(t, says{answer: needCode("totp")}, says{answer: needCode("totp")})
	again.deps.Clock, again.deps.Memory, again.opts.Username = turned, m, " AMY@acme.example "
	again.start()
	told := func() {
		t.Helper()
		if trouble := again.trouble(problem.AccountLocked, ""); !trouble.Until.Equal(unlocked) {
			t.Errorf("got %+v", trouble)
		}
	}
	told() // before anything is typed
	for range 3 {
		again.password()
		told()
	}
	f.wantAsked()
	step := expect[signin.Credentials](again)
	again.answer(signin.Answer{ID: step.ID, Username: "bob@acme.example", Password: secret.New("pw")})
	code := expect[signin.Code](again)
	again.answer(signin.Answer{ID: code.ID, Use: "password"})
	step = expect[signin.Credentials](again)
	turned.Set(unlocked)
	again.answer(signin.Answer{ID: step.ID, Username: amy, Password: secret.New("pw")})
	expect[signin.Code](again)
	f.wantAsked("send password=pw username=bob@acme.example", sentPassword)

	elsewhere, f := newInterview(t)
	elsewhere.deps.Memory, elsewhere.opts.Username = m, amy
	m.Pause(t.Context(), elsewhere.opts.Org.ID, amy, time.Now().Add(time.Hour), problem.AccountLocked)
	elsewhere.start()
	elsewhere.trouble(problem.AccountLocked, "")
	elsewhere.answer(signin.Answer{ID: expect[signin.Credentials](elsewhere).ID, Use: "browser"})
	until[signin.Browser](elsewhere)
	elsewhere.signsIn()
	f.wantAsked()
}

// What a server asks to wait is waited, for passwords and for codes.
func TestMF19RetryAfterIsObeyed(t *testing.T) {
	busy := func(k *talk, need oauth.ChallengeAnswer) (says, time.Time) {
		until := k.deps.Clock.Now().Add(90 * time.Second)
		need = refusing(need, problem.TooManyTries)
		need.Unlocked = until
		return says{answer: need}, until
	}
	t.Run("password", func(t *testing.T) {
		k, f := newInterview(t)
		answer, until := busy(k, oauth.ChallengeAnswer{Need: []oauth.Field{"username", "password"}})
		f.script = []says{answer, {answer: needCode("totp")}}
		k.start()
		for range 3 {
			k.password()
			if trouble := expect[signin.Trouble](k); trouble.Problem.Code != problem.TooManyTries || !trouble.Problem.Again || !trouble.Until.Equal(until) {
				t.Errorf("got %+v", trouble)
			}
		}
		f.wantAsked(sentPassword)
		k.deps.Clock.(*clocktest.Clock).Set(until)
		k.password()
		expect[signin.Code](k)
	})
	t.Run("code", func(t *testing.T) {
		k, f := newInterview(t)
		answer, until := busy(k, oauth.ChallengeAnswer{Need: []oauth.Field{"otp"}})
		first := needCode("sms", "totp")
		first.SentTo, first.Digits = "+49 ••• 42", 6
		f.script = []says{{answer: first}, answer, {grant: "code"}}
		k.start()
		k.password()
		step := expect[signin.Code](k)
		for _, use := range []string{"", "", "totp"} {
			if use == "" {
				k.answer(signin.Answer{ID: step.ID, Code: secret.New("123456")})
			} else {
				k.answer(signin.Answer{ID: step.ID, Use: use})
			}
			if trouble := expect[signin.Trouble](k); trouble.Problem.Code != problem.TooManyTries || !trouble.Until.Equal(until) {
				t.Errorf("got %+v", trouble)
			}
			if step = expect[signin.Code](k); step.Method != "sms" || step.SentTo == "" || step.Digits != 6 {
				t.Errorf("the question is not what it was: %+v", step)
			}
		}
		f.wantAsked(sentPassword, "send otp=123456")
		k.deps.Clock.(*clocktest.Clock).Set(until)
		k.answer(signin.Answer{ID: step.ID, Code: secret.New("123456")})
		k.signsIn()
	})
}

// A pause that is over, or that says nothing that can be, keeps nobody out for good.
func TestPausesThatCannotBe(t *testing.T) {
	for name, c := range map[string]struct {
		ahead time.Duration
		why   problem.Code
		told  problem.Code
	}{
		"over":         {-time.Second, problem.AccountLocked, ""},
		"unknown code": {time.Minute, "canary", problem.TooManyTries},
	} {
		t.Run(name, func(t *testing.T) {
			m := &fakeMemory{}
			k, _ := newInterview(t, says{answer: needCode("totp")})
			m.Pause(t.Context(), k.opts.Org.ID, amy, k.deps.Clock.Now().Add(c.ahead), c.why)
			k.deps.Memory = m
			k.start()
			k.password()
			if c.told != "" {
				k.trouble(c.told, "")
				return
			}
			expect[signin.Code](k)
		})
	}
}

// Whatever a server answers to a password, and however the network breaks, the password goes out once for each time that
// the agent typed it.
func TestPasswordIsSentOnceForEachTimeItIsTyped(t *testing.T) {
	for name, answer := range map[string]oauthtest.Answer{
		"wrong":          oauthtest.Refused(400, "insufficient_authorization", "auth_session", "s1"),
		"no words":       {Status: 400, Body: map[string]any{}},
		"unavailable":    {Status: 503, Body: "down"},
		"bad gateway":    {Status: 502, Body: "<html>"},
		"busy":           {Status: 429, Header: map[string]string{"Retry-After": "1"}, Body: map[string]any{"error": "slow_down"}},
		"busy, no time":  {Status: 429},
		"forgotten":      oauthtest.Refused(400, "invalid_session"),
		"moved":          {Status: 307, Header: map[string]string{"Location": oauthtest.ChallengePath}},
		"authentication": {Status: 401, Header: map[string]string{"WWW-Authenticate": `Basic realm="x"`}, Body: map[string]any{"error": "invalid_client"}},
		"nonce":          oauthtest.Refused(400, "use_something_else"),
		"locked":         oauthtest.Refused(400, "account_locked"),
	} {
		t.Run(name, func(t *testing.T) {
			server := oauthtest.New(t)
			k := newTalk(t, server)
			k.opts.NoOpen = true
			k.start()
			server.Next(oauthtest.ChallengePath, answer, answer)
			typed := 0
			for range 2 {
				step, asks := nextQuestion(k).(signin.Credentials)
				if !asks {
					break
				}
				typed++
				k.answer(signin.Answer{ID: step.ID, Username: amy, Password: secret.New("pass phrase of amy")})
			}
			nextQuestion(k)
			sent := 0
			for _, r := range k.sent("") {
				if strings.Contains(r.Form.Encode(), "pass+phrase") || strings.Contains(r.Query.Encode(), "pass+phrase") {
					sent++
				}
			}
			if sent > typed || sent == 0 {
				t.Errorf("typed %d times, sent %d times", typed, sent)
			}
		})
	}
}

// nextQuestion skips to what the agent has to do next, or to the end.
func nextQuestion(k *talk) signin.Step {
	k.t.Helper()
	for {
		switch s := k.next().(type) {
		case signin.Trouble:
			if !s.Problem.Again {
				return s
			}
		case nil:
			return nil
		default:
			return s
		}
	}
}

// Whatever answers with Retry-After is left alone that long: a server that is out of order, too, and also at the end of an attempt.
func TestMF19RetryAfterOfErrors(t *testing.T) {
	rest := func(k *talk, code problem.Code) (time.Time, error) {
		until := k.deps.Clock.Now().Add(2 * time.Minute)
		return until, problem.New(code, problem.Caused(&oauth.ServerError{Status: 503, RetryAt: until}))
	}
	t.Run("out of order", func(t *testing.T) {
		m := &fakeMemory{}
		k, f := newInterview(t)
		until, err := rest(k, problem.ServerUnavailable)
		f.script, k.deps.Memory = []says{{err: err}, {answer: needCode("totp")}}, m
		k.start()
		for range 3 {
			k.password()
			if trouble := k.trouble(problem.ServerUnavailable, ""); !trouble.Until.Equal(until) {
				t.Errorf("got %+v", trouble)
			}
		}
		f.wantAsked(sentPassword)
		if got, _ := m.PausedUntil(t.Context(), k.opts.Org.ID, amy); !got.IsZero() {
			t.Errorf("that the server was out of order is remembered of an account, until %v", got)
		}
		k.attempt.ServerIsBack()
		k.password()
		expect[signin.Code](k)
	})
	t.Run("for a day", func(t *testing.T) {
		k, f := newInterview(t)
		now := k.deps.Clock.Now()
		f.script = []says{{err: problem.New(problem.ServerUnavailable, problem.Caused(&oauth.ServerError{RetryAt: now.Add(24 * time.Hour)}))}, {answer: needCode("totp")}}
		k.start()
		k.password()
		quarter := now.Add(15 * time.Minute)
		if trouble := k.trouble(problem.ServerUnavailable, ""); !trouble.Until.Equal(quarter) {
			t.Errorf("got %+v", trouble)
		}
		k.deps.Clock.(*clocktest.Clock).Set(quarter)
		k.password()
		expect[signin.Code](k)
	})
	t.Run("a time beside another refusal is none", func(t *testing.T) {
		k, f := newInterview(t)
		_, err := rest(k, problem.CredentialsRefused)
		wrong := oauth.ChallengeAnswer{Need: []oauth.Field{"username", "password"}, Refused: problem.From(err)}
		f.script = []says{{answer: wrong}, {answer: needCode("totp")}}
		k.start()
		k.password()
		if trouble := expect[signin.Trouble](k); !trouble.Until.IsZero() {
			t.Errorf("got %+v", trouble)
		}
		k.password()
		expect[signin.Code](k)
	})
}

// Retry-After is told and remembered wherever a server sends it: with a password, a code, the code that is redeemed, the request that
// is pushed, and the code for another device. Nothing is sent a second time by itself, and the other doors stay free.
func TestMF19RetryAfterAtEveryEndpoint(t *testing.T) {
	away := func(status int) oauthtest.Answer {
		return oauthtest.Answer{Status: status, Header: map[string]string{"Retry-After": "90"}, Body: map[string]any{"error": "x"}}
	}
	for name, c := range map[string]struct {
		path   string
		status int
		code   problem.Code
		with   signin.Door
		again  bool
		atCode bool // it answers a one-time code
	}{
		"challenge away":     {oauthtest.ChallengePath, 503, problem.ServerUnavailable, signin.WithPassword, true, false},
		"challenge busy":     {oauthtest.ChallengePath, 429, problem.TooManyTries, signin.WithPassword, true, false},
		"code away":          {oauthtest.ChallengePath, 503, problem.ServerUnavailable, signin.WithPassword, true, true},
		"code busy":          {oauthtest.ChallengePath, 429, problem.TooManyTries, signin.WithPassword, true, true},
		"code exchange away": {oauthtest.TokenPath, 503, problem.ServerUnavailable, signin.WithPassword, false, false},
		"code exchange busy": {oauthtest.TokenPath, 429, problem.TooManyTries, signin.WithPassword, false, false},
		"browser exchange":   {oauthtest.TokenPath, 429, problem.TooManyTries, signin.WithBrowser, false, false},
		"pushed request":     {oauthtest.PushPath, 429, problem.TooManyTries, signin.WithBrowser, false, false},
		"device away":        {oauthtest.DevicePath, 503, problem.ServerUnavailable, signin.WithDevice, false, false},
		"device busy":        {oauthtest.DevicePath, 429, problem.TooManyTries, signin.WithDevice, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			server := oauthtest.New(t)
			turned, m := clocktest.At(time.Now()), &fakeMemory{}
			through := func(door signin.Door) *talk {
				k := newTalk(t, server)
				k.deps.Clock, k.deps.Memory, k.opts.With, k.opts.Username, k.opts.NoOpen = turned, m, door, amy, door != c.with
				return k.start()
			}
			until := turned.Now().Add(90 * time.Second)
			server.Push = c.path == oauthtest.PushPath
			server.RequirePush = server.Push
			if !c.atCode {
				server.Next(c.path, away(c.status))
			}
			k := through(c.with)
			if c.with == signin.WithPassword {
				k.credentials(server.Users[0].Password)
			}
			var trouble signin.Trouble
			for trouble.Problem == nil {
				switch s := k.next().(type) {
				case signin.Code:
					if c.atCode {
						server.Next(c.path, away(c.status))
					}
					k.answer(signin.Answer{ID: s.ID, Code: secret.New(server.Users[0].OTP)})
				case signin.Trouble:
					trouble = s
				case nil:
					t.Fatal("nothing was told")
				}
			}
			told := func(got signin.Trouble, again bool) {
				t.Helper()
				if got.Problem.Code != c.code || got.Problem.Again != again || !got.Until.Equal(until) || got.Door != c.with {
					t.Errorf("got %+v, want %s until %s with %s", got, c.code, until, c.with)
				}
			}
			told(trouble, c.again)
			asked := server.Count(c.path)
			if c.again {
				if c.atCode {
					k.answer(signin.Answer{ID: expect[signin.Code](k).ID, Code: secret.New(server.Users[0].OTP)})
				} else {
					k.password()
				}
				told(expect[signin.Trouble](k), true)
			}
			if c.code == problem.TooManyTries { // that a server was out of order is not remembered
				next := through(c.with)
				told(expect[signin.Trouble](next), true)
				if c.with != signin.WithPassword {
					expect[signin.Choose](next)
				} else {
					next.password()
					told(expect[signin.Trouble](next), true)
				}
			}
			if n := server.Count(c.path); n != asked || asked > 1 && !c.atCode {
				t.Errorf("asked %d times before the time was over, and %d times at first", n-asked, asked)
			}
			for door, free := range map[signin.Door]func(*talk){
				signin.WithPassword: func(k *talk) { k.credentials(server.Users[0].Password); expect[signin.Code](k) },
				signin.WithBrowser:  func(k *talk) { expect[signin.Browser](k) },
				signin.WithDevice:   func(k *talk) { expect[signin.Device](k) },
			} {
				if door != c.with {
					free(through(door))
				}
			}
		})
	}
}
