package terminal_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/diagnose"
	"latchkey/internal/problem"
	"latchkey/internal/terminal"
)

// finds is a check that finds this.
func finds(id, title string, f diagnose.Finding, after ...string) diagnose.Check {
	return diagnose.Check{ID: id, Title: title, Blocks: true, After: after, Run: func(context.Context) diagnose.Finding { return f }}
}

// nameMissing is a network without the server's name.
func nameMissing() []diagnose.Check {
	return []diagnose.Check{
		finds("network", "Network", diagnose.Good("Connected over eth0.")),
		finds("dns", "Server's name", diagnose.Found(diagnose.Problem, problem.New(problem.NameNotFound), diagnose.Fact{Name: "answers", Value: 0, Shareable: true})),
		finds("connect", "Connection", diagnose.Found(diagnose.Problem, problem.New(problem.TimedOut)), "dns"),
		finds("server", "Sign-in server", diagnose.Found(diagnose.Problem, problem.New(problem.ServerUnavailable)), "connect", "dns"),
		{ID: "voice", Title: "Voice", Run: func(context.Context) diagnose.Finding {
			return diagnose.Finding{State: diagnose.Skipped, What: "None is set up."}
		}},
	}
}

func TestDoctorShowsTheCauseAndWhatFollows(t *testing.T) {
	w := &world{t: t, checks: nameMissing()}
	got := w.run("doctor")
	if got.code != 8 {
		t.Errorf("exit code %d", got.code)
	}
	live, end, _ := strings.Cut(got.stdout, "\nBlocked: ")
	for _, want := range []string{
		"Looking for what keeps you from signing in to Acme Contact Center at login.acme.example …\n\n",
		"✓ ok       Network         Connected over eth0.",
		"✗ problem  Server's name   The sign-in server's name is not found. The network does not know the address, or you are offline.",
		"- skipped  Connection      Because of: Server's name.\n",
		"- skipped  Sign-in server  Because of: Server's name.\n",
		"- skipped  Voice           None is set up.\n",
	} {
		if !strings.Contains(live, want) {
			t.Errorf("no line %q in\n%s", want, live)
		}
	}
	want := `The sign-in server's name is not found. The network does not know the address, or you are offline.

✗ problem  Server's name [name-not-found]
  → Check the network connection, then try again.
  It explains:
    - skipped  Connection      The sign-in server does not answer in time.
    - skipped  Sign-in server  The sign-in server has a problem right now.
`
	if diff := cmp.Diff(want, end); diff != "" {
		t.Errorf("the end (-want +got):\n%s", diff)
	}
	if !strings.Contains(got.stderr, "latchkey doctor --report .\n") {
		t.Errorf("standard error: %q", got.stderr)
	}
}

func TestDoctorFine(t *testing.T) {
	w := &world{t: t, checks: []diagnose.Check{finds("network", "Network", diagnose.Good("Connected."))}}
	got := w.run("doctor", "--org", "globex")
	if got.code != 0 || got.stderr != "" || !strings.HasSuffix(got.stdout, "\n\nNothing keeps you from signing in.\n") {
		t.Errorf("%d %q\n%s", got.code, got.stderr, got.stdout)
	}
	if !strings.Contains(got.stdout, "to Globex at login.euw2.pure.cloud") {
		t.Errorf("another organisation:\n%s", got.stdout)
	}
}

// A warning keeps nobody out.
func TestDoctorDegraded(t *testing.T) {
	w := &world{t: t, checks: []diagnose.Check{finds("clock", "Clock", diagnose.Found(diagnose.Warning, problem.New(problem.TimedOut)))}}
	got := w.run("doctor")
	if got.code != 0 || !strings.Contains(got.stdout, "\nYou can sign in. The sign-in server does not answer in time.\n\n! warning  Clock [timed-out]\n") {
		t.Errorf("%d\n%s", got.code, got.stdout)
	}
}

