package terminal_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/problem"
	"latchkey/internal/signin"
)

// clockIsOff explains codes that are refused, and nothing else.
func clockIsOff(_ context.Context, p *problem.Problem) *problem.Problem {
	if p.Code != problem.CodeRefused {
		return p
	}
	return problem.New(problem.CodeRefused, problem.Titled("The code is not right: this computer's clock is 4 minutes behind."), problem.Because("Codes are good for 30 seconds."), problem.Do("Set the clock."))
}

// refusesOneCode refuses a code, takes the next.
func refusesOneCode(a *fakeAttempt) {
	a.ask("2", askCode)
	a.say(signin.Trouble{Problem: problem.New(problem.CodeRefused), AttemptsLeft: 1, Field: "code"})
	next := askCode
	next.ID = "3"
	a.ask("3", next)
	a.succeed()
}

// A refused code and a clock that is off are one problem, told before the code is asked for again.
func TestLoginExplainsWhatFailed(t *testing.T) {
	w := &world{t: t, people: true, stdin: strings.NewReader("000000\n123456\n"), explain: clockIsOff, attempt: refusesOneCode}
	want := "Enter the code from your authenticator app.\nOther ways: /browser. /help says what they are.\nCode (6 digits): " +
		"The code is not right: this computer's clock is 4 minutes behind.\nCodes are good for 30 seconds.\n→ Set the clock. [code-refused]\nOne try is left.\nCode (6 digits): " + welcome
	if diff := cmp.Diff(result{0, "", want}, w.run("login"), cmp.AllowUnexported(result{})); diff != "" {
		t.Error(diff)
	}
}

func TestJSONLinesExplainWhatFailed(t *testing.T) {
	w := &world{t: t, stdin: strings.NewReader(answer2 + `{"id":"3","code":"123456"}` + "\n"), explain: clockIsOff, attempt: refusesOneCode}
	want := codeLine +
		`{"step":"problem","code":"code-refused","title":"The code is not right: this computer's clock is 4 minutes behind.","why":"Codes are good for 30 seconds.","fix":"Set the clock.","again":true,"field":"code","attempts_left":1}` + "\n" +
		strings.Replace(codeLine, `"2"`, `"3"`, 1) + doneLine
	if diff := cmp.Diff(result{0, want, ""}, w.run("login", "--json"), cmp.AllowUnexported(result{})); diff != "" {
		t.Error(diff)
	}
}

// The exit code is the cause's.
func TestTheCauseDecides(t *testing.T) {
	toSettings := func(context.Context, *problem.Problem) *problem.Problem { return problem.New(problem.SettingsBadValue) }
	for _, args := range [][]string{{"login"}, {"login", "--json"}} {
		w := &world{t: t, explain: toSettings, attempt: func(a *fakeAttempt) { a.fail(problem.New(problem.TimedOut)) }}
		if got := w.run(args...); got.code != 7 || !strings.Contains(got.stdout+got.stderr, "settings-bad-value") || strings.Contains(got.stdout+got.stderr, "timed-out") {
			t.Errorf("%q: %+v", args, got)
		}
	}
}

// A Ctrl-C ends the search for the cause, too.
func TestInterruptedWhileExplaining(t *testing.T) {
	for _, args := range [][]string{{"login"}, {"login", "--json"}} {
		ctx, interrupt := context.WithCancel(t.Context())
		w := &world{t: t, ctx: ctx, attempt: func(a *fakeAttempt) {
			a.say(signin.Trouble{Problem: problem.New(problem.TimedOut), AttemptsLeft: -1})
			<-a.cancelled
			a.fail(problem.New(problem.GivenUp))
		}}
		w.explain = func(ctx context.Context, p *problem.Problem) *problem.Problem {
			interrupt()
			<-ctx.Done()
			return p
		}
		if got := w.run(args...); got.code != 4 || !strings.Contains(got.stdout+got.stderr, "given-up") {
			t.Errorf("%q: %+v", args, got)
		}
	}
}

func TestRD04APanicWhileExplaining(t *testing.T) {
	w := &world{t: t, attempt: func(a *fakeAttempt) { a.fail(problem.New(problem.TimedOut)) }}
	w.explain = func(context.Context, *problem.Problem) *problem.Problem { panic("canary") }
	if got := w.run("login"); got.code != 5 || !strings.Contains(got.stderr, "[timed-out]") || strings.Contains(got.stderr, "canary") {
		t.Errorf("%+v", got)
	}
}

// Who waits is told what for.
func TestLoginSaysThatItLooksForTheCause(t *testing.T) {
	turned := clocktest.At(noon)
	w := &world{t: t, clock: turned, attempt: func(a *fakeAttempt) { a.fail(problem.New(problem.TimedOut)) }}
	stderr := w.captureStderr()
	w.explain = func(_ context.Context, p *problem.Problem) *problem.Problem {
		for !strings.Contains(stderr.String(), "Looking for the cause") {
			turned.Advance(time.Second)
		}
		return p
	}
	if got := w.run("login"); got.code != 5 || !strings.HasPrefix(got.stderr, "Looking for the cause …\nThe sign-in server does not answer in time.\n") {
		t.Errorf("%+v", got)
	}
}
