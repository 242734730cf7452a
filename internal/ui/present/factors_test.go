package present

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/oauth"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/signin"
)

// smsStep is a code by text message that can be sent again in 30 seconds.
func smsStep(id string) signin.Code {
	return signin.Code{
		ID: id, Method: signin.SMS, Digits: 6, SentTo: "+49 ••• 42", Others: []string{signin.TOTP, "browser"},
		Targets: map[string]string{signin.TOTP: ""}, ResendAt: morning.Add(30 * time.Second), Deadline: morning.Add(10 * time.Minute),
	}
}

func (s *stage) toSMS() {
	s.t.Helper()
	s.start()
	s.say(signin.Credentials{ID: "1"})
	s.p.Submit("amy@acme.example", "secret")
	s.say(smsStep("2"))
	shown[Code](s)
}

func TestMF47ResendHammered(t *testing.T) {
	s := newStage(t, acme)
	s.toSMS()
	if got := shown[Code](s).Resend; got != (Resend{Offered: true, Wait: "0:30"}) {
		t.Fatalf("got %+v", got)
	}
	s.p.Resend() // too early
	s.pass(6 * time.Second)
	if got := shown[Code](s).Resend.Wait; got != "0:24" {
		t.Errorf("the countdown says %q", got)
	}
	s.p.Resend()
	if n := len(s.talk().said()); n != 1 {
		t.Fatalf("sent %d answers before it was allowed", n)
	}
	s.pass(24 * time.Second)
	for range 5 {
		s.p.Resend()
	}
	said := s.talk().said()
	if len(said) != 2 || !said[1].Resend || said[1].ID != "2" {
		t.Fatalf("sent %+v", said)
	}
	next := smsStep("3")
	next.ResendAt = s.clock.Now().Add(time.Minute)
	s.say(signin.Working{What: signin.SendingCode}, next)
	if got := shown[Code](s); got.Resend.Wait != "1:00" || got.Busy.What != "" || !strings.Contains(got.Explain, "Sent again") || s.p.Frame().Focus != FocusCode {
		t.Errorf("got %+v", got)
	}
	s.p.SubmitCode("123456")
	if said := s.talk().said(); len(said) != 3 || said[2].ID != "3" {
		t.Errorf("sent %+v", said)
	}
}

// The clock that watches over a password that was typed is slow; a countdown does not wait for it.
func TestCountdownBeginsAtOnce(t *testing.T) {
	s := newStage(t, acme)
	s.start()
	s.say(signin.Credentials{ID: "1"})
	s.p.Typed(false)
	s.p.draw()
	s.p.Submit("amy@acme.example", "secret")
	s.say(smsStep("2"))
	s.clockUntil(time.Millisecond, func() bool { // it gives up long before the slow one would tick
		s.drain()
		return shown[Code](s).Resend.Wait == "0:29"
	})
}

func TestMF46ExpiredCodeOffersToSendAgain(t *testing.T) {
	s := newStage(t, acme)
	s.toSMS()
	s.pass(9 * time.Minute)
	if got := shown[Code](s); got.Left != "1:00" || got.Resend.Wait != "" {
		t.Errorf("got %+v", got)
	}
	s.pass(2 * time.Minute)
	if got := shown[Code](s).Left; got != "0:00" {
		t.Errorf("left %q", got)
	}
	s.p.SubmitCode("123456")
	next := smsStep("3")
	next.ResendAt = s.clock.Now().Add(20 * time.Second)
	s.say(signin.Trouble{Problem: problem.New(problem.CodeExpired), AttemptsLeft: -1, Field: "code"}, next)
	if got := s.p.Frame().Problem; got == nil || got.Action != NoAction {
		t.Fatalf("before it can be sent again: %+v", got)
	}
	s.pass(20 * time.Second)
	if got := s.p.Frame().Problem; got == nil || got.Action != SendAgain || got.Button != "Send again" {
		t.Fatalf("got %+v", got)
	}
	s.p.Act()
	if said := s.talk().said(); len(said) != 3 || !said[2].Resend {
		t.Errorf("sent %+v", said)
	}
}

