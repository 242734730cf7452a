package terminal_test

import (
	"strings"
	"testing"
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/signin"
)

// The way back leads to the organisation and the account that are locked, not to the default ones.
func TestS8HintAfterALockLeadsToTheSameAccount(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"the one named":        {[]string{"--org", "globex", "login", "--username", "amy@acme.example"}, "latchkey --org globex login --unlocked --username amy@acme.example\n"},
		"another one":          {[]string{"login", "--username", "ben@acme.example"}, "latchkey --org acme login --unlocked --username amy@acme.example\n"},
		"nobody in particular": {[]string{"--org", "globex", "login"}, "latchkey --org globex login --unlocked --username amy@acme.example\n"},
	} {
		t.Run(name, func(t *testing.T) {
			w := &world{t: t, people: true, stdin: strings.NewReader("amy@acme.example\nx\n"), sessions: &fakeSessions{}}
			w.attempt = func(a *fakeAttempt) {
				a.ask("1", askCredentials)
				a.say(signin.Trouble{Problem: problem.New(problem.AccountLocked, problem.Final()), AttemptsLeft: -1, Until: noon.Add(5 * time.Minute)})
			}
			if got := w.run(c.args...); !strings.HasSuffix(got.stderr, "If somebody unlocks it before that: "+c.want) {
				t.Errorf("%+v", got)
			}
		})
	}
}

// The way past a lock is a command that names the account: one that never got in is not remembered. Once the server was
// asked and says that it is locked, it is.
func TestS8UnlockedIsToldUntilItWasAsked(t *testing.T) {
	const hint = "If somebody unlocks it before that: latchkey --org acme login --unlocked --username amy@acme.example\n"
	tests := map[string]struct {
		args []string
		told bool
	}{
		"named":           {[]string{"login", "--username", "amy@acme.example"}, true},
		"asked":           {[]string{"login", "--unlocked", "--username", "amy@acme.example"}, false},
		"nobody named":    {[]string{"login", "--unlocked"}, true},
		"somebody else's": {[]string{"login", "--unlocked", "--username", "ben@acme.example"}, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := &world{t: t, people: true, stdin: strings.NewReader("amy@acme.example\nx\n")}
			w.attempt = func(a *fakeAttempt) {
				a.ask("1", signin.Credentials{Host: "login.acme.example"})
				a.say(signin.Trouble{Problem: problem.New(problem.AccountLocked, problem.Final()), AttemptsLeft: -1, Until: noon.Add(5 * time.Minute)})
			}
			got := w.run(test.args...)
			if told := strings.Contains(got.stderr, hint); told != test.told || strings.Contains(got.stderr, "--unlocked") != test.told {
				t.Errorf("got %+v", got)
			}
		})
	}
}

// A lock that is remembered is told before anybody is asked for a name.
func TestS8HintAboutARememberedLockNamesTheAccount(t *testing.T) {
	w := &world{t: t, people: true, stdin: strings.NewReader("")}
	w.attempt = func(a *fakeAttempt) {
		a.say(signin.Trouble{Problem: problem.New(problem.AccountLocked), AttemptsLeft: -1, Until: noon.Add(5 * time.Minute)})
		a.ask("1", askCredentials)
	}
	if got := w.run("login", "--username", "lou@acme.example"); !strings.Contains(got.stderr, "login --unlocked --username lou@acme.example\n") {
		t.Errorf("got %+v", got)
	}
}

// Whoever is locked is told so as soon as the name is known: no password is asked for that could not be sent.
func TestS8RememberedLockIsToldBeforeThePassword(t *testing.T) {
	w := &world{t: t, people: true, stdin: strings.NewReader("lou@acme.example\n\namy@acme.example\nright\n")}
	w.attempt = func(a *fakeAttempt) {
		a.paused = map[string]signin.Trouble{
			"lou@acme.example": {Problem: problem.New(problem.AccountLocked), AttemptsLeft: -1, Until: noon.Add(5 * time.Minute)},
		}
		if ans, _ := a.ask("1", signin.Credentials{ID: "1", Host: "login.acme.example"}); ans.Username != "amy@acme.example" || !ans.Password.EqualString("right") {
			t.Errorf("got %q %q", ans.Username, ans.Password.Reveal())
		}
		a.succeed()
	}
	got := w.run("login")
	locked := problem.New(problem.AccountLocked)
	told := locked.Title + "\n" + locked.Why + "\n→ " + locked.Fix + " [account-locked]\nYou can try again at 12:05.\n" +
		"If somebody unlocks it before that: latchkey --org acme login --unlocked --username lou@acme.example\n"
	want := "E-mail: " + told + "E-mail [lou@acme.example]: " + told + "E-mail [lou@acme.example]: <hidden>Password: \n"
	if got.code != 0 || !strings.Contains(got.stderr, want) {
		t.Errorf("exit %d, got\n%s\nwant\n%s", got.code, got.stderr, want)
	}
}

// A command that does not fit into the line behind its words begins one, in one piece.
func TestCommandsAreNotBroken(t *testing.T) {
	w := &world{t: t, people: true, width: 60, stdin: strings.NewReader("amy@acme.example\nx\n")}
	w.attempt = func(a *fakeAttempt) {
		a.ask("1", askCredentials)
		a.say(signin.Trouble{Problem: problem.New(problem.AccountLocked, problem.Final()), AttemptsLeft: -1, Until: noon.Add(5 * time.Minute)})
	}
	const want = "\nIf somebody unlocks it before that:\nlatchkey --org acme login --unlocked --username amy@acme.example\n"
	if got := w.run("login"); !strings.HasSuffix(got.stderr, want) {
		t.Errorf("got %s", got.stderr)
	}
}
