package signin_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/oauth"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/signin"
)

func TestApproval(t *testing.T) {
	k, f := newInterview(t)
	turned := k.deps.Clock.(*clocktest.Clock)
	need := needApproval("totp")
	need.Number, need.SentTo, need.Until = "95", "Amy's phone", turned.Now().Add(5*time.Minute)
	f.script = []says{{answer: need}}
	m := &fakeMemory{}
	k.deps.Memory = m
	k.start()
	k.password()
	step := k.approval(f)
	want := signin.Approve{Number: "95", SentTo: "Amy's phone", Deadline: need.Until, Others: []string{"totp", "password", "browser", "device"}}
	if diff := cmp.Diff(want, step); diff != "" {
		t.Error(diff)
	}
	f.decided <- says{grant: "code"}
	k.signsIn()
	f.wantAsked(sentPassword, "wait")
	if got := m.LastMethod(t.Context(), k.opts.Org.ID, amy); got != "push" {
		t.Errorf("remembered %q", got)
	}
}

func TestApprovalElsewhere(t *testing.T) {
	t.Run("another method", func(t *testing.T) {
		k, f := newInterview(t, says{answer: needApproval("totp")}, says{answer: needCode("totp", "push")}, says{grant: "code"})
		k.start()
		k.password()
		k.approval(f)
		for _, unfit := range []signin.Answer{{Use: "push"}, {Use: "sms"}, {Resend: true}, {Code: secret.New("123456")}} {
			if err := k.attempt.Answer(unfit); err == nil {
				t.Errorf("%+v was taken", unfit)
			}
		}
		k.answer(signin.Answer{Use: "totp"})
		k.answer(signin.Answer{ID: expect[signin.Code](k).ID, Code: secret.New("123456")})
		k.signsIn()
		f.wantAsked(sentPassword, "wait", "choose totp", "send otp=123456")
	})
	t.Run("another door", func(t *testing.T) {
		k, f := newInterview(t, says{answer: needApproval()})
		k.start()
		k.password()
		k.approval(f)
		k.answer(signin.Answer{Use: "browser"})
		until[signin.Browser](k)
		k.signsIn()
		f.wantAsked(sentPassword, "wait")
	})
	t.Run("cancelled", func(t *testing.T) {
		k, f := newInterview(t, says{answer: needApproval()})
		k.start()
		k.password()
		k.approval(f)
		k.answer(signin.Answer{Cancel: true})
		k.ends(problem.GivenUp)
		if !f.closed || f.pending != 0 {
			t.Error("something was left behind")
		}
	})
}

// A phone is asked once for each time that the agent says so: not when it was refused, not when the time ran out, not when the
// network broke, and not because push is the usual method.
func TestMF47ApprovalIsNeverAskedForAgainByItself(t *testing.T) {
	for name, outcome := range map[string]says{
		"refused":                      {answer: refusing(needMethod("push", "totp"), problem.ApprovalRefused)},
		"refused, and asked for again": {answer: refusing(needApproval("totp"), problem.ApprovalRefused)},
		"expired":                      {answer: refusing(needMethod("push", "totp"), problem.ApprovalExpired)},
		"network":                      {err: problem.New(problem.ConnectionBroken)},
		"busy":                         {answer: refusing(needMethod("push"), problem.TooManyTries)},
	} {
		t.Run(name, func(t *testing.T) {
			k, f := newInterview(t, says{answer: needMethod("push", "totp")}, says{answer: needApproval("totp")}, says{answer: needApproval("totp")})
			m := &fakeMemory{}
			m.RememberMethod(t.Context(), k.opts.Org.ID, amy, "push")
			k.deps.Memory = m
			k.start()
			k.password()
			k.approval(f)
			f.decided <- outcome
			if trouble := expect[signin.Trouble](k); !trouble.Problem.Again || trouble.Field != "" {
				t.Errorf("got %+v", trouble)
			}
			step := expect[signin.Choose](k)
			f.wantAsked(sentPreferring("push"), "choose push", "wait")
			if len(step.Methods) == 0 || step.Methods[0] != "push" {
				t.Fatalf("push cannot be chosen again: %v", step.Methods)
			}
			k.answer(signin.Answer{ID: step.ID, Use: "push"})
			if early := k.trouble(problem.ResendTooSoon, ""); !strings.Contains(early.Problem.Title, "phone") || strings.Contains(early.Problem.Fix, "code") {
				t.Errorf("within half a minute: %+v", early.Problem) // no code was sent
			}
			step = expect[signin.Choose](k)
			k.deps.Clock.(*clocktest.Clock).Advance(30 * time.Second)
			k.answer(signin.Answer{ID: step.ID, Use: "push"})
			k.approval(f)
			if got := f.asked(); len(got) < 4 || got[3] != "choose push" && got[3] != "resend" {
				t.Errorf("asked %v", got)
			}
		})
	}
}

