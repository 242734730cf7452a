package signin_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/oauth"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/signin"
)

func TestCodeByEveryMethod(t *testing.T) {
	for method, c := range map[string]struct{ typed, sent string }{
		"totp":     {"123 456", "123456"},
		"sms":      {"654321", "654321"},
		"email":    {"654-321", "654321"},
		"voice":    {"٦٥٤٣٢١", "654321"},
		"recovery": {" abCd–1234 EFGH\n", "abCd-1234EFGH"},
	} {
		t.Run(method, func(t *testing.T) {
			need := needCode(method, "totp", "recovery", "webauthn")
			need.SentTo, need.Digits = "there", 6
			k, f := newInterview(t, says{answer: need}, says{grant: "code"})
			k.start()
			k.password()
			step := expect[signin.Code](k)
			if step.Method != method || step.SentTo != "there" || step.Digits != 6 {
				t.Errorf("got %+v", step)
			}
			k.answer(signin.Answer{ID: step.ID, Code: secret.New(c.typed)})
			k.signsIn()
			f.wantAsked(sentPassword, "send otp="+c.sent)
		})
	}
}

// What stands in a list of recovery codes is letters and digits; digits of one are no one-time code, and the reverse.
func TestMF41RecoveryCodesHaveTheirOwnField(t *testing.T) {
	k, f := newInterview(t, says{answer: needCode("totp", "recovery")}, says{answer: needCode("recovery", "totp")}, says{grant: "code"})
	k.start()
	k.password()
	step := expect[signin.Code](k)
	for _, typed := range []string{"ABCD-1234", "12345", "1234567890123"} {
		k.answer(signin.Answer{ID: step.ID, Code: secret.New(typed)})
		k.trouble(problem.CodeShape, "code")
		step = expect[signin.Code](k)
	}
	k.answer(signin.Answer{ID: step.ID, Use: "recovery"})
	step = expect[signin.Code](k)
	for _, typed := range []string{"abc", "", "abcd$1234", "äbcdefgh", "----------", "a\x00bcdefgh"} {
		k.answer(signin.Answer{ID: step.ID, Code: secret.New(typed)})
		k.trouble(problem.CodeShape, "code")
		step = expect[signin.Code](k)
	}
	k.answer(signin.Answer{ID: step.ID, Code: secret.New("K7mq2-x9Lp")})
	k.signsIn()
	f.wantAsked(sentPassword, "choose recovery", "send otp=K7mq2-x9Lp")
}

func TestChangingTheMethod(t *testing.T) {
	k, f := newInterview(t, says{answer: needCode("totp", "sms:+49 ••• 42", "webauthn", "sms:again")}, says{answer: needCode("sms", "totp")}, says{grant: "code"})
	k.start()
	k.password()
	step := expect[signin.Code](k)
	if diff := cmp.Diff([]string{"sms", "password", "browser", "device"}, step.Others); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]string{"sms": "+49 ••• 42"}, step.Targets); diff != "" {
		t.Error(diff)
	}
	for _, unfit := range []signin.Answer{{ID: step.ID, Use: "totp"}, {ID: step.ID, Use: "webauthn"}, {ID: step.ID, Use: "push"}, {ID: step.ID, Resend: true}} {
		if err := k.attempt.Answer(unfit); err == nil {
			t.Errorf("%+v was taken", unfit)
		}
	}
	k.answer(signin.Answer{ID: step.ID, Use: "sms"})
	step = expect[signin.Code](k)
	k.answer(signin.Answer{ID: step.ID, Code: secret.New("654321")})
	k.signsIn()
	f.wantAsked(sentPassword, "choose sms", "send otp=654321")
}

