package terminal_test

import (
	"context"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/signin"
	"latchkey/internal/vault"
)

var (
	askCredentials = signin.Credentials{
		ID: "1", Org: "acme", Host: "login.acme.example", Username: "amy@acme.example", ForgotPassword: "https://login.acme.example/forgot",
		Others: []signin.Door{signin.WithBrowser, signin.WithCompany, signin.WithDevice},
	}
	askCode = signin.Code{ID: "2", Method: "totp", Digits: 6, Others: []string{"browser"}}
)

const greeting = "Sign in to Acme Contact Center at login.acme.example\n" +
	"Other ways: /browser, /company (Login with Acme), /device, /forgot. /help says what they are.\n"

const welcome = "Signed in at Acme Contact Center as Amy Agent <amy@acme.example> until 18:40, then renewed by itself.\n"

func TestLoginWithPasswordAndCode(t *testing.T) {
	w := &world{t: t, people: true, sessions: &fakeSessions{last: "amy@acme.example"}}
	w.stdin = strings.NewReader("\n pass word \t\r\n123 456\n")
	w.attempt = func(a *fakeAttempt) {
		ans, _ := a.ask("1", askCredentials)
		if !ans.Password.EqualString(" pass word \t") || ans.Username != "amy@acme.example" {
			t.Errorf("got %q %q", ans.Username, ans.Password.Reveal())
		}
		a.say(signin.Working{What: signin.CheckingPass})
		if ans, _ := a.ask("2", askCode); !ans.Code.EqualString("123 456") {
			t.Errorf("got the code %q", ans.Code.Reveal())
		}
		a.succeed()
	}
	got := w.run("login", "--no-keep")
	want := result{0, "", greeting +
		"E-mail [amy@acme.example]: <hidden>Password: \n" +
		"Enter the code from your authenticator app.\n" +
		"Other ways: /browser. /help says what they are.\n" +
		"Code (6 digits): " + welcome}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(result{})); diff != "" {
		t.Error(diff)
	}
	if w.started.Org.ID != "acme" || w.started.Username != "amy@acme.example" || !w.started.NoKeep || w.started.With != "" {
		t.Errorf("started %+v", w.started)
	}
}

// Wrong input is told in three lines, and asked for again.
func TestLoginAgainAfterARefusal(t *testing.T) {
	refused := problem.New(problem.CredentialsRefused)
	w := &world{t: t, people: true, stdin: strings.NewReader("eve@acme.example\nwrong\n\namy@acme.example\nright\n")}
	w.attempt = func(a *fakeAttempt) {
		a.ask("1", askCredentials)
		a.say(signin.Trouble{Problem: refused, AttemptsLeft: 2, Field: "password"})
		next := askCredentials
		next.ID = "2"
		if ans, _ := a.ask("2", next); ans.Username != "amy@acme.example" || !ans.Password.EqualString("right") {
			t.Errorf("got %q %q", ans.Username, ans.Password.Reveal())
		}
		a.succeed()
	}
	got := w.run("login")
	want := greeting +
		"E-mail [amy@acme.example]: <hidden>Password: \n" +
		refused.Title + "\n→ " + refused.Fix + " [credentials-refused]\n2 tries are left.\n" +
		"Signing in as eve@acme.example. Return alone goes back to the e-mail, where /forgot sets a new password.\n" +
		"<hidden>Password: \nNothing was typed.\n" +
		"E-mail [eve@acme.example]: <hidden>Password: \n" + welcome
	if diff := cmp.Diff(result{0, "", want}, got, cmp.AllowUnexported(result{})); diff != "" {
		t.Error(diff)
	}
}

func TestLoginEndsWithAProblem(t *testing.T) {
	for code, exit := range map[problem.Code]int{
		problem.AccountLocked: 4, problem.TimedOut: 5, problem.KeychainLocked: 6, problem.SettingsBadValue: 7, problem.UnexpectedError: 1,
	} {
		w := &world{t: t, people: true, stdin: strings.NewReader("amy@acme.example\nx\n")}
		w.attempt = func(a *fakeAttempt) {
			a.ask("1", askCredentials)
			a.say(signin.Trouble{Problem: problem.New(code, problem.Final()), AttemptsLeft: -1, Until: noon.Add(5 * time.Minute)})
		}
		got := w.run("login")
		end := "[" + string(code) + "]\nYou can try again at 12:05.\n"
		if code == problem.AccountLocked {
			end += "If somebody unlocks it before that: latchkey --org acme login --unlocked --username amy@acme.example\n"
		}
		if got.code != exit || !strings.HasSuffix(got.stderr, end) {
			t.Errorf("%s: %+v", code, got)
		}
	}
}