func TestMF47ApprovalSentAgain(t *testing.T) {
	k, f := newInterview(t)
	turned := k.deps.Clock.(*clocktest.Clock)
	need := needApproval("totp")
	need.ResendAt = turned.Now().Add(time.Minute)
	f.script = []says{{answer: need}, {answer: need}}
	k.start()
	k.password()
	k.approval(f)
	for range 3 {
		k.answer(signin.Answer{Resend: true})
		if early := k.trouble(problem.ResendTooSoon, ""); !strings.Contains(early.Problem.Title, "phone") {
			t.Errorf("got %+v", early.Problem)
		}
		expect[signin.Approve](k)
	}
	f.wantAsked(sentPassword, "wait") // it is still waited for
	turned.Advance(time.Minute)
	k.answer(signin.Answer{Resend: true})
	k.approval(f)
	f.decided <- says{grant: "tokens"}
	k.signsIn()
	f.wantAsked(sentPassword, "wait", "resend", "wait")
}

func TestApprovedJustBeforeAnotherWayWasChosen(t *testing.T) {
	k, f := newInterview(t, says{answer: needApproval("totp")})
	f.late = &says{grant: "code"}
	k.start()
	k.password()
	k.approval(f)
	k.answer(signin.Answer{Use: "totp"})
	k.signsIn()
	f.wantAsked(sentPassword, "wait")
}

// A new recovery code is told before anything else can happen to the sign-in, and the end waits until it was read.
func TestNewRecoveryCodeIsShownFirst(t *testing.T) {
	for grant, breaks := range map[string]bool{"code": false, "tokens": false, "code, not accepted": true} {
		t.Run(grant, func(t *testing.T) {
			k, f := newInterview(t, says{answer: needCode("recovery")})
			last := says{grant: "code", answer: oauth.ChallengeAnswer{RecoveryCode: secret.New("NEW-CODE-1")}}
			if grant == "tokens" {
				last.grant = "tokens"
			}
			if breaks {
				last.grant, last.answer.Code = "", secret.New("nobody-knows-it")
			}
			f.script = append(f.script, last)
			k.start()
			k.password()
			k.answer(signin.Answer{ID: expect[signin.Code](k).ID, Code: secret.New("OLD-CODE-1")})
			step := expect[signin.NewRecoveryCode](k)
			if !step.Code.EqualString("NEW-CODE-1") {
				t.Errorf("got %q", step.Code.Reveal())
			}
			if err := k.attempt.Answer(signin.Answer{ID: step.ID, Use: "browser"}); err == nil {
				t.Error("it was left unread")
			}
			k.answer(signin.Answer{ID: step.ID})
			if breaks {
				k.ends(problem.CodeExchangeRefused)
			} else {
				k.signsIn()
			}
			if !step.Code.Empty() {
				t.Error("it was not wiped")
			}
		})
	}
}