func TestDoctorWithBrokenSettings(t *testing.T) {
	for name, w := range map[string]*world{
		"a mistake":           {settings: "default = [\n"},
		"no organisation":     {settings: "\n"},
		"unknown in settings": {settings: acmeSettings + "\ncolour = 3\n"},
	} {
		w.t = t
		got := w.run("doctor", "--json")
		if got.code != 8 || got.stderr != "" {
			t.Errorf("%s: %d %q", name, got.code, got.stderr)
		}
		if !strings.Contains(got.stdout, `"id":"settings","title":"Settings","state":"problem","code":"`) {
			t.Errorf("%s: %s", name, got.stdout)
		}
	}
	got := (&world{t: t}).run("--org", "initech", "doctor")
	if got.code != 8 || !strings.Contains(got.stdout, "[organization-unknown]") {
		t.Errorf("%d %s", got.code, got.stdout)
	}
}

// The contract's form, every member there and of its type.
func TestDoctorJSON(t *testing.T) {
	w := &world{t: t, checks: append(nameMissing(), finds("tls", "Certificate", diagnose.Good("Fine.",
		diagnose.Fact{Name: "rtt_ms", Value: 1500 * time.Microsecond}, diagnose.Fact{Name: "issuer", Value: "Acme\x1b[31m CA", Shareable: true},
		diagnose.Fact{Name: "names", Value: []string{"a", "b"}}, diagnose.Fact{Name: "not_after", Value: noon}, diagnose.Fact{Name: "trusted", Value: true})))}
	got := w.run("doctor", "--json")
	if got.code != 8 || got.stderr != "" || strings.Count(got.stdout, "\n") != 1 {
		t.Fatalf("%d %q %s", got.code, got.stderr, got.stdout)
	}
	var doc map[string]any
	if err := json.Unmarshal([]byte(got.stdout), &doc); err != nil {
		t.Fatal(err)
	}
	if doc["verdict"] != "blocked" || doc["summary"] == "" || doc["took_ms"] == nil {
		t.Errorf("%v", doc)
	}
	checks := map[string]map[string]any{}
	for _, c := range doc["checks"].([]any) {
		c := c.(map[string]any)
		if _, ok := c["took_ms"].(float64); !ok {
			t.Errorf("no time: %v", c)
		}
		delete(c, "took_ms")
		checks[c["id"].(string)] = c
	}
	for id, want := range map[string]map[string]any{
		"dns": {
			"id": "dns", "title": "Server's name", "state": "problem", "code": "name-not-found", "because": "", "facts": map[string]any{"answers": 0.0},
			"why": "The sign-in server's name is not found. The network does not know the address, or you are offline.",
			"fix": "Check the network connection, then try again.",
		},
		"connect": {
			"id": "connect", "title": "Connection", "state": "skipped", "code": "", "because": "dns", "facts": map[string]any{},
			"why": "The sign-in server does not answer in time.", "fix": "",
		},
		"tls": {
			"id": "tls", "title": "Certificate", "state": "ok", "code": "", "because": "", "why": "Fine.", "fix": "",
			"facts": map[string]any{"rtt_ms": 1.5, "issuer": "Acme[31m CA", "names": []any{"a", "b"}, "not_after": "2026-11-03T12:00:00Z", "trusted": true},
		},
	} {
		if diff := cmp.Diff(want, checks[id]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", id, diff)
		}
	}
}

// On a terminal the rows fill its width and no more; colour is never the only sign.
func TestDoctorOnATerminal(t *testing.T) {
	const width = 80
	screen := &terminal.Screen{Width: func() int { return width }, Colour: true}
	slow := diagnose.Check{ID: "slow", Title: "Slow", Run: func(context.Context) diagnose.Finding {
		time.Sleep(2 * time.Millisecond) // so that there is a time to show
		return diagnose.Good(strings.Repeat("It takes its time. ", 9))
	}}
	w := &world{t: t, checks: append(nameMissing(), slow), screen: screen}
	got := w.run("doctor")
	if !strings.Contains(got.stdout, " ms\n") {
		t.Errorf("no time:\n%s", got.stdout)
	}
	if !strings.Contains(got.stdout, "\x1b[1;31m✗ problem\x1b[0m  Server's name   The sign-in server's name is not found.") {
		t.Errorf("no colour:\n%q", got.stdout)
	}
	colourless := got.stdout
	for _, style := range []string{"\x1b[1m", "\x1b[1;31m", "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[2m", "\x1b[0m"} {
		colourless = strings.ReplaceAll(colourless, style, "")
	}
	if strings.Contains(colourless, "\x1b") {
		t.Errorf("more than colours:\n%q", colourless)
	}
	for line := range strings.Lines(colourless) {
		if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > width {
			t.Errorf("%d characters: %s", n, line)
		}
		if strings.HasSuffix(line, " ms\n") && len([]rune(line)) != width+len("\n") {
			t.Errorf("not in its column: %q", line)
		}
	}
	screen.Colour = false
	w = &world{t: t, checks: nameMissing(), screen: screen, ascii: true}
	got = w.run("doctor")
	if strings.Contains(got.stdout, "\x1b") || strings.ContainsFunc(got.stdout, func(r rune) bool { return r > 126 }) {
		t.Errorf("not plain:\n%q", got.stdout)
	}
}