// A code that was sent before stays good: what is typed stays where only the sending failed.
func TestCodeThatWasNotSentLeavesTheFieldAlone(t *testing.T) {
	s := newStage(t, acme)
	s.toSMS()
	s.pass(time.Minute)
	clear := shown[Code](s).Clear
	s.p.Resend()
	s.say(signin.Trouble{Problem: problem.New(problem.CodeNotSent), AttemptsLeft: -1}, smsStep("3"))
	got := shown[Code](s)
	if got.Clear != clear || got.Busy.What != "" || s.p.Frame().Problem == nil || s.p.Frame().Problem.Action != SendAgain {
		t.Errorf("screen %+v, problem %+v", got, s.p.Frame().Problem)
	}
	if strings.Contains(got.Explain, "Sent again") || !strings.Contains(got.Explain, "It is to be sent") {
		t.Errorf("it says %q", got.Explain)
	}
}

func TestMethodsSayWhereTheyGo(t *testing.T) {
	s := newStage(t, acme)
	s.start()
	s.say(signin.Credentials{ID: "1"})
	s.p.Submit("amy@acme.example", "secret")
	s.say(signin.Choose{
		ID: "2", Methods: []string{signin.SMS, signin.Voice, signin.Push, signin.TOTP, "browser"},
		Targets: map[string]string{signin.SMS: "+49 ••• 42", signin.Voice: "+49\x1b[31m ••• 43", signin.Push: "Amy's Pixel"},
	})
	ways := shown[Choose](s).Ways
	for i, want := range []string{"To +49 ••• 42", "To +49[31m ••• 43", "On Amy's Pixel", "Enter the code the app shows"} {
		if ways[i].Sub != want {
			t.Errorf("%s: %q, want %q", ways[i].Use, ways[i].Sub, want)
		}
	}
}

// Of two phones, each has a name of its own.
func TestMethodsOfOneKindHaveNumbers(t *testing.T) {
	s := newStage(t, acme)
	s.start()
	s.say(signin.Credentials{ID: "1"})
	s.p.Submit("amy@acme.example", "secret")
	s.say(signin.Choose{
		ID: "2", Methods: []string{signin.SMS, "sms-2", "push-2", "browser"},
		Targets: map[string]string{signin.SMS: "+49 ••• 42", "sms-2": "+49 ••• 77", "push-2": "Amy's tablet"},
	})
	want := []Way{
		{Use: "sms", Title: "Text message", Sub: "To +49 ••• 42"}, {Use: "sms-2", Title: "Text message 2", Sub: "To +49 ••• 77"},
		{Use: "push-2", Title: "Approve on your phone 2", Sub: "On Amy's tablet"},
	}
	if diff := cmp.Diff(want, shown[Choose](s).Ways[:3]); diff != "" {
		t.Error(diff)
	}
}

func approveStep() signin.Approve {
	return signin.Approve{Number: "95", SentTo: "Amy's Pixel", Others: []string{signin.TOTP}, Deadline: morning.Add(3 * time.Minute), ResendAt: morning.Add(30 * time.Second)}
}

func (s *stage) toApprove() {
	s.t.Helper()
	s.start()
	s.say(signin.Credentials{ID: "1"})
	s.p.Submit("amy@acme.example", "secret")
	s.say(approveStep())
	shown[Approve](s)
}

func TestApprovalShowsTheNumber(t *testing.T) {
	s := newStage(t, acme)
	s.toApprove()
	got := shown[Approve](s)
	if got.Number != "95" || !strings.Contains(got.Explain, "Amy's Pixel") || got.Left != "" || !got.Ways || got.Resend.Wait != "0:30" || !strings.Contains(got.Warning, "IT") {
		t.Errorf("got %+v", got)
	}
	s.pass(2 * time.Minute)
	if got := shown[Approve](s); got.Left != "1:00" || got.Resend.Wait != "" {
		t.Errorf("later: %+v", got)
	}
	s.p.Resend()
	s.p.Resend()
	said := s.talk().said()
	if len(said) != 2 || !said[1].Resend {
		t.Fatalf("sent %+v", said)
	}
	next := approveStep()
	next.Number, next.ResendAt = "", s.clock.Now().Add(time.Minute)
	s.say(next)
	if got := shown[Approve](s); got.Number != "" || strings.Contains(got.Explain, "number") || got.Busy.What != "" || got.Resend.Wait != "1:00" {
		t.Errorf("without a number: %+v", got)
	}
}

