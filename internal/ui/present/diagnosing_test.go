package present

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"latchkey/internal/diagnose"
	"latchkey/internal/problem"
	"latchkey/internal/signin"
)

// fakeChecks are checks that find what they are told, when they are told.
type fakeChecks struct {
	mu       sync.Mutex // guards the following
	findings map[string]func(context.Context) diagnose.Finding
	runs     map[string]int
	orgs     []string
	asking   []bool
	explain  func(*problem.Problem) *problem.Problem
	explains atomic.Int32
	saved    []string
	saveErr  error
	with     []bool
}

func newFakeChecks() *fakeChecks {
	return &fakeChecks{findings: map[string]func(context.Context) diagnose.Finding{}, runs: map[string]int{}}
}

// finds sets what a check finds.
func (f *fakeChecks) finds(id string, finding diagnose.Finding) {
	f.does(id, func(context.Context) diagnose.Finding { return finding })
}

func (f *fakeChecks) does(id string, do func(context.Context) diagnose.Finding) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.findings[id] = do
}

func (f *fakeChecks) ran(id string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.runs[id]
}

func (f *fakeChecks) checks(org string, asking func() bool) []diagnose.Check {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.orgs = append(f.orgs, org)
	list := []diagnose.Check{
		{ID: "settings", Title: "Settings", Blocks: true},
		{ID: "network", Title: "Network", Blocks: true},
		{ID: "dns", Title: "Name look-up", After: []string{"network"}, Blocks: true},
		{ID: "connect", Title: "Connection", After: []string{"dns", "network"}, Blocks: true},
		{ID: "portal", Title: "Network's sign-in page", After: []string{"network"}, Blocks: true},
		{ID: "tls", Title: "Certificate", After: []string{"connect", "dns", "network"}, Blocks: true},
		{ID: "server", Title: "Sign-in server", After: []string{"tls", "connect", "dns", "network"}, Blocks: true},
		{ID: "clock", Title: "Clock"},
		{ID: "status", Title: "Service status"},
	}
	if f.findings["keychain"] != nil {
		list = append(list, diagnose.Check{ID: "keychain", Title: "Keychain"})
	}
	for i, c := range list {
		list[i].Run = func(ctx context.Context) diagnose.Finding {
			f.mu.Lock()
			f.runs[c.ID]++
			if c.ID == "settings" {
				f.asking = append(f.asking, asking())
			}
			do := f.findings[c.ID]
			f.mu.Unlock()
			if do == nil {
				return diagnose.Good("All is well.")
			}
			return do(ctx)
		}
	}
	return list
}

func (f *fakeChecks) diagnostics() *Diagnostics {
	return &Diagnostics{
		Checks: f.checks,
		Explain: func(_ context.Context, _ string, p *problem.Problem) *problem.Problem {
			defer f.explains.Add(1)
			if f.explain == nil {
				return p
			}
			return f.explain(p)
		},
		Report: func(_ context.Context, org string, r diagnose.Report, addresses bool) []byte {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.with = append(f.with, addresses)
			text := "report of " + org + ": " + string(r.Verdict)
			if addresses {
				text += " with addresses"
			}
			return []byte(text)
		},
		Save: func(text []byte) (string, error) {
			f.mu.Lock()
			defer f.mu.Unlock()
			if f.saveErr != nil {
				return "", f.saveErr
			}
			f.saved = append(f.saved, string(text))
			return "~/Documents/report.md", nil
		},
		Folder: "~/Documents",
	}
}

// diagnosed is a stage with checks, at the form.
func diagnosed(t *testing.T, f *fakeChecks) *stage {
	t.Helper()
	s := newStage(t, acme)
	s.checks = f
	s.start()
	s.say(signin.Credentials{ID: "1"})
	return s
}

func (s *stage) diagnosisDone() Diagnosis {
	s.t.Helper()
	s.until("the end of the diagnosis", func(f Frame) bool { d, ok := f.Screen.(Diagnosis); return ok && d.Report })
	return shown[Diagnosis](s)
}

