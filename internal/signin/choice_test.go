package signin_test

import (
	"testing"
	"time"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/oauth"
	"latchkey/internal/problem"
	"latchkey/internal/signin"
)

// A method that was refused where it was chosen has a time, too: told, and waited for, whichever way the server says it.
func TestMF47ChoiceHammered(t *testing.T) {
	needs := map[string]oauth.ChallengeAnswer{"at the choice": needMethod("sms", "totp"), "beside another method": needCode("totp", "sms")}
	for where, need := range needs {
		for name, c := range map[string]struct {
			code problem.Code
			wait time.Duration // that the server says
			want time.Duration
		}{
			"too soon":                  {problem.ResendTooSoon, 5 * time.Minute, 5 * time.Minute},
			"too soon, without a time":  {problem.ResendTooSoon, 0, 30 * time.Second},
			"too often, without a time": {problem.TooManyTries, 0, 30 * time.Second},
		} {
			t.Run(where+" "+name, func(t *testing.T) {
				k, f := newInterview(t)
				turned := k.deps.Clock.(*clocktest.Clock)
				refused := refusing(need, c.code)
				if c.wait > 0 {
					refused.ResendAt = turned.Now().Add(c.wait)
				}
				until := turned.Now().Add(c.want)
				f.script = []says{{answer: need}, {answer: refused}, {answer: needCode("sms", "totp")}}
				k.start()
				k.password()
				choose := func() {
					t.Helper()
					switch s := k.next().(type) {
					case signin.Choose:
						k.answer(signin.Answer{ID: s.ID, Use: "sms"})
					case signin.Code:
						if !s.ResendAt.IsZero() {
							t.Errorf("what is not sent can be sent again: %+v", s)
						}
						k.answer(signin.Answer{ID: s.ID, Use: "sms"})
					default:
						t.Fatalf("got %+v", s)
					}
				}
				code := c.code
				for range 4 {
					choose()
					if trouble := k.trouble(code, expectedField(code, need)); !trouble.Until.Equal(until) {
						t.Errorf("until %v, want %v", trouble.Until, until)
					}
					code = problem.ResendTooSoon
				}
				f.wantAsked(sentPassword, "choose sms")
				turned.Set(until)
				choose()
				if step := expect[signin.Code](k); step.Method != "sms" {
					t.Errorf("got %+v", step)
				}
				f.wantAsked(sentPassword, "choose sms", "choose sms")
			})
		}
	}
}

// expectedField is the field that a trouble is told at: being asked to wait with a code is told beside it.
func expectedField(code problem.Code, need oauth.ChallengeAnswer) string {
	if code == problem.TooManyTries && need.Need[0] == oauth.FieldOTP {
		return "code"
	}
	return ""
}