// A code that is not right is asked for again, without all that was said before.
func TestLoginCodeAgain(t *testing.T) {
	w := &world{t: t, people: true, stdin: strings.NewReader("000000\n/help\n123456\n")}
	w.attempt = func(a *fakeAttempt) {
		a.ask("2", askCode)
		a.say(signin.Trouble{Problem: problem.New(problem.CodeRefused), AttemptsLeft: 1, Field: "code"})
		next := askCode
		next.ID = "3"
		a.ask("3", next)
		a.succeed()
	}
	p := problem.New(problem.CodeRefused)
	want := "Enter the code from your authenticator app.\nOther ways: /browser. /help says what they are.\nCode (6 digits): " +
		p.Title + "\n→ " + p.Fix + " [code-refused]\nOne try is left.\nCode (6 digits):   /browser   the sign-in page in your browser\n  /cancel    give up\n" +
		"Code (6 digits): " + welcome
	if diff := cmp.Diff(result{0, "", want}, w.run("login"), cmp.AllowUnexported(result{})); diff != "" {
		t.Error(diff)
	}
}

// A short pause is counted in seconds.
func TestLoginPause(t *testing.T) {
	for wait, want := range map[time.Duration]string{
		-time.Second: "now", 29500 * time.Millisecond: "in 30 seconds", 5 * time.Minute: "at 12:05", 24 * time.Hour: "at 4 Nov 12:00",
	} {
		w := &world{t: t, attempt: func(a *fakeAttempt) {
			a.say(signin.Trouble{Problem: problem.New(problem.TooManyTries, problem.Final()), AttemptsLeft: -1, Until: noon.Add(wait)})
		}}
		if got := w.run("login"); !strings.HasSuffix(got.stderr, "\nYou can try again "+want+".\n") {
			t.Errorf("%v: got %q", wait, got.stderr)
		}
	}
}

// Ctrl-D, a Ctrl-C and /cancel give up, with the terminal as it was.
func TestLoginGivenUp(t *testing.T) {
	play := func(a *fakeAttempt) { a.ask("1", askCredentials) }
	for name, typed := range map[string]string{"end of input": "", "at the password": "amy@acme.example\n", "command": "/cancel\n"} {
		w := &world{t: t, people: true, stdin: strings.NewReader(typed), attempt: play}
		if got := w.run("login"); got.code != 4 || !strings.Contains(got.stderr, "[given-up]") {
			t.Errorf("%s: %+v", name, got)
		}
	}
	t.Run("interrupt", func(t *testing.T) {
		stdin, typed := typing(t)
		ctx, interrupt := context.WithCancel(t.Context())
		w := &world{t: t, people: true, stdin: stdin, ctx: ctx, attempt: play}
		go func() {
			typed("amy@acme.example")
			interrupt()
		}()
		got := w.run("login")
		if got.code != 4 || !strings.HasSuffix(got.stderr, "\nThe sign-in was cancelled.\n→ Start again when you are ready. [given-up]\n") {
			t.Errorf("got %+v", got)
		}
	})
}

// Other ways are a command away wherever something is asked, but for the password: any password is possible there.
func TestLoginOtherWays(t *testing.T) {
	settings := strings.Replace(acmeSettings, "company =", "forgot_password = \"https://login.acme.example/forgot\"\ncompany =", 1)
	w := &world{t: t, people: true, settings: settings, stdin: strings.NewReader("/forgot\n/nonsense\namy@acme.example\n/browser\n/browser\n")}
	w.attempt = func(a *fakeAttempt) {
		if ans, _ := a.ask("1", askCredentials); !ans.Password.EqualString("/browser") {
			t.Errorf("got %+v", ans)
		}
		if ans, _ := a.ask("2", askCode); ans.Use != "browser" {
			t.Errorf("got %+v", ans)
		}
		a.fail(problem.New(problem.Denied))
	}
	got := w.run("login")
	for _, want := range []string{
		"Set a new password on this page, then come back here:\n  https://login.acme.example/forgot?login_hint=amy%40acme.example\n",
		"look in the spam folder.\n", "A good password has 12 or more characters.",
		"There is no /nonsense here.\n  /browser   the sign-in page in your browser\n  /company   Login with Acme\n  /device    a code on another device\n" +
			"  /forgot    a new password when you forgot yours\n  /cancel    give up\n",
	} {
		if !strings.Contains(got.stderr, want) {
			t.Errorf("%q is missing from %q", want, got.stderr)
		}
	}
	if got.code != 4 {
		t.Errorf("exit code %d", got.code)
	}
}

