package present

import (
	"strings"
	"testing"

	"latchkey/internal/diagnose"
	"latchkey/internal/problem"
)

// While it is not known whether the server is the right one, nobody is told that they can sign in; the terminal says the same.
func TestAGapIsNoWayIn(t *testing.T) {
	f := newFakeChecks()
	f.finds("server", diagnose.Finding{State: diagnose.Unknown, What: "It was not waited for."})
	f.finds("status", diagnose.Found(diagnose.Warning, problem.New(problem.ServiceDegraded)))
	s := diagnosed(t, f)
	s.p.Diagnose()
	d := s.diagnosisDone()
	if d.Verdict.Sight != Attention || strings.Contains(d.Verdict.Title+d.Verdict.Text, "You can sign in") || !strings.Contains(d.Verdict.Text, "Not everything") {
		t.Errorf("%+v", d.Verdict)
	}
}

// What may keep somebody out, and shows when they try, stands as headline: nobody is told that they can sign in, nor that they cannot.
func TestWhatShowsOnTryingIsNoWayIn(t *testing.T) {
	f := newFakeChecks()
	off := diagnose.Found(diagnose.Problem, problem.New(problem.ClockWrong, problem.Titled("This computer's clock is 1 hour ahead."), problem.Because("Sign-ins may be refused.")))
	off.Harmless, off.Doubtful = true, true
	f.finds("clock", off)
	s := diagnosed(t, f)
	s.p.Diagnose()
	if v := s.diagnosisDone().Verdict; v.Sight != Attention || v.Title != "This computer's clock is 1 hour ahead" || !strings.HasPrefix(v.Text, "Sign-ins may be refused. Switch on") {
		t.Errorf("%+v", v)
	}
}

// A finding whose headline is its own stands as headline, and its cause below it, as with one in the catalogue's words.
func TestTheHeadlineIsWhatWasFound(t *testing.T) {
	f := newFakeChecks()
	f.finds("tls", diagnose.Found(diagnose.Problem, problem.New(problem.TLSIntercepted, problem.Titled("Dr. Web reads the connection to the server."),
		problem.Because("This computer does not trust it."), problem.Do("Tell IT."))))
	s := diagnosed(t, f)
	s.p.Diagnose()
	if v := s.diagnosisDone().Verdict; v.Title != "Dr. Web reads the connection to the server" || v.Text != "This computer does not trust it. Tell IT." {
		t.Errorf("%+v", v)
	}
}
