package present

import (
	"context"
	"strings"
	"testing"
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/session"
	"latchkey/internal/signin"
	"latchkey/internal/vault"
)

func TestLastSignInInWords(t *testing.T) {
	s := newStage(t, acme)
	for _, test := range []struct {
		last session.LastSignIn
		want string
	}{
		{session.LastSignIn{}, ""},
		{session.LastSignIn{At: morning.Add(-time.Hour), How: "browser", From: "203.0.113.7"}, "Last sign-in: today 07:00, in the browser, from 203.0.113.7"},
		{session.LastSignIn{At: morning.Add(-24 * time.Hour), How: "password", Here: true}, "Last sign-in: yesterday 08:00, by password, on this computer"},
		{session.LastSignIn{At: morning.Add(-72 * time.Hour)}, "Last sign-in: Friday 08:00"},
		{session.LastSignIn{At: morning.AddDate(0, -2, 0), How: "smart\x1bcard"}, "Last sign-in: 23 September 08:00, smartcard"},
	} {
		if got := s.p.lastWords(test.last); got != test.want {
			t.Errorf("%+v: %q, want %q", test.last, got, test.want)
		}
	}
}

// amyElsewhere was signed in to from somewhere else, an hour ago.
func amyElsewhere() session.Session {
	who := amy
	who.Last = session.LastSignIn{At: morning.Add(-time.Hour), How: "browser", From: "203.0.113.7"}
	return who
}

func TestThisWasntMeSignsOutEverywhere(t *testing.T) {
	s := newStage(t, withContact("it@acme.example"))
	s.toSignedIn(amyElsewhere())
	s.p.NotMe()
	if got := shown[Suspicion](s); got.Done || !strings.Contains(got.Last, "203.0.113.7") || len(s.sessions.outs) != 0 || s.p.Frame().Focus != FocusKeep {
		t.Fatalf("got %+v", got)
	}
	s.p.Back()
	shown[SignedIn](s)
	s.p.NotMe()
	s.p.SignOutEverywhere()
	s.p.SignOutEverywhere()
	s.until("signed out", func(f Frame) bool { return f.Screen.(Suspicion).Done })
	got := shown[Suspicion](s)
	if len(s.sessions.outs) != 1 || !s.sessions.all || got.Contact != "Write to IT" || !got.Forgot {
		t.Fatalf("outs %+v, all %v, %+v", s.sessions.outs, s.sessions.all, got)
	}
	for _, fact := range []string{"amy@acme.example", "Acme Contact Center", "login.acme.example", "today 07:00, in the browser, from 203.0.113.7 (not me)", "2026-11-23 08:00"} {
		if !strings.Contains(got.Message, fact) {
			t.Errorf("%q is not in the message:\n%s", fact, got.Message)
		}
	}
	if strings.Contains(got.Message, "secret") {
		t.Error("a secret is in the message")
	}
	s.p.CopyMessage()
	if s.clipboard.text != got.Message {
		t.Errorf("copied %q", s.clipboard.text)
	}
	s.say(signin.Credentials{ID: "9"})
	shown[Suspicion](s) // the form does not come up by itself
	s.p.Back()
	if form := shown[SignIn](s); form.Username != "amy@acme.example" {
		t.Errorf("form %+v", form)
	}
}

func TestSuspicionWhereTheServerCannotBeTold(t *testing.T) {
	s := newStage(t, acme)
	s.sessions.outFails = problem.New(problem.SignOutPartly)
	s.toSignedIn(amyElsewhere())
	s.p.NotMe()
	s.p.SignOutEverywhere()
	s.until("signed out", func(f Frame) bool { return f.Screen.(Suspicion).Done })
	if got := shown[Suspicion](s); got.Title != "Signed out here" || !strings.Contains(got.Message, "sign-out-partly") || got.Contact != "" {
		t.Errorf("got %+v", got)
	}
}

func TestSuspicionThatCannotSignOut(t *testing.T) {
	s := newStage(t, acme)
	s.sessions.outFails = problem.New(problem.KeychainLocked)
	s.toSignedIn(amyElsewhere())
	s.p.NotMe()
	s.p.SignOutEverywhere()
	s.until("a problem", func(f Frame) bool { return f.Problem != nil })
	if got := shown[Suspicion](s); got.Done || got.Busy.What != "" {
		t.Errorf("got %+v", got)
	}
	s.p.Back()
	shown[SignedIn](s)
}

func TestNobodyAsksAboutAnUnknownSignIn(t *testing.T) {
	s := newStage(t, acme)
	s.toSignedIn(amy)
	s.p.NotMe()
	shown[SignedIn](s)
}

func TestTwoStepIsSuggestedOnce(t *testing.T) {
	s := newStage(t, acme)
	told := make(chan vault.Account, 4)
	who := amy
	who.TwoStep = "https://login.acme.example/two-step"
	s.start()
	s.p.parts.Suggested = func(_ context.Context, a vault.Account) { told <- a }
	s.say(signin.Credentials{ID: "1"})
	s.p.Submit("amy@acme.example", "secret")
	s.talk().finish(who)
	s.until("signed in", func(f Frame) bool { _, ok := f.Screen.(SignedIn); return ok })
	if got := <-told; got != amy.Account || !shown[SignedIn](s).TwoStep {
		t.Errorf("told %+v, shown %+v", got, shown[SignedIn](s))
	}
	s.p.SetUpTwoStep()
	s.until("the page", func(Frame) bool { return len(s.addresses()) > 0 })
	if s.addresses()[0] != who.TwoStep || shown[SignedIn](s).TwoStep {
		t.Errorf("opened %v", s.addresses())
	}
	s.p.SetUpTwoStep()
	s.drain()
	if len(s.addresses()) != 1 || len(told) != 0 {
		t.Errorf("opened %v, told %d more", s.addresses(), len(told))
	}
}