func TestChoosingAMethod(t *testing.T) {
	k, f := newInterview(t, says{answer: needMethod("totp", "sms:+49 ••• 42", "webauthn")}, says{answer: needCode("sms")}, says{grant: "code"})
	k.start()
	k.password()
	step := expect[signin.Choose](k)
	if diff := cmp.Diff([]string{"totp", "sms", "password", "browser", "device"}, step.Methods); diff != "" {
		t.Error(diff)
	}
	if step.Targets["sms"] == "" || step.Host == "" || step.Username != amy {
		t.Errorf("got %+v", step)
	}
	k.answer(signin.Answer{ID: step.ID, Use: "sms"})
	code := expect[signin.Code](k)
	k.answer(signin.Answer{ID: code.ID, Code: secret.New("654321")})
	k.signsIn()
	f.wantAsked(sentPassword, "choose sms", "send otp=654321")
}

// The second of two phones has a pause of its own, and is the one that comes first next time.
func TestChoosingTheSecondPhone(t *testing.T) {
	k, f := newInterview(t, says{answer: needMethod("sms:+49 ••• 42", "sms-2:+49 ••• 77")},
		says{answer: needCode("sms", "sms-2:+49 ••• 77")}, says{answer: needCode("sms-2", "sms:+49 ••• 42")}, says{grant: "code"})
	memory := &fakeMemory{}
	k.deps.Memory = memory
	k.start()
	k.password()
	step := expect[signin.Choose](k)
	if diff := cmp.Diff(map[string]string{"sms": "+49 ••• 42", "sms-2": "+49 ••• 77"}, step.Targets); diff != "" {
		t.Error(diff)
	}
	k.answer(signin.Answer{ID: step.ID, Use: "sms"})
	code := expect[signin.Code](k)
	k.answer(signin.Answer{ID: code.ID, Use: "sms-2"})
	if code = expect[signin.Code](k); code.Method != "sms-2" {
		t.Errorf("got %+v", code)
	}
	k.answer(signin.Answer{ID: code.ID, Code: secret.New("654321")})
	k.signsIn()
	f.wantAsked(sentPassword, "choose sms", "choose sms-2", "send otp=654321")
	if method := memory.LastMethod(t.Context(), k.opts.Org.ID, amy); method != "sms-2" {
		t.Errorf("remembered is %q", method)
	}
}

func TestMF53OnlyMethodsOfTheBrowserGoThere(t *testing.T) {
	k, f := newInterview(t, says{answer: needMethod("webauthn", "biometrics")})
	k.start()
	k.password()
	until[signin.Browser](k)
	k.signsIn()
	f.wantAsked(sentPassword)
}

func TestDoorsFromAMethod(t *testing.T) {
	k, f := newInterview(t, says{answer: needMethod("totp")})
	k.start()
	k.password()
	k.answer(signin.Answer{ID: expect[signin.Choose](k).ID, Use: "browser"})
	until[signin.Browser](k)
	k.signsIn()
	f.wantAsked(sentPassword)
}

// The method that was used last is taken without a question, once; what fails then is the agent's to decide.
func TestLastMethodIsTaken(t *testing.T) {
	for name, prepare := range map[string]func(*talk, *fakeMemory){
		"remembered": func(k *talk, m *fakeMemory) { m.RememberMethod(t.Context(), k.opts.Org.ID, amy, "sms") },
	} {
		t.Run(name, func(t *testing.T) {
			refused := needMethod("totp", "sms")
			refused.Refused = problem.New(problem.CodeNotSent)
			k, f := newInterview(t, says{answer: needMethod("totp", "sms")}, says{answer: refused}, says{answer: needCode("totp", "sms")}, says{grant: "code"})
			m := &fakeMemory{}
			k.deps.Memory = m
			prepare(k, m)
			k.start()
			k.password()
			k.trouble(problem.CodeNotSent, "")
			k.answer(signin.Answer{ID: expect[signin.Choose](k).ID, Use: "totp"})
			k.answer(signin.Answer{ID: expect[signin.Code](k).ID, Code: secret.New("123456")})
			k.signsIn()
			f.wantAsked(sentPreferring("sms"), "choose sms", "choose totp", "send otp=123456")
			if got := m.LastMethod(t.Context(), k.opts.Org.ID, amy); got != "totp" {
				t.Errorf("remembered %q", got)
			}
		})
	}
}