// What servers and files say cannot steer the terminal, nor fake another row.
func TestRD10DoctorPrintsOneCleanLine(t *testing.T) {
	hostile := "fine\r\n✗ problem  Fake\x1b[2J\x1b]0;title\a \u202Egnorw"
	w := &world{t: t, checks: []diagnose.Check{finds("status", "Status", diagnose.Finding{State: diagnose.Warning, Code: problem.TimedOut, What: hostile, Fix: hostile})}}
	got := w.run("doctor")
	if strings.ContainsAny(got.stdout, "\x1b\a\r\u202e") || strings.Contains(got.stdout, "\n✗ problem  Fake") {
		t.Errorf("%q", got.stdout)
	}
}

func TestDoctorInterrupted(t *testing.T) {
	for _, asJSON := range []bool{false, true} {
		ctx, cancel := context.WithCancel(t.Context())
		stubborn := make(chan struct{})
		w := &world{t: t, ctx: ctx, checks: []diagnose.Check{
			finds("network", "Network", diagnose.Good("Connected.")),
			{ID: "slow", Title: "Slow", Limit: time.Hour, Run: func(context.Context) diagnose.Finding {
				cancel()
				<-stubborn
				return diagnose.Finding{}
			}},
		}}
		args := []string{"doctor"}
		if asJSON {
			args = append(args, "--json")
		}
		got := w.run(args...)
		close(stubborn)
		if got.code != 4 || strings.Contains(got.stdout, "Nothing keeps you") || strings.Contains(got.stdout, "You can sign in") {
			t.Errorf("%d\n%s", got.code, got.stdout)
		}
		if asJSON && !strings.Contains(got.stdout, `"verdict":"degraded"`) && !strings.Contains(got.stdout, `"verdict": "degraded"`) {
			t.Errorf("\n%s", got.stdout)
		}
		if !asJSON && (!strings.Contains(got.stdout, "Stopped.") || !strings.Contains(got.stdout, "? unknown  Slow") || !strings.Contains(got.stdout, "Not everything was checked.")) {
			t.Errorf("\n%s", got.stdout)
		}
	}
}

func TestDoctorUsage(t *testing.T) {
	for _, c := range []struct {
		args []string
		err  string
	}{
		{[]string{"doctor", "--json", "--report", "-"}, "cannot both write to standard output"},
		{[]string{"doctor", "--addresses"}, "--addresses goes with --report"},
		{[]string{"doctor", "network"}, "takes fewer words"},
		{[]string{"doctor", "--jsn"}, "Did you mean --json?"},
	} {
		got := (&world{t: t}).run(c.args...)
		if got.code != 2 || !strings.Contains(got.stderr, c.err) || got.stdout != "" {
			t.Errorf("%q: %d %q %q", c.args, got.code, got.stdout, got.stderr)
		}
	}
}