func rowOf(d Diagnosis, id string) CheckRow {
	for _, r := range d.Rows {
		if r.ID == id {
			return r
		}
	}
	return CheckRow{}
}

func TestDiagnosisFindsNothing(t *testing.T) {
	f := newFakeChecks()
	s := diagnosed(t, f)
	s.p.Diagnose()
	if d := shown[Diagnosis](s); !d.Running || d.Verdict.Sight != Looking || d.Report {
		t.Errorf("at first: %+v", d)
	}
	d := s.diagnosisDone()
	if d.Verdict.Title != "Nothing keeps you from signing in" || d.Verdict.Sight != Fine || len(d.Rows) != 9 || d.Waiting != "" {
		t.Errorf("got %+v", d)
	}
	for _, r := range d.Rows {
		if r.Open || r.Sight != Fine {
			t.Errorf("row %+v", r)
		}
	}
	if f.orgs[0] != "acme" || f.asking[0] {
		t.Errorf("asked about %q, asking %v", f.orgs, f.asking)
	}
}

func TestDiagnosisVerdictFirstAndConsequencesUnderTheirCause(t *testing.T) {
	f := newFakeChecks()
	bad := diagnose.Found(diagnose.Problem, problem.New(problem.NameServiceDead))
	f.finds("dns", bad)
	for _, id := range []string{"connect", "tls", "server"} {
		f.finds(id, diagnose.Found(diagnose.Problem, problem.New(problem.TimedOut)))
	}
	s := diagnosed(t, f)
	s.p.Diagnose()
	d := s.diagnosisDone()
	if d.Verdict.Sight != Blocking || d.Verdict.Title != strings.TrimSuffix(problem.New(problem.NameServiceDead).Title, ".") {
		t.Errorf("verdict %+v", d.Verdict)
	}
	first := d.Rows[0]
	if first.ID != "dns" || !first.Open || len(first.Follows) != 3 || first.Unfolded || first.Fix != "" || !strings.Contains(d.Verdict.Text, bad.Fix) {
		t.Errorf("first row %+v", first)
	}
	if len(d.Rows) != 6 {
		t.Errorf("%d rows", len(d.Rows))
	}
	s.p.UnfoldRow("dns")
	s.p.OpenRow("network")
	d = shown[Diagnosis](s)
	if !rowOf(d, "dns").Unfolded || !rowOf(d, "network").Open || !rowOf(d, "network").Detailed {
		t.Errorf("got %+v", d.Rows)
	}
	s.p.OpenRow("dns")
	if rowOf(shown[Diagnosis](s), "dns").Open {
		t.Error("it stays open")
	}
}

// Results come in as they are found, and stopping keeps them.
func TestDiagnosisStreamsAndStopsAtOnce(t *testing.T) {
	f := newFakeChecks()
	f.does("server", func(ctx context.Context) diagnose.Finding {
		<-ctx.Done()
		return diagnose.Finding{State: diagnose.Unknown}
	})
	s := diagnosed(t, f)
	s.p.Diagnose()
	s.until("all but one", func(fr Frame) bool { d, ok := fr.Screen.(Diagnosis); return ok && len(d.Rows) == 8 })
	d := shown[Diagnosis](s)
	if !d.Running || d.Waiting != "Still looking at: Sign-in server" || d.Verdict.Progress != "8 of 9" {
		t.Errorf("got %+v", d)
	}
	s.p.StopDiagnosis()
	d = shown[Diagnosis](s)
	if d.Running || d.Verdict.Title != "Stopped" || !d.Report || len(d.Rows) != 8 {
		t.Errorf("stopped: %+v", d)
	}
}