func TestMethodThatIsNotOfferedAnyMoreIsNotTaken(t *testing.T) {
	k, f := newInterview(t, says{answer: needMethod("totp")})
	m := &fakeMemory{}
	m.RememberMethod(t.Context(), k.opts.Org.ID, amy, "sms")
	k.deps.Memory = m
	k.start()
	k.password()
	expect[signin.Choose](k)
	f.wantAsked(sentPreferring("sms"))
}

// A recovery code is the exception: it does not become the usual way, and is not taken for it.
func TestRecoveryIsNotPreferred(t *testing.T) {
	for name, prepare := range map[string]func(*talk, *fakeMemory){
		"remembered": func(k *talk, m *fakeMemory) { m.RememberMethod(t.Context(), k.opts.Org.ID, amy, "recovery") },
	} {
		t.Run(name, func(t *testing.T) {
			k, f := newInterview(t, says{answer: needCode("totp", "recovery")})
			m := &fakeMemory{}
			k.deps.Memory = m
			prepare(k, m)
			k.start()
			k.password()
			expect[signin.Code](k)
			f.wantAsked(sentPassword)
		})
	}
}

func TestRecoveryIsNotRemembered(t *testing.T) {
	k, _ := newInterview(t, says{answer: needCode("recovery")}, says{grant: "code"})
	m := &fakeMemory{}
	k.deps.Memory = m
	k.start()
	k.password()
	k.answer(signin.Answer{ID: expect[signin.Code](k).ID, Code: secret.New("abcd-1234")})
	k.signsIn()
	if got := m.String(); got != "map[] map[]-" {
		t.Errorf("remembered %s", got)
	}
}

func TestMF46ExpiredCodeIsSentAgainAfterTheCoolDown(t *testing.T) {
	k, f := newInterview(t)
	turned := k.deps.Clock.(*clocktest.Clock)
	first, later := needCode("sms", "totp"), turned.Now().Add(40*time.Second)
	first.ResendAt, first.Until = later, turned.Now().Add(10*time.Minute)
	expired := refusing(first, problem.CodeExpired)
	again := needCode("sms", "totp")
	again.ResendAt = later.Add(40 * time.Second)
	f.script = []says{{answer: first}, {answer: expired}, {answer: again}, {grant: "code"}}
	k.start()
	k.password()
	step := expect[signin.Code](k)
	if !step.ResendAt.Equal(later) || !step.Deadline.Equal(first.Until) {
		t.Errorf("got %+v", step)
	}
	k.answer(signin.Answer{ID: step.ID, Code: secret.New("654321")})
	k.trouble(problem.CodeExpired, "code")
	turned.Advance(40 * time.Second)
	k.answer(signin.Answer{ID: expect[signin.Code](k).ID, Resend: true})
	step = expect[signin.Code](k)
	if !step.ResendAt.Equal(again.ResendAt) {
		t.Errorf("got %+v", step)
	}
	k.answer(signin.Answer{ID: step.ID, Code: secret.New("654321")})
	k.signsIn()
	f.wantAsked(sentPassword, "send otp=654321", "resend", "send otp=654321")
}

