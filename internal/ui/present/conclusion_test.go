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