// DG-16: however often it is pressed, one run goes on at a time, and not more often than every two seconds.
func TestDG16OneRunAtATime(t *testing.T) {
	f := newFakeChecks()
	s := diagnosed(t, f)
	for range 100 {
		s.p.Diagnose()
		s.p.DiagnoseAgain()
	}
	s.diagnosisDone()
	if n := f.ran("network"); n != 1 {
		t.Errorf("%d runs", n)
	}
	for range 100 {
		s.p.DiagnoseAgain()
	}
	if n := f.ran("network"); n != 1 || !shown[Diagnosis](s).Running {
		t.Errorf("%d runs at once", n)
	}
	s.clockUntil(restPause, func() bool { return f.ran("network") > 1 })
	s.diagnosisDone()
	if n := f.ran("network"); n != 2 {
		t.Errorf("%d runs", n)
	}
	for range 100 { // leaving and coming back is no way around it
		s.p.LeaveDiagnosis()
		s.p.Diagnose()
	}
	s.clockUntil(restPause, func() bool {
		s.drain()
		d, ok := s.p.Frame().Screen.(Diagnosis)
		return ok && !d.Running && len(d.Rows) > 0
	})
	if n := f.ran("network"); n > 4 {
		t.Errorf("%d runs after coming back", n)
	}
}

// What goes on below goes on, and nothing of it is lost.
func TestSignInGoesOnBelowTheDiagnosis(t *testing.T) {
	s := diagnosed(t, newFakeChecks())
	s.p.Submit("amy@acme.example", "secret")
	s.p.Diagnose()
	s.say(signin.Working{What: signin.CheckingPass}, signin.Code{ID: "2", Method: "totp", Digits: 6})
	shown[Diagnosis](s)
	s.p.Back()
	shown[Code](s)
	if s.p.Frame().Focus != FocusCode {
		t.Errorf("focus %q", s.p.Frame().Focus)
	}
	s.p.Diagnose()
	s.talk().finish(amy)
	s.until("signed in", func(f Frame) bool { _, ok := f.Screen.(SignedIn); return ok })
}

func TestKeychainIsLeftAloneWhileAsking(t *testing.T) {
	f := newFakeChecks()
	s := diagnosed(t, f)
	s.p.Submit("amy@acme.example", "secret")
	s.p.Diagnose()
	s.diagnosisDone()
	if !f.asking[len(f.asking)-1] {
		t.Error("nobody said that the agent is being asked")
	}
}

func TestDiagnosisWithBrokenSettings(t *testing.T) {
	f := newFakeChecks()
	f.finds("settings", diagnose.Found(diagnose.Problem, problem.New(problem.SettingsSyntax)))
	s := newStage(t, acme)
	s.checks, s.loadError = f, problem.New(problem.SettingsSyntax)
	s.p.Start()
	s.until("the problem", func(f Frame) bool { return f.Problem != nil })
	if !s.p.Frame().Problem.Checked {
		t.Error("no way from the problem to the diagnosis")
	}
	s.p.Diagnose()
	if d := s.diagnosisDone(); d.Verdict.Sight != Blocking || d.Rows[0].ID != "settings" {
		t.Errorf("got %+v", d)
	}
	s.p.Back()
	if s.p.Frame().Problem == nil {
		t.Error("the problem is gone")
	}
}