func TestLoginChooses(t *testing.T) {
	w := &world{t: t, people: true, stdin: strings.NewReader("3\nx\n2\n")}
	w.attempt = func(a *fakeAttempt) {
		if ans, _ := a.ask("1", signin.Choose{ID: "1", Methods: []string{"browser", "device"}, Host: "login.acme.example"}); ans.Use != "device" || ans.ID != "1" {
			t.Errorf("got %+v", ans)
		}
		a.succeed()
	}
	got := w.run("login")
	want := "Sign in to Acme Contact Center at login.acme.example\nHow do you want to go on?\n" +
		"  1  the sign-in page in your browser\n  2  a code on another device\n" +
		"Number: Type a number from 1 to 2.\nNumber: Type a number from 1 to 2.\nNumber: " + welcome
	if diff := cmp.Diff(result{0, "", want}, got, cmp.AllowUnexported(result{})); diff != "" {
		t.Error(diff)
	}
}

func TestLoginAsSomebodyElseIsConfirmed(t *testing.T) {
	for typed, want := range map[string]int{"yes\n": 0, "y\n": 4, "\n": 4} {
		w := &world{t: t, people: true, stdin: strings.NewReader(typed)}
		w.attempt = func(a *fakeAttempt) {
			if ans, ok := a.ask("1", signin.Confirm{ID: "1", Username: "eve@acme.example", Expected: "amy@acme.example"}); ok && ans.Use == "continue" {
				a.succeed()
			}
		}
		if got := w.run("login"); got.code != want || !strings.HasPrefix(got.stderr, "The browser is signed in as eve@acme.example, not as amy@acme.example.\n") {
			t.Errorf("%q: %+v", typed, got)
		}
	}
}

// A notice may come while a question is open: the question is put again, and the answer still counts.
func TestLoginNoticeWhileAsking(t *testing.T) {
	stdin, typed := typing(t)
	w := &world{t: t, people: true, stdin: stdin}
	missing := problem.New(problem.KeychainMissing)
	stderr := w.captureStderr()
	w.attempt = func(a *fakeAttempt) {
		go func() {
			typed("amy@acme.example")
			until(stderr, "Password: ")
			a.say(signin.Notice{Problem: missing})
			until(stderr, missing.Title)
			typed("secret")
		}()
		if ans, _ := a.ask("1", askCredentials); !ans.Password.EqualString("secret") {
			t.Errorf("got %+v", ans)
		}
		a.mu.Lock()
		s := amy
		s.Kept, s.NotKept = vault.InMemory, missing
		a.session = &s
		a.mu.Unlock()
		a.say(signin.Done{})
	}
	got := w.run("login")
	if !strings.Contains(got.stderr, "<hidden>Password: \n"+missing.Title) || !strings.HasSuffix(got.stderr,
		"<hidden>Password: \nSigned in at Acme Contact Center as Amy Agent <amy@acme.example> until 18:40.\nThe session is not kept: other commands are not signed in.\n") {
		t.Errorf("got %q", got.stderr)
	}
	if got.code != 0 {
		t.Errorf("exit code %d", got.code)
	}
}

// After Ctrl-Z and fg the shell has switched the echo on again: it is off before the question is put again.
func TestLoginStoppedAndResumed(t *testing.T) {
	stdin, typed := typing(t)
	w := &world{t: t, people: true, stdin: stdin, resumed: make(chan os.Signal)}
	stderr := w.captureStderr()
	w.attempt = func(a *fakeAttempt) {
		go func() {
			typed("amy@acme.example")
			until(stderr, "Password: ")
			w.resumed <- os.Interrupt
			typed("secret")
		}()
		a.ask("1", askCredentials)
		a.succeed()
	}
	if got := w.run("login"); !strings.Contains(got.stderr, "<hidden>Password: <hidden>Password: \n") || w.hidden {
		t.Errorf("got %+v", got)
	}
}

// What takes long is told once, what is quick is not told at all.
func TestLoginSaysWhatTakesLong(t *testing.T) {
	turned := clocktest.At(noon)
	stdin, _ := typing(t)
	w := &world{t: t, people: true, stdin: stdin, clock: turned}
	var stderr *buffer
	w.attempt = func(a *fakeAttempt) {
		a.say(signin.Working{What: signin.FindingServer}, signin.Working{What: signin.FinishingSignIn})
		a.wasHeard() // the first one was over before time went by
		// Nothing tells when the sleeper sleeps; turn until it wakes.
		for !strings.Contains(stderr.String(), "Finishing") {
			turned.Advance(time.Second)
		}
		a.succeed()
	}
	stderr = w.captureStderr()
	got := w.run("login")
	if want := "Finishing the sign-in …\n"; !strings.HasPrefix(got.stderr, want) || strings.Count(got.stderr, want) != 1 || strings.Contains(got.stderr, "Looking") {
		t.Errorf("got %q", got.stderr)
	}
}

