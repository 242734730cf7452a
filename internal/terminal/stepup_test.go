package terminal_test

import (
	"strings"
	"testing"

	"latchkey/internal/problem"
	"latchkey/internal/signin"
)

// Where the server wants a step before it goes on with the session, that step is what login asks for, unless another way is named.
func TestMF37StepThatTheServerWants(t *testing.T) {
	for args, renew := range map[string]bool{"login": true, "login --with password": true, "login --json": false, "login --json --username amy@acme.example": true, "login --with browser": false, "login --with device": false} {
		t.Run(args, func(t *testing.T) {
			stdin, _ := typing(t)
			w := &world{t: t, people: true, stdin: stdin}
			w.attempt = func(a *fakeAttempt) {
				a.say(signin.Notice{Problem: problem.New(problem.StepWanted)})
				a.succeed()
			}
			got := w.run(strings.Fields(args)...)
			if got.code != 0 || w.started.Renew != renew || !strings.Contains(got.stdout+got.stderr, "Your session needs one more step.") {
				t.Errorf("%+v, started with %+v", got, w.started)
			}
		})
	}
}