func TestNewPassword(t *testing.T) {
	need := oauth.ChallengeAnswer{Need: []oauth.Field{oauth.FieldNewPassword}, Expired: true, Rules: oauth.PasswordRules{MinLength: 12, Words: []string{"Not your name."}}}
	reused := refusing(need, problem.PasswordReused)
	k, f := newInterview(t, says{answer: need}, says{answer: reused}, says{answer: needCode("totp")}, says{grant: "code"})
	k.start()
	k.password()
	step := expect[signin.NewPassword](k)
	if step.Username != amy || !step.Expired || step.Rules.MinLength != 12 || len(step.Others) == 0 {
		t.Errorf("got %+v", step)
	}
	k.answer(signin.Answer{ID: step.ID})
	k.trouble(problem.CredentialsNeeded, "new-password")
	typed := secret.New(" p\u00e4ss 密码 ")
	k.answer(signin.Answer{ID: expect[signin.NewPassword](k).ID, NewPassword: typed})
	k.trouble(problem.PasswordReused, "new-password")
	if !typed.Empty() {
		t.Error("it was not wiped")
	}
	k.answer(signin.Answer{ID: expect[signin.NewPassword](k).ID, NewPassword: secret.New("x")}) // the server is the judge
	k.answer(signin.Answer{ID: expect[signin.Code](k).ID, Code: secret.New("123456")})
	k.signsIn()
	f.wantAsked(sentPassword, "send new_password= p\u00e4ss 密码 ", "send new_password=x", "send otp=123456")
	for _, s := range k.said {
		if w, ok := s.(signin.Working); ok && w.What == signin.CheckingNew {
			return
		}
	}
	t.Error("nobody was told what is happening")
}

// The company's door follows, without asking for the password again.
func TestCompanyOnly(t *testing.T) {
	for name, refused := range map[string]says{
		"an error":  {err: problem.New(problem.CompanyOnly)},
		"a refusal": {answer: refusing(oauth.ChallengeAnswer{Need: []oauth.Field{"username", "password"}}, problem.CompanyOnly)},
	} {
		for company, door := range map[string]signin.Door{"Acme": signin.WithCompany, "": signin.WithBrowser} {
			t.Run(name+" "+company, func(t *testing.T) {
				k, f := newInterview(t, refused)
				k.opts.Org.Company, k.opts.NoOpen = company, true
				k.start()
				k.password()
				k.trouble(problem.CompanyOnly, "")
				step := expect[signin.Browser](k)
				for _, other := range step.Others {
					if other == door {
						t.Errorf("this is not %s: %v", door, step.Others)
					}
				}
				f.wantAsked(sentPassword)
			})
		}
	}
}

// What an approval came to just before another way was chosen is told; only that it is not waited for any more is not.
func TestApprovalThatFailedJustBeforeAnotherWayWasChosen(t *testing.T) {
	k, f := newInterview(t, says{answer: needApproval("totp")})
	f.late = &says{err: problem.New(problem.AccountLocked)}
	k.start()
	k.password()
	k.approval(f)
	k.answer(signin.Answer{Use: "totp"})
	k.ends(problem.AccountLocked)
	f.wantAsked(sentPassword, "wait")
}

// A poll that found no server in that very moment has decided nothing: the way that was chosen is taken.
func TestApprovalThatCouldNotBeAskedJustBeforeAnotherWayWasChosen(t *testing.T) {
	for name, late := range map[string]says{
		"connection":   {err: problem.New(problem.ConnectionBroken)},
		"out of order": {err: problem.New(problem.ServerUnavailable)},
	} {
		t.Run(name, func(t *testing.T) {
			k, f := newInterview(t, says{answer: needApproval("totp")}, says{answer: needCode("totp")})
			f.late = &late
			k.start()
			k.password()
			k.approval(f)
			k.answer(signin.Answer{Use: "totp"})
			if step := expect[signin.Code](k); step.Method != "totp" {
				t.Errorf("got %+v", step)
			}
			f.wantAsked(sentPassword, "wait", "choose totp")
		})
	}
}