func TestAnotherWayFromTheApproval(t *testing.T) {
	s := newStage(t, acme)
	s.toApprove()
	s.p.OtherWays()
	shown[Choose](s)
	s.say(approveStep()) // repeated below the list
	shown[Choose](s)
	s.p.Back()
	shown[Approve](s)
	s.p.OtherWays()
	s.p.Use(signin.TOTP, "")
	if said := s.talk().said(); len(said) != 2 || said[1].Use != signin.TOTP {
		t.Errorf("sent %+v", said)
	}
	s.say(signin.Code{ID: "3", Method: signin.TOTP, Digits: 6})
	shown[Code](s)
}

func TestRefusedApprovalIsTold(t *testing.T) {
	s := newStage(t, acme)
	s.toApprove()
	s.say(signin.Trouble{Problem: problem.New(problem.ApprovalRefused), AttemptsLeft: -1}, signin.Choose{ID: "3", Methods: []string{signin.Push, signin.TOTP}})
	if f := s.p.Frame(); f.Problem == nil || f.Problem.Code != string(problem.ApprovalRefused) {
		t.Errorf("got %+v", f.Problem)
	}
	shown[Choose](s)
}

var strict = oauth.PasswordRules{MinLength: 12, MaxLength: 16, Upper: true, Lower: true, Digit: true, Special: true, History: 5, Words: []string{"Not\nyour name"}}

func (s *stage) toNewPassword(r oauth.PasswordRules) {
	s.t.Helper()
	s.start()
	s.say(signin.Credentials{ID: "1"})
	s.p.Submit("amy@acme.example", "secret")
	s.say(signin.NewPassword{ID: "2", Username: "amy@acme.example", Expired: true, Rules: r})
	if s.p.Frame().Focus != FocusNewPassword {
		s.t.Errorf("focus %s", s.p.Frame().Focus)
	}
}

func TestRulesTickOff(t *testing.T) {
	s := newStage(t, acme)
	s.toNewPassword(strict)
	if got := shown[NewPassword](s).Rules; len(got) != 8 || got[7] != (Rule{"Not your name", Untold}) || got[6].Sign != Untold {
		t.Fatalf("got %+v", got)
	}
	for password, want := range map[string][]RuleSign{
		"abc":               {Unmet, Met, Unmet, Met, Unmet, Unmet},
		"Abcdefghijk1!":     {Met, Met, Met, Met, Met, Met},
		"Abcdefghijk1!6789": {Met, Unmet, Met, Met, Met, Met},
	} {
		s.p.NewPasswordTyped(password)
		for i, rule := range shown[NewPassword](s).Rules[:6] {
			if rule.Sign != want[i] {
				t.Errorf("%q: %q is %v, want %v", password, rule.Text, rule.Sign, want[i])
			}
		}
	}
}

func TestStrengthIsToldWhileTyping(t *testing.T) {
	s := newStage(t, acme)
	s.toNewPassword(oauth.PasswordRules{})
	s.p.NewPasswordTyped("Amyacme2026!")
	s.until("a judgement", func(f Frame) bool { return f.Screen.(NewPassword).Strength.Words != "" })
	if got := shown[NewPassword](s).Strength; got.Score > 3 || !strings.Contains(got.Words, "your name") {
		t.Errorf("judged %+v", got)
	}
	s.p.NewPasswordTyped("gravel-Otter-pamphlet-77-quince")
	s.until("another judgement", func(f Frame) bool { return f.Screen.(NewPassword).Strength.Score == 4 })
	s.p.NewPasswordTyped("")
	if got := shown[NewPassword](s); got.Typed || got.Strength != (Strength{}) {
		t.Errorf("emptied: %+v", got)
	}
}

func TestNewPasswordIsSentAsItIsOnce(t *testing.T) {
	for _, password := range []string{"  Päss wörd 1!  ", "パスワードです Aa1 長い", strings.Repeat("Aa1! ", 80)} {
		s := newStage(t, acme)
		s.toNewPassword(oauth.PasswordRules{MinLength: 12, Upper: true, Lower: true, Digit: true, Special: true})
		s.p.NewPasswordTyped(password)
		clear := shown[NewPassword](s).Clear
		for range 3 {
			s.p.SubmitNewPassword(password)
		}
		said := s.talk().said()
		if len(said) != 2 || said[1].ID != "2" || !said[1].NewPassword.EqualString(password) {
			t.Fatalf("%q: sent %d answers", password, len(said))
		}
		if got := shown[NewPassword](s); got.Busy.What == "" || got.Clear == clear {
			t.Errorf("%q: %+v", password, got)
		}
	}
}

