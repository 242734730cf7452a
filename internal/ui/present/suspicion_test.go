package present

import (
	"context"
	"strings"
	"testing"
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/session"
	"latchkey/internal/signin"
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
	if got := shown[Suspicion](s); got.Done || !strings.Contains(got.Last, "203.0.113.7") || len(s.sessions.notMe) != 0 || s.p.Frame().Focus != FocusKeep {
		t.Fatalf("got %+v", got)
	}
	s.p.Back()
	shown[SignedIn](s)
	s.p.NotMe()
	s.p.SignOutEverywhere()
	s.p.SignOutEverywhere()
	s.until("signed out", func(f Frame) bool { return f.Screen.(Suspicion).Done })
	got := shown[Suspicion](s)
	if len(s.sessions.notMe) != 1 || s.sessions.notMe[0].Last.From != "203.0.113.7" || got.Contact != "Write to IT" || !got.Forgot || got.Title != "Signed out" {
		t.Fatalf("ended %+v, %+v", s.sessions.notMe, got)
	}
	if got.Message != "It was not me.\nAccount: amy@acme.example\n" {
		t.Errorf("the message is %q", got.Message)
	}
	s.p.CopyMessage()
	if s.clipboard.text != got.Message {
		t.Errorf("copied %q", s.clipboard.text)
	}
	opens := make(chan error)
	s.p.parts.Mail = func(context.Context, string, string, string) error { return <-opens }
	s.p.SendMessage()
	if got := shown[Suspicion](s).Contact; got != "Opening …" {
		t.Errorf("button %q while the mail program is being opened", got)
	}
	opens <- nil
	s.until("the end", func(f Frame) bool { return f.Screen.(Suspicion).Contact == "Write to IT" })
	s.say(signin.Credentials{ID: "9"})
	shown[Suspicion](s) // the form does not come up by itself
	s.p.Back()
	if form := shown[SignIn](s); form.Username != "amy@acme.example" {
		t.Errorf("form %+v", form)
	}
}

func TestSuspicionThatCannotEndEverything(t *testing.T) {
	for _, test := range []struct {
		err   error
		title string
	}{
		{problem.New(problem.SignOutPartly, problem.Caused(session.ErrNoRevocation)), "Signed out"},
		{problem.New(problem.SignOutPartly), "Not everything is signed out"},
		{problem.New(problem.KeychainLocked), "Not everything is signed out"},
	} {
		s := newStage(t, acme)
		s.sessions.ended = []session.Ended{{OrgName: "Acme", Err: test.err}}
		s.toSignedIn(amyElsewhere())
		s.p.NotMe()
		s.p.SignOutEverywhere()
		s.until("signed out", func(f Frame) bool { return f.Screen.(Suspicion).Done })
		if got := shown[Suspicion](s); got.Title != test.title || got.Contact != "" {
			t.Errorf("%v: %+v", test.err, got)
		}
	}
}

func TestNobodyAsksAboutAnUnknownSignIn(t *testing.T) {
	s := newStage(t, acme)
	s.toSignedIn(amy)
	s.p.NotMe()
	shown[SignedIn](s)
}

func TestTwoStepIsSuggestedOnce(t *testing.T) {
	s := newStage(t, acme)
	who := amy
	who.TwoStep = "https://login.acme.example/two-step"
	s.start()
	s.say(signin.Credentials{ID: "1"})
	s.p.Submit("amy@acme.example", "secret")
	s.talk().finish(who)
	s.until("signed in", func(f Frame) bool { _, ok := f.Screen.(SignedIn); return ok })
	told := func() int {
		s.sessions.mu.Lock()
		defer s.sessions.mu.Unlock()
		return len(s.sessions.told)
	}
	for deadline := time.Now().Add(patience); told() == 0 && time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		s.drain()
	}
	if told() != 1 || s.sessions.told[0] != amy.Account || !shown[SignedIn](s).TwoStep {
		t.Errorf("told %+v, shown %+v", s.sessions.told, shown[SignedIn](s))
	}
	s.p.SetUpTwoStep()
	s.until("the page", func(Frame) bool { return len(s.addresses()) > 0 })
	if s.addresses()[0] != who.TwoStep || shown[SignedIn](s).TwoStep {
		t.Errorf("opened %v", s.addresses())
	}
	s.p.SetUpTwoStep()
	s.drain()
	if len(s.addresses()) != 1 || told() != 1 {
		t.Errorf("opened %v, told %d times", s.addresses(), told())
	}
}
