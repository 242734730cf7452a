package diagnose_test

import (
	"strings"
	"testing"

	"latchkey/internal/diagnose"
	"latchkey/internal/diagnose/report"
	"latchkey/internal/problem"
)

// Nobody is told that they can sign in while it is not known, nor by the report.
func TestConclusionIsOneForAll(t *testing.T) {
	unknown := diagnose.Result{ID: "tls", State: diagnose.Unknown, Blocks: true}
	warning := diagnose.Result{ID: "status", State: diagnose.Warning, Code: problem.ServiceDegraded, What: "The service has trouble."}
	blocking := diagnose.Result{ID: "server", State: diagnose.Problem, Blocks: true, Code: problem.TimedOut, What: "It does not answer."}
	doubtful := diagnose.Result{ID: "clock", State: diagnose.Problem, Doubtful: true, Code: problem.ClockWrong, What: "The clock is off."}
	harmless := diagnose.Result{ID: "api", State: diagnose.Problem, Code: problem.APIUnreachable, What: "It is not reached."}
	for name, c := range map[string]struct {
		results []diagnose.Result
		stopped bool
		verdict diagnose.Verdict
		can     bool // is told that they can sign in
		decided string
	}{
		"fine":                   {nil, false, diagnose.Fine, false, ""},
		"a warning":              {[]diagnose.Result{warning}, false, diagnose.Degraded, true, "status"},
		"a warning and a gap":    {[]diagnose.Result{unknown, warning}, false, diagnose.Degraded, false, "status"},
		"a gap":                  {[]diagnose.Result{unknown}, false, diagnose.Fine, false, ""},
		"blocked":                {[]diagnose.Result{warning, unknown, blocking}, false, diagnose.Blocked, false, "server"},
		"it shows on trying":     {[]diagnose.Result{harmless, doubtful}, false, diagnose.Degraded, false, "clock"},
		"and then it is certain": {[]diagnose.Result{doubtful, blocking}, false, diagnose.Blocked, false, "server"},
		"stopped":                {[]diagnose.Result{unknown}, true, diagnose.Degraded, false, ""},
		"stopped with a warning": {[]diagnose.Result{warning}, true, diagnose.Degraded, false, "status"},
		"stopped when blocked":   {[]diagnose.Result{unknown, blocking}, true, diagnose.Blocked, false, "server"},
	} {
		t.Run(name, func(t *testing.T) {
			got := diagnose.Conclude(c.results, c.stopped)
			why, decided := "", ""
			if got.Decided != nil {
				why, decided = got.Decided.Line(), got.Decided.ID
			}
			if got.Verdict != c.verdict || decided != c.decided || strings.Contains(got.Summary(why), "You can sign in") != c.can {
				t.Errorf("%+v: %s", got, got.Summary(why))
			}
			written := string(report.Write(diagnose.Report{Verdict: got.Verdict, Stopped: c.stopped, Results: c.results}, report.About{}))
			if strings.Contains(written, "You can sign in") != c.can {
				t.Errorf("the report: %s", written)
			}
		})
	}
}