func TestWhatBreaksARuleIsNotSent(t *testing.T) {
	for password, why := range map[string]string{"": "", "Short1!": "at least 12 characters", "nocapital1! at all": "a capital letter"} {
		s := newStage(t, acme)
		s.toNewPassword(oauth.PasswordRules{MinLength: 12, Upper: true})
		s.p.SubmitNewPassword(password)
		f := s.p.Frame()
		if len(s.talk().said()) != 1 || f.Problem == nil || f.Focus != FocusNewPassword || !strings.Contains(f.Problem.Why, why) {
			t.Errorf("%q: %+v", password, f.Problem)
		}
	}
}

func TestRefusedNewPasswordIsAskedForAgain(t *testing.T) {
	s := newStage(t, acme)
	s.toNewPassword(oauth.PasswordRules{})
	s.p.SubmitNewPassword("Welcome2026!Welcome")
	s.say(signin.Working{What: signin.CheckingNew}, signin.Trouble{Problem: problem.New(problem.PasswordReused), AttemptsLeft: -1, Field: "new-password"},
		signin.NewPassword{ID: "3", Username: "amy@acme.example"})
	f := s.p.Frame()
	if got := shown[NewPassword](s); got.Busy.What != "" || f.Problem == nil || f.Problem.Code != string(problem.PasswordReused) || f.Focus != FocusNewPassword {
		t.Errorf("screen %+v, problem %+v, focus %s", got, f.Problem, f.Focus)
	}
	s.p.SubmitNewPassword("another one, quite long")
	if said := s.talk().said(); len(said) != 3 || said[2].ID != "3" {
		t.Errorf("sent %+v", said)
	}
}

func TestMF13UntouchedNewPasswordIsCleared(t *testing.T) {
	s := newStage(t, acme)
	s.toNewPassword(oauth.PasswordRules{})
	s.p.NewPasswordTyped("correct horse battery")
	clear := shown[NewPassword](s).Clear
	s.pass(9 * time.Minute)
	if shown[NewPassword](s).Clear != clear {
		t.Error("cleared too early")
	}
	s.pass(time.Minute)
	if shown[NewPassword](s).Clear == clear {
		t.Error("not cleared")
	}
}

func TestNewRecoveryCodeIsShownOnce(t *testing.T) {
	s := newStage(t, acme)
	s.toCode()
	code := secret.New("K7QF-93XW")
	s.say(signin.NewRecoveryCode{ID: "7", Code: code})
	if got := shown[NewRecoveryCode](s).Code.Reveal(); got != "K7QF-93XW" {
		t.Fatalf("shown %q", got)
	}
	s.p.Back() // it must not be lost by a key
	s.p.CopyRecoveryCode()
	if s.clipboard.text != "K7QF-93XW" || !shown[NewRecoveryCode](s).Copied {
		t.Errorf("copied %q", s.clipboard.text)
	}
	s.p.RecoveryCodeKept()
	s.p.RecoveryCodeKept()
	if said := s.talk().said(); len(said) != 2 || said[1].ID != "7" || said[1].Use != "" {
		t.Errorf("sent %+v", said)
	}
	if !code.Empty() {
		t.Error("the code is still in memory")
	}
	s.pass(time.Minute)
	if s.clipboard.text != "" {
		t.Errorf("the clipboard still has %q", s.clipboard.text)
	}
}

// Nobody is there to take it off the clipboard after a minute when the window is closed before.
func TestPR08ClosingTakesBackWhatWasLentToTheClipboard(t *testing.T) {
	for name, copies := range map[string]func(*stage){
		"recovery code": func(s *stage) {
			s.start()
			s.say(signin.NewRecoveryCode{ID: "3", Code: secret.New("abcd-efgh")})
			s.p.CopyRecoveryCode()
		},
		"link": func(s *stage) { s.toBrowser(); s.p.CopyLink() },
	} {
		for own, want := range map[string]string{"": "", "what the agent copied since": "what the agent copied since"} {
			s := newStage(t, acme)
			copies(s)
			if s.clipboard.text == "" {
				t.Fatalf("%s: nothing was copied", name)
			}
			if own != "" {
				s.clipboard.text = own
			}
			s.p.TakeBack()
			if s.clipboard.text != want {
				t.Errorf("%s: on the clipboard is %q, want %q", name, s.clipboard.text, want)
			}
		}
	}
}
