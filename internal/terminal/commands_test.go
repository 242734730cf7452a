package terminal_test

import (
	"strings"
	"testing"

	"latchkey/internal/problem"
	"latchkey/internal/session"
)

func TestUsage(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		code int
		out  string // standard output begins with this
		err  string // standard error holds this
	}{
		{"nothing", nil, 2, "", "Usage:\n  latchkey [--config FILE]"},
		{"help", []string{"help"}, 0, "latchkey signs you in", ""},
		{"--help", []string{"--help"}, 0, "latchkey signs you in", ""},
		{"-h", []string{"-h"}, 0, "latchkey signs you in", ""},
		{"help of a command", []string{"help", "login"}, 0, "Usage:\n  latchkey login", ""},
		{"--help of a command", []string{"login", "--help"}, 0, "Usage:\n  latchkey login", ""},
		{"-h after other flags", []string{"login", "--json", "-h"}, 0, "Usage:\n  latchkey login", ""},
		{"help of orgs add", []string{"orgs", "add", "--help"}, 0, "Usage:\n  latchkey orgs list", ""},
		{"help of exec", []string{"exec", "--help"}, 0, "Usage:\n  latchkey exec", ""},
		{"help of nothing known", []string{"help", "logn"}, 2, "", "→ Did you mean login?"},
		{"version", []string{"version"}, 0, "latchkey 0.", ""},
		{"--version", []string{"--version"}, 0, "latchkey 0.", ""},
		{"version as JSON", []string{"version", "--json"}, 0, `{"version":"0.`, ""},
		{"unknown command", []string{"repair"}, 2, "", "latchkey has no command repair.\n→ Run latchkey help to see what there is. [wrong-usage]\n"},
		{"misspelt command", []string{"stauts"}, 2, "", "→ Did you mean status? [wrong-usage]\n"},
		{"unknown flag", []string{"status", "--verbose"}, 2, "", "status has no flag --verbose.\n→ Run latchkey help status to see what it takes. [wrong-usage]\n"},
		{"misspelt flag", []string{"status", "--jsn"}, 2, "", "→ Did you mean --json? [wrong-usage]\n"},
		{"unknown flag before the command", []string{"--verbose", "status"}, 2, "", "latchkey has no flag --verbose."},
		{"flag without its value", []string{"status", "--org"}, 2, "", "--org needs a value."},
		{"flag with a wrong value", []string{"token", "--min-life", "soon"}, 2, "", "--min-life cannot take this value."},
		{"negative life", []string{"token", "--min-life", "-5s"}, 2, "", "--min-life cannot be negative."},
		{"a word too many", []string{"token", "acme"}, 2, "", "token takes fewer words."},
		{"unknown way", []string{"login", "--with", "magic"}, 2, "", "--with is password, browser, company or device."},
		{"exec of nothing", []string{"exec", "--"}, 2, "", "exec needs a command to run."},
		{"orgs alone", []string{"orgs"}, 2, "", "orgs needs to know what to do"},
		{"orgs misspelt", []string{"orgs", "lst"}, 2, "", "→ Did you mean list?"},
		{"unknown organisation", []string{"--org", "initech", "token"}, 7, "", "[organization-unknown]"},
		{"settings that are not there", []string{"--config", "/no/such/file.toml", "status"}, 7, "", "[settings-unreadable]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := &world{t: t}
			got := w.run(c.args...)
			if got.code != c.code {
				t.Errorf("exit code %d, want %d", got.code, c.code)
			}
			if !strings.HasPrefix(got.stdout, c.out) || (c.out == "" && got.stdout != "") {
				t.Errorf("standard output: %q", got.stdout)
			}
			if !strings.Contains(got.stderr, c.err) || (c.err == "" && got.stderr != "") {
				t.Errorf("standard error: %q", got.stderr)
			}
		})
	}
}

// Every command has a help of its own, and the list of commands names each.
func TestHelpIsComplete(t *testing.T) {
	overview := (&world{t: t}).run("help").stdout
	for _, command := range []string{"login", "logout", "status", "token", "exec", "doctor", "orgs", "version", "help"} {
		if !strings.Contains(overview, "\n  "+command+" ") {
			t.Errorf("the overview does not name %s", command)
		}
		got := (&world{t: t}).run("help", command)
		if got.code != 0 || !strings.HasPrefix(got.stdout, "Usage:\n  latchkey "+command) {
			t.Errorf("help %s: %d %q", command, got.code, got.stdout)
		}
		for line := range strings.Lines(got.stdout) {
			if len([]rune(line)) > 121 {
				t.Errorf("help %s: too wide: %s", command, line)
			}
		}
	}
}

func TestPR01NoPasswordOnTheCommandLine(t *testing.T) {
	const secret = "hunter2-Canary"
	for _, args := range [][]string{
		{"login", "--password", secret},
		{"login", "--password=" + secret},
		{"login", "-password=" + secret},
		{"login", "-p", secret},
		{"login", "-p" + secret},
		{"login", "--passwd", secret},
		{"login", "--code=" + secret},
		{"login", "--otp", secret},
		{"login", "--username", "amy@acme.example", "--pass", secret},
		{"login", "--json", "--password", secret},
		{"--password", secret, "login"},
		{"orgs", "add", "acme", "--client-secret", secret},
		{"token", "--token", secret},
	} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			got := (&world{t: t}).run(args...)
			if got.code != 2 {
				t.Errorf("exit code %d, want 2", got.code)
			}
			all := got.stdout + got.stderr
			if strings.Contains(all, "hunter2") || strings.Contains(all, "Canary") {
				t.Errorf("the secret is repeated: %q", all)
			}
			if !strings.Contains(all, "never taken from the command line") {
				t.Errorf("not explained: %q", all)
			}
		})
	}
	// Where a secret is typed that is no flag, it is not repeated either.
	for _, args := range [][]string{{"login", secret}, {"login", "amy@acme.example", secret}, {secret}, {"login", "--" + secret}, {"login", "-x" + secret}, {"token", "--min-life", secret}} {
		got := (&world{t: t}).run(args...)
		if got.code != 2 || strings.Contains(got.stdout+got.stderr, "hunter2") {
			t.Errorf("%q: %d %q", args, got.code, got.stderr)
		}
	}
}