// However often somebody asks, the server is asked to send something once in the time that it set.
func TestMF47ResendHammered(t *testing.T) {
	for name, resendable := range map[string]bool{"by resending": true, "by changing the method": false} {
		t.Run(name, func(t *testing.T) {
			k, f := newInterview(t)
			turned := k.deps.Clock.(*clocktest.Clock)
			at := turned.Now().Add(time.Minute)
			sms, totp := needCode("sms", "totp"), needCode("totp", "sms")
			want := []string{sentPassword}
			f.script = []says{{answer: sms}}
			if resendable {
				sms.ResendAt = at
				f.script[0].answer = sms
			} else { // the server says nothing: it is half a minute
				at = turned.Now().Add(30 * time.Second)
				f.script, want = append(f.script, says{answer: totp}), append(want, "choose totp")
			}
			k.start()
			k.password()
			step := expect[signin.Code](k)
			again := signin.Answer{Resend: true}
			if !resendable {
				k.answer(signin.Answer{ID: step.ID, Use: "totp"})
				step, again = expect[signin.Code](k), signin.Answer{Use: "sms"}
			}
			for range 5 {
				again.ID = step.ID
				k.answer(again)
				if resendable {
					if trouble := k.trouble(problem.ResendTooSoon, ""); !trouble.Until.Equal(at) {
						t.Errorf("until %v, want %v", trouble.Until, at)
					}
				}
				if step = expect[signin.Code](k); step.Method != "sms" { // the one that was sent is good
					t.Errorf("got %+v", step)
				}
				if !resendable {
					f.mu.Lock()
					f.script = []says{{answer: totp}}
					f.mu.Unlock()
					k.answer(signin.Answer{ID: step.ID, Use: "totp"})
					step, want = expect[signin.Code](k), append(want, "choose totp")
				}
			}
			f.wantAsked(want...)
			turned.Set(at)
			f.mu.Lock()
			f.script = []says{{answer: sms}}
			f.mu.Unlock()
			again.ID = step.ID
			k.answer(again)
			expect[signin.Code](k)
			if got := f.asked(); len(got) != len(want)+1 {
				t.Errorf("asked %v", got)
			}
		})
	}
}

func TestServerSaysThatItIsTooSoon(t *testing.T) {
	k, f := newInterview(t)
	turned := k.deps.Clock.(*clocktest.Clock)
	first := needCode("sms")
	first.ResendAt = turned.Now()
	later := refusing(first, problem.ResendTooSoon)
	later.ResendAt = turned.Now().Add(time.Minute)
	f.script = []says{{answer: first}, {answer: later}}
	k.start()
	k.password()
	k.answer(signin.Answer{ID: expect[signin.Code](k).ID, Resend: true})
	if trouble := k.trouble(problem.ResendTooSoon, ""); !trouble.Until.Equal(later.ResendAt) {
		t.Errorf("got %+v", trouble)
	}
	k.answer(signin.Answer{ID: expect[signin.Code](k).ID, Resend: true})
	k.trouble(problem.ResendTooSoon, "")
	f.wantAsked(sentPassword, "resend")
}

func TestTokensAtOnce(t *testing.T) {
	for name, script := range map[string][]says{
		"without a second step": {{grant: "tokens"}},
		"after a code":          {{answer: needCode("totp")}, {grant: "tokens"}},
	} {
		t.Run(name, func(t *testing.T) {
			k, f := newInterview(t, script...)
			k.start()
			k.password()
			if len(script) > 1 {
				k.answer(signin.Answer{ID: expect[signin.Code](k).ID, Code: secret.New("123456")})
			}
			k.signsIn()
			if !f.closed {
				t.Error("the interview was left open")
			}
		})
	}
}

// The code stands in the same form as the password where the server takes both at once, and may be left out.
func TestCodeInTheForm(t *testing.T) {
	k, f := newInterview(t, says{answer: refusing(oauth.ChallengeAnswer{Need: []oauth.Field{"username", "password"}}, problem.CredentialsOrCodeRefused)}, says{grant: "tokens"})
	k.opts.Org.Credentials = "keycloak"
	k.start()
	step := expect[signin.Credentials](k)
	if !step.Code {
		t.Errorf("got %+v", step)
	}
	k.answer(signin.Answer{ID: step.ID, Username: amy, Password: secret.New("pw")})
	k.trouble(problem.CredentialsOrCodeRefused, "password")
	k.answer(signin.Answer{ID: expect[signin.Credentials](k).ID, Username: amy, Password: secret.New("pw"), Code: secret.New("12")})
	k.trouble(problem.CodeShape, "code")
	k.answer(signin.Answer{ID: expect[signin.Credentials](k).ID, Username: amy, Password: secret.New("pw"), Code: secret.New("123 456")})
	k.signsIn()
	f.wantAsked(sentPassword, "send otp=123456 password=pw username="+amy)
}
