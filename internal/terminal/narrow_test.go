package terminal_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"

	"latchkey/internal/diagnose"
	"latchkey/internal/problem"
	"latchkey/internal/signin"
	"latchkey/internal/terminal"
)

// On a narrow terminal what was found stands below its title, and no line is wider.
func TestDoctorOnANarrowTerminal(t *testing.T) {
	const width = 40
	screen := &terminal.Screen{Width: func() int { return width }}
	long := diagnose.Check{ID: "line", Title: "This line", Run: func(context.Context) diagnose.Finding {
		return diagnose.Good("It is as narrow as the words in it are long.")
	}}
	w := &world{t: t, checks: append(nameMissing(), long), screen: screen}
	got := w.run("doctor")
	if want := "✓ ok  This line\n  It is as narrow as the words in it are\n  long.\n"; !strings.Contains(got.stdout, want) {
		t.Errorf("got\n%s\nwant\n%s", got.stdout, want)
	}
	for line := range strings.Lines(got.stdout) {
		if line = strings.TrimSuffix(line, "\n"); len([]rune(line)) > width || line != strings.TrimRight(line, " ") {
			t.Errorf("%d characters: %q", len([]rune(line)), line)
		}
	}
}

// A Ctrl-C answers the question whether an address is right, too.
func TestS21CtrlCAtTheQuestionForYes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, interrupt := context.WithCancel(t.Context())
		typed, _ := typing(t)
		w := &world{t: t, people: true, stdin: typed, ctx: ctx}
		done := make(chan result, 1)
		go func() {
			done <- w.run("orgs", "add", "x", "--issuer", "https://login.аcme.example", "--client-id", "c")
		}()
		synctest.Wait()
		interrupt()
		got := <-done
		if got.code != 4 || !strings.Contains(got.stderr, "Type yes to add it: \nThe organisation was not added.\n") {
			t.Errorf("got %+v", got)
		}
	})
}

// What is known already is not told once more at the end.
func TestS13NoticeIsToldOnce(t *testing.T) {
	missing := problem.New(problem.KeychainMissing)
	w := &world{t: t, people: true, stdin: strings.NewReader("amy@acme.example\nright\n")}
	w.attempt = func(a *fakeAttempt) {
		a.say(signin.Notice{Problem: missing})
		a.ask("1", askCredentials)
		a.say(signin.Notice{Problem: missing}, signin.Notice{Problem: problem.New(problem.AccessLimited)})
		a.succeed()
	}
	got := w.run("login")
	if strings.Count(got.stderr, missing.Title) != 1 || !strings.Contains(got.stderr, problem.New(problem.AccessLimited).Title) {
		t.Errorf("got %s", got.stderr)
	}
}
