package present

import (
	"context"
	"strings"
	"testing"
	"time"

	"latchkey/internal/diagnose"
	"latchkey/internal/problem"
	"latchkey/internal/signin"
)

func TestFailedSignInIsExplained(t *testing.T) {
	f := newFakeChecks()
	f.explain = func(p *problem.Problem) *problem.Problem {
		return problem.New(problem.NetworkPage, problem.Because("It leads to wifi.example."), problem.Caused(p))
	}
	s := diagnosed(t, f)
	s.say(signin.Trouble{Problem: problem.New(problem.TimedOut), AttemptsLeft: -1})
	if got := s.p.Frame(); got.Problem == nil || !got.Problem.Checked {
		t.Fatalf("got %+v", got.Problem)
	}
	turn, mark := s.p.Frame().Turn, s.p.Frame().Problem.Mark
	s.until("the cause", func(f Frame) bool { return f.Problem != nil && f.Problem.Code == string(problem.NetworkPage) })
	got := s.p.Frame()
	if got.Problem.Looking || got.Problem.Action != OpenPortal || !strings.Contains(got.Problem.Why, "wifi.example") || got.Problem.Mark != mark {
		t.Errorf("got %+v", got.Problem)
	}
	if got.Turn != turn {
		t.Error("the focus was moved")
	}
	opened := make(chan struct{}, 1)
	page := diagnose.Found(diagnose.Problem, problem.New(problem.NetworkPage))
	page.Repairs = []diagnose.Repair{{ID: "portal", Title: "Open", Do: func(context.Context) error { opened <- struct{}{}; return nil }}}
	f.finds("portal", page)
	s.p.Act()
	select {
	case <-opened:
	case <-time.After(patience):
		t.Error("the network's page was not opened")
	}
}

// A refused code that the clock explains stays one, with the tries that are left.
func TestRefusedCodeIsExplainedByTheClock(t *testing.T) {
	f := newFakeChecks()
	f.explain = func(p *problem.Problem) *problem.Problem {
		return p.With(problem.Titled("The code is not right: this computer's clock is 4 minutes behind."))
	}
	s := newStage(t, acme)
	s.checks = f
	s.toCode()
	s.say(signin.Trouble{Problem: problem.New(problem.CodeRefused), AttemptsLeft: 2, Field: "code"}, signin.Code{ID: "3", Method: "totp", Digits: 6})
	s.until("the cause", func(f Frame) bool { return f.Problem != nil && strings.Contains(f.Problem.Title, "4 minutes behind") })
	if got := s.p.Frame(); got.Problem.Fault != "The code is not right." || !strings.Contains(got.Problem.Why, "2 tries are left.") || strings.Count(got.Problem.Why, "tries") != 1 || got.Focus != FocusCode {
		t.Errorf("got %+v", got.Problem)
	}
}

// An explanation that comes when its problem is gone is not shown.
func TestLateExplanationIsDropped(t *testing.T) {
	f := newFakeChecks()
	hold := make(chan struct{})
	f.explain = func(p *problem.Problem) *problem.Problem { <-hold; return problem.New(problem.Offline) }
	s := diagnosed(t, f)
	s.say(signin.Trouble{Problem: problem.New(problem.TimedOut), AttemptsLeft: -1})
	s.p.Submit("amy@acme.example", "secret")
	s.drain()
	close(hold)
	select {
	case late := <-s.posts:
		late()
	case <-time.After(patience):
		t.Fatal("the explanation never came")
	}
	if got := s.p.Frame().Problem; got != nil {
		t.Errorf("got %+v", got)
	}
}

// What the form says about the keychain is over when a diagnosis finds that it works, after a repair for instance.
func TestKeychainThatWorksIsNoLongerComplainedAbout(t *testing.T) {
	f := newFakeChecks()
	s := diagnosed(t, f)
	for _, test := range []struct {
		found   diagnose.Finding
		about   problem.Code
		remains bool
	}{
		{diagnose.Found(diagnose.Warning, problem.New(problem.KeychainLocked)), problem.KeychainLocked, true},
		{diagnose.Good("It works."), problem.AccessLimited, true},
		{diagnose.Good("It works."), problem.KeychainLocked, false},
	} {
		f.finds("keychain", test.found)
		s.say(signin.Notice{Problem: problem.New(test.about)})
		s.p.Diagnose()
		s.diagnosisDone()
		s.p.LeaveDiagnosis()
		s.clock.Advance(restPause)
		if n := s.p.Frame().Notice; (n != nil) != test.remains {
			t.Errorf("%s, and the keychain is %q: notice %+v", test.about, test.found.State, n)
		}
	}
}