func TestRepairAsksOnce(t *testing.T) {
	f := newFakeChecks()
	var did atomic.Int32
	bad := diagnose.Found(diagnose.Problem, problem.New(problem.SettingsSyntax))
	fails := true
	bad.Repairs = []diagnose.Repair{{ID: "reset", Title: "Start over", Loses: "Everything.", Do: func(context.Context) error {
		did.Add(1)
		if fails {
			return problem.New(problem.SettingsNotSaved)
		}
		f.finds("settings", diagnose.Good("It is fine."))
		return nil
	}}}
	f.finds("settings", bad)
	s := diagnosed(t, f)
	s.p.Diagnose()
	s.diagnosisDone()
	s.p.Repair("settings", "reset")
	if a := rowOf(shown[Diagnosis](s), "settings").Ask; a == nil || a.Loses != "Everything." || did.Load() != 0 || s.p.Frame().Focus != FocusKeep {
		t.Fatalf("ask %+v, done %d", a, did.Load())
	}
	s.p.Back()
	if rowOf(shown[Diagnosis](s), "settings").Ask != nil {
		t.Error("still asked")
	}
	s.p.Repair("settings", "reset")
	s.p.ConfirmRepair("settings")
	s.p.ConfirmRepair("settings")
	s.until("that it failed", func(fr Frame) bool {
		d, ok := fr.Screen.(Diagnosis)
		return ok && rowOf(d, "settings").Ask != nil && rowOf(d, "settings").Ask.Fault != ""
	})
	if did.Load() != 1 {
		t.Errorf("done %d times", did.Load())
	}
	fails = false
	loads := s.loads
	s.p.ConfirmRepair("settings")
	s.until("another run", func(fr Frame) bool { d, ok := fr.Screen.(Diagnosis); return ok && d.Running })
	if got := s.p.Frame().Focus; got != FocusMain {
		t.Errorf("the button that was pressed is gone, and the focus is on %q", got)
	}
	s.clockUntil(restPause, func() bool { return f.ran("settings") > 1 })
	if d := s.diagnosisDone(); d.Verdict.Sight != Fine || s.loads != loads+1 {
		t.Errorf("got %+v after %d loads", d.Verdict, s.loads-loads)
	}
}

func TestReportIsShownBeforeItIsSaved(t *testing.T) {
	f := newFakeChecks()
	s := diagnosed(t, f)
	s.p.Diagnose()
	s.p.PreviewReport() // nothing to report yet
	s.diagnosisDone()
	s.p.PreviewReport()
	report := func(right func(Report) bool) func(Frame) bool {
		return func(f Frame) bool { r, ok := f.Screen.(Report); return ok && right(r) }
	}
	s.until("the report", report(func(r Report) bool { return r.Text == "report of acme: ok" }))
	s.p.ChooseAddresses()
	s.until("addresses", report(func(r Report) bool { return r.Addresses }))
	f.saveErr = problem.New(problem.ReportNotSaved)
	s.p.SaveReport()
	s.until("that it was not saved", report(func(r Report) bool { return r.Fault != "" && !r.Busy }))
	f.saveErr = nil
	s.p.SaveReport()
	s.until("that it was saved", report(func(r Report) bool { return r.Saved == "~/Documents/report.md" }))
	s.p.SaveReport()
	s.p.CopyReport()
	if len(f.saved) != 1 || f.saved[0] != "report of acme: ok with addresses" || s.clipboard.text != f.saved[0] {
		t.Errorf("saved %q, copied %q", f.saved, s.clipboard.text)
	}
	s.p.Back()
	shown[Diagnosis](s)
	s.p.CopyReport()
	s.until("that it was copied", func(f Frame) bool { d, ok := f.Screen.(Diagnosis); return ok && d.Copied })
	if s.clipboard.text != "report of acme: ok" {
		t.Errorf("copied %q", s.clipboard.text)
	}
	s.p.Back()
	shown[SignIn](s)
}

func TestWhatEverythingWaitsForIsARowUntilItIsFound(t *testing.T) {
	d := &diagnosing{
		cancel: func() {}, order: []string{"network", "dns"}, found: map[string]diagnose.Result{"network": {ID: "network", State: diagnose.OK}},
		due: &diagnose.Result{ID: "dns", Title: "Name lookup", State: diagnose.Unknown, What: "The name service has not answered yet."},
	}
	if rows := d.rows(); len(rows) != 2 || rows[0].ID != "dns" || rows[0].Sight != Looking || rows[0].Line == "" || d.verdict().Progress != "1 of 2" {
		t.Errorf("got %+v, %+v", rows, d.verdict())
	}
	d.found["dns"] = diagnose.Result{ID: "dns", State: diagnose.Problem}
	if rows := d.rows(); len(rows) != 2 || rows[0].Sight == Looking {
		t.Errorf("got %+v", rows)
	}
}