func TestDoctorReport(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "for it.md")
	w := &world{t: t, checks: nameMissing()}
	got := w.run("doctor", "--report", file)
	if got.code != 8 || !strings.Contains(got.stderr, "Report saved: "+file) {
		t.Fatalf("%d %q", got.code, got.stderr)
	}
	saved, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"`login.acme.example`", "name-not-found", `"verdict": "blocked"`, "2026-11-03T12:00:00Z"} {
		if !strings.Contains(string(saved), want) {
			t.Errorf("no %q in\n%s", want, saved)
		}
	}

	// RD-21: what is there already stays, and nobody waits for the checks to hear it.
	got = w.run("doctor", "--report", file)
	if again, _ := os.ReadFile(file); got.code != 2 || got.stdout != "" || !strings.Contains(got.stderr, "[report-exists]") || string(again) != string(saved) {
		t.Errorf("%d %q %q", got.code, got.stdout, got.stderr)
	}

	// A folder gets a file named after the day.
	got = w.run("doctor", "--json", "--report", dir)
	if _, err := os.Stat(filepath.Join(dir, "latchkey-report-2026-11-03.md")); err != nil || got.code != 8 {
		t.Errorf("%d %v", got.code, err)
	}

	// RD-13: with - the exact bytes are shown first, and nothing else is on standard output.
	got = w.run("doctor", "--report", "-")
	if !strings.HasPrefix(got.stdout, "# ") || !strings.HasSuffix(got.stdout, "```\n") || !strings.Contains(got.stderr, "Blocked: ") {
		t.Errorf("%q", got.stdout)
	}

	got = (&world{t: t}).run("doctor", "--report", filepath.Join(dir, "no", "folder.md"))
	if got.code != 1 || !strings.Contains(got.stderr, "[report-not-saved]") || !strings.Contains(got.stdout, "Nothing keeps you") || strings.Contains(got.stdout, "You can sign in") {
		t.Errorf("%d %q", got.code, got.stderr)
	}
}

// What keeps people out comes first, whatever was checked before it; what follows from it does not repeat it.
func TestDoctorWeighsFindings(t *testing.T) {
	harmless := finds("desktop", "This desktop", diagnose.Found(diagnose.Problem, problem.New(problem.KeychainFailed)))
	harmless.Blocks = false
	same := diagnose.Found(diagnose.Problem, problem.New(problem.NetworkPage))
	w := &world{t: t, checks: []diagnose.Check{
		finds("a", "First", diagnose.Found(diagnose.Warning, problem.New(problem.TimedOut))), harmless,
		finds("portal", "Portal", same), finds("server", "Server", same, "portal"),
	}}
	_, end, _ := strings.Cut(w.run("doctor").stdout, "\nBlocked: ")
	var titles []string
	for line := range strings.Lines(end) {
		if strings.Contains(line, "[") || strings.Contains(line, "skipped") {
			titles = append(titles, strings.TrimSpace(line))
		}
	}
	want := []string{"✗ problem  Portal [network-page]", "- skipped  Server", "✗ problem  This desktop [keychain-failed]", "! warning  First [timed-out]"}
	if diff := cmp.Diff(want, titles); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// An outage that turns out to keep people out has one row, and the verdict.
func TestDoctorShowsAnOutageOnce(t *testing.T) {
	outage := diagnose.Found(diagnose.Problem, problem.New(problem.ServiceOutage))
	outage.Suffices = true
	name := diagnose.Found(diagnose.Problem, problem.New(problem.NameNotFound))
	name.After = []string{"status"}
	w := &world{t: t, checks: []diagnose.Check{finds("dns", "Server's name", name),
		{ID: "status", Title: "Service status", Independent: true, Run: func(context.Context) diagnose.Finding { return outage }}}}
	got := w.run("doctor")
	live, _, _ := strings.Cut(got.stdout, "\nBlocked: ")
	if strings.Count(live, "Service status  ") != 1 || got.code != 8 || !strings.Contains(got.stdout, "Because of: Service status.") {
		t.Errorf("exit code %d\n%s", got.code, got.stdout)
	}
}

// What the window has a button for, the terminal says how to do.
func TestDoctorSaysWhatToType(t *testing.T) {
	f := diagnose.Found(diagnose.Warning, problem.New(problem.FilesExposed))
	f.Repairs = []diagnose.Repair{{ID: "make-private", Command: "chmod -R go= ~/.local/state/latchkey"}, {ID: "other"}}
	w := &world{t: t, checks: []diagnose.Check{finds("program", "This program", f)}}
	if got := w.run("doctor"); !strings.Contains(got.stdout, "→ Make them private again.\n  In a terminal: chmod -R go= ~/.local/state/latchkey\n") || strings.Count(got.stdout, "In a terminal") != 1 {
		t.Errorf("%s", got.stdout)
	}
}
