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
	f.finds("server", diagnose.Finding{State: diagnose.Unknown, Why: "It was not waited for."})
	f.finds("status", diagnose.Found(diagnose.Warning, problem.New(problem.ServiceDegraded)))
	s := diagnosed(t, f)
	s.p.Diagnose()
	d := s.diagnosisDone()
	if d.Verdict.Sight != Attention || strings.Contains(d.Verdict.Title+d.Verdict.Text, "You can sign in") || !strings.Contains(d.Verdict.Text, "Not everything") {
		t.Errorf("%+v", d.Verdict)
	}
}
