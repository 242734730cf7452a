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
		"the usual one":        {[]string{"--org", "globex", "login", "--username", "amy@acme.example"}, "latchkey --org globex login --unlocked\n"},
		"another one":          {[]string{"login", "--username", "ben@acme.example"}, "latchkey --org acme login --unlocked --username amy@acme.example\n"},
		"nobody in particular": {[]string{"--org", "globex", "login"}, "latchkey --org globex login --unlocked --username amy@acme.example\n"},
	} {
		t.Run(name, func(t *testing.T) {
			w := &world{t: t, people: true, stdin: strings.NewReader("amy@acme.example\nx\n"), sessions: &fakeSessions{}}
			w.attempt = func(a *fakeAttempt) {
				a.ask("1", askCredentials)
				a.say(signin.Trouble{Problem: problem.New(problem.AccountLocked, problem.Final()), AttemptsLeft: -1, Until: noon.Add(5 * time.Minute)})
			}
			if got := w.run(c.args...); !strings.HasSuffix(got.stderr, "If it was unlocked before: "+c.want) {
				t.Errorf("%+v", got)
			}
		})
	}
}
