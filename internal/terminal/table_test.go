package terminal_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/problem"
	"latchkey/internal/session"
	"latchkey/internal/signin"
	"latchkey/internal/terminal"
)

// A table that the screen is too narrow for is told line by line. One that goes to a file stays as it is.
func TestTablesOnNarrowScreens(t *testing.T) {
	const wide = "ORGANISATION    ACCOUNT                       STATE      UNTIL                KEPT\n" +
		"acme (default)  Amy Agent <amy@acme.example>  signed in  18:40, then renewed  keychain\n" +
		"globex          gus@globex.example            expired    2 Nov 12:00          in memory only\n"
	const narrow = "Organisation: acme (default)\nAccount: Amy Agent <amy@acme.example>\nState: signed in\nUntil: 18:40, then renewed\nKept: keychain\n\n" +
		"Organisation: globex\nAccount: gus@globex.example\nState: expired\nUntil: 2 Nov 12:00\nKept: in memory only\n"
	screen := func(width int) *terminal.Screen { return &terminal.Screen{Width: func() int { return width }} }
	for name, c := range map[string]struct {
		screen *terminal.Screen
		want   string
	}{
		"wide": {screen(100), wide}, "80 columns": {screen(80), narrow}, "a file": {nil, wide}, "of unknown width": {screen(0), wide},
	} {
		w := &world{t: t, screen: c.screen, sessions: &fakeSessions{list: []session.Session{amy, gus}}}
		if diff := cmp.Diff(result{0, c.want, ""}, w.run("status"), cmp.AllowUnexported(result{})); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// Where a remedy speaks of the report, the command that writes it is told.
func TestS18CommandForTheReport(t *testing.T) {
	for code, told := range map[problem.Code]bool{problem.AddressRefused: true, problem.ConditionsRefused: true, problem.AccountDisabled: false} {
		w := &world{t: t, people: true, attempt: func(a *fakeAttempt) {
			a.say(signin.Trouble{Problem: problem.New(code, problem.Final()), AttemptsLeft: -1})
		}}
		got := w.run("--org", "globex", "login")
		if strings.Contains(got.stderr, "\nWrite the report with: latchkey --org globex doctor --report .\n") != told {
			t.Errorf("%s: %s", code, got.stderr)
		}
	}
}