func TestLoginWithoutATerminal(t *testing.T) {
	explained := "There is no terminal to ask for the password.\n→ Use --with browser or --with device, or --json from a program. [wrong-usage]\n"
	t.Run("password", func(t *testing.T) {
		if got := (&world{t: t}).run("login", "--with", "password"); got != (result{2, "", explained}) {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("asked after all", func(t *testing.T) {
		w := &world{t: t, attempt: func(a *fakeAttempt) { a.ask("1", askCredentials) }}
		// The reason is the last word: not that the sign-in, which nobody cancelled, was cancelled.
		if got := w.run("login"); got.code != 2 || !strings.HasSuffix(got.stderr, explained) {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("browser", func(t *testing.T) {
		w := &world{t: t, attempt: func(a *fakeAttempt) {
			a.say(signin.Browser{URL: "http://127.0.0.1:4711/go/x", Stage: signin.Opening, Host: "login.acme.example"})
			a.say(signin.Browser{URL: "http://127.0.0.1:4711/go/x", Stage: signin.Reached, Host: "login.acme.example"})
			a.succeed()
		}}
		got := w.run("login", "--with", "browser")
		want := "Sign in to Acme Contact Center at login.acme.example\nYour browser opens. If it does not, open this link yourself:\n  http://127.0.0.1:4711/go/x\n" +
			"The browser is at login.acme.example. Sign in there; it goes on here by itself.\n" + welcome
		if got != (result{0, "", want}) {
			t.Errorf("got %+v", got)
		}
	})
}

// Nothing that is secret is printed, whatever happens to it on its way.
func TestRD01LoginPrintsNoSecret(t *testing.T) {
	const password, code = "pass-CANARY-1", "CANARY-2"
	w := &world{t: t, people: true, stdin: strings.NewReader("amy@acme.example\n" + password + "\n" + code + "\n")}
	w.attempt = func(a *fakeAttempt) {
		a.mu.Lock()
		a.refuse = signin.ErrUnfit
		a.mu.Unlock()
		a.ask("1", askCredentials)
		a.fail(problem.New(problem.SignInRefused, problem.Caused(errBoom)))
	}
	got := w.run("login")
	if all := got.stdout + got.stderr; strings.Contains(all, "CANARY") || strings.Contains(all, "canary") {
		t.Errorf("got %q", all)
	}
}

// The text of a password is wiped when the answer was taken, and the prompt's reader keeps no copy.
func TestPasswordLongerThanABuffer(t *testing.T) {
	long := strings.Repeat("ü", 10_000)
	w := &world{t: t, people: true, stdin: strings.NewReader("amy@acme.example\n" + long + "\n")}
	w.attempt = func(a *fakeAttempt) {
		if ans, _ := a.ask("1", askCredentials); !ans.Password.Equal(secret.New(long)) {
			t.Errorf("got %d bytes", ans.Password.Len())
		}
		a.succeed()
	}
	if got := w.run("login"); got.code != 0 {
		t.Errorf("got %+v", got)
	}
}

func TestLineThatIsTooLong(t *testing.T) {
	w := &world{t: t, people: true, stdin: io.MultiReader(strings.NewReader(strings.Repeat("x", 100_000)), strings.NewReader("\namy@acme.example\nsecret\n"))}
	w.attempt = func(a *fakeAttempt) {
		if ans, _ := a.ask("1", askCredentials); ans.Username != "amy@acme.example" {
			t.Errorf("got %q", ans.Username)
		}
		a.succeed()
	}
	if got := w.run("login"); got.code != 0 || !strings.Contains(got.stderr, "This is too long.\n") {
		t.Errorf("got %+v", got)
	}
}

// A slip of the finger in the address is told before the password is asked for, and is not mended.
func TestS3MistypedAddressIsTold(t *testing.T) {
	w := &world{t: t, people: true, stdin: strings.NewReader("amy@amce.example\nright\n"), sessions: &fakeSessions{last: "amy@acme.example"}}
	w.attempt = func(a *fakeAttempt) {
		if ans, _ := a.ask("1", askCredentials); ans.Username != "amy@amce.example" {
			t.Errorf("got %q", ans.Username)
		}
		a.succeed()
	}
	got := w.run("login")
	const want = "E-mail [amy@acme.example]: Did you mean amy@acme.example? Return alone goes back to the e-mail.\n<hidden>Password: "
	if !strings.Contains(got.stderr, want) {
		t.Errorf("got %s", got.stderr)
	}
}