// Flags stand before and after the command words.
func TestFlagsStandAnywhere(t *testing.T) {
	for _, args := range [][]string{
		{"--org", "globex", "token"},
		{"token", "--org", "globex"},
		{"--org=globex", "token", "--min-life=10m"},
		{"-org", "globex", "token"},
		{"--org", "acme", "token", "--org", "globex"},
	} {
		w := &world{t: t, sessions: &fakeSessions{}}
		if got := w.run(args...); got.code != 0 || len(w.sessions.asked) != 1 || w.sessions.asked[0] != "globex" {
			t.Errorf("%q: %+v, asked %q", args, got, w.sessions.asked)
		}
	}
}

// Every kind of problem ends with the exit code of the contract, and its three lines on standard error.
func TestExitCodes(t *testing.T) {
	for code, want := range map[problem.Code]int{
		problem.UnexpectedError: 1, problem.WrongUsage: 2, problem.NotSignedIn: 3, problem.SessionEnded: 3,
		problem.SignInRefused: 4, problem.GivenUp: 4, problem.TimedOut: 5, problem.Offline: 5,
		problem.KeychainLocked: 6, problem.KeychainMissing: 6, problem.SettingsSyntax: 7, problem.OrgMissing: 7,
	} {
		w := &world{t: t, sessions: &fakeSessions{tokenErr: problem.New(code, problem.Because("Because."))}}
		got := w.run("token")
		p := problem.New(code)
		if got.code != want || got.stdout != "" {
			t.Errorf("%s: exit code %d, want %d, standard output %q", code, got.code, want, got.stdout)
		}
		if want := p.Title + "\nBecause.\n→ " + p.Fix + " [" + string(code) + "]\n"; got.stderr != want {
			t.Errorf("%s: got %q, want %q", code, got.stderr, want)
		}
	}
}

// What is behind an error may quote a server. It is not shown.
func TestInnerErrorsAreNotShown(t *testing.T) {
	w := &world{t: t, sessions: &fakeSessions{tokenErr: errBoom}}
	if got := w.run("token"); got.code != 1 || strings.Contains(got.stdout+got.stderr, "canary") {
		t.Errorf("got %+v", got)
	}
}

// RD-10: text from a server cannot move the cursor, change colours or fake a line.
func TestRD10HostileTextIsCleaned(t *testing.T) {
	hostile := "Evil\x1b[2J\r\nfake: line\u202eelif\x07"
	s := amy
	s.Name, s.Username = hostile, hostile
	refused := problem.New(problem.SignInRefused, problem.Because("%s", hostile), problem.Titled("%s", hostile))
	for name, got := range map[string]result{
		"status":  (&world{t: t, sessions: &fakeSessions{list: []session.Session{s}}}).run("status"),
		"logout":  (&world{t: t, sessions: &fakeSessions{list: []session.Session{s}}}).run("logout"),
		"problem": (&world{t: t, sessions: &fakeSessions{tokenErr: refused}}).run("token"),
	} {
		if all := got.stdout + got.stderr; strings.ContainsAny(all, "\x1b\r\x07\u202e") || strings.Contains(all, "\nfake") {
			t.Errorf("%s: %q", name, all)
		}
	}
}

func TestColourOnlyWhereItIsShown(t *testing.T) {
	w := &world{t: t, sessions: &fakeSessions{tokenErr: problem.New(problem.NotSignedIn)}}
	if got := w.run("token"); strings.Contains(got.stderr, "\x1b") {
		t.Errorf("without colour: %q", got.stderr)
	}
	w.colour = true
	if got := w.run("token"); !strings.Contains(got.stderr, "\x1b[1;31mNobody is signed in.\x1b[0m") {
		t.Errorf("with colour: %q", got.stderr)
	}
	w.ascii = true
	if got := w.run("token"); !strings.Contains(got.stderr, "-> Sign in first") {
		t.Errorf("in ASCII: %q", got.stderr)
	}
}

func TestPR21PanicIsToldWithoutWhatWasThrown(t *testing.T) {
	w := &world{t: t, sessions: &fakeSessions{panics: "canary of a panic"}}
	got := w.run("token")
	p := problem.New(problem.UnexpectedError)
	if want := p.Title + "\n→ " + p.Fix + " [unexpected]\n"; got != (result{1, "", want}) {
		t.Errorf("got %+v", got)
	}
}

// A panic in the middle of the password prompt leaves a terminal that shows what is typed.
func TestPR21PanicShowsTypingAgain(t *testing.T) {
	w := &world{t: t, people: true, stdin: strings.NewReader("amy@acme.example\nsecret\n")}
	w.attempt = func(a *fakeAttempt) {
		a.mu.Lock()
		a.panics = true
		a.mu.Unlock()
		a.say(askCredentials)
		<-t.Context().Done()
	}
	if got := w.run("login"); got.code != 1 || w.hidden || !strings.Contains(got.stderr, "<hidden>") {
		t.Errorf("got %+v", got)
	}
}
