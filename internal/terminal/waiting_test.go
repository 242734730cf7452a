package terminal_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/problem"
	"latchkey/internal/signin"
)

var inBrowser = signin.Browser{
	URL: "http://127.0.0.1:4711/go/abc", Stage: signin.Opening, Host: "login.acme.example", Deadline: noon.Add(10 * time.Minute),
	Others: []signin.Door{signin.WithPassword, signin.WithDevice},
}

const (
	opening = "Sign in to Acme Contact Center at login.acme.example\n" +
		"Your browser opens. If it does not, open this link yourself:\n  http://127.0.0.1:4711/go/abc\n" +
		"Type o to open the browser again, p for your password, d for another device, c to cancel, " +
		"or paste the address it ended on.\n"
)

func atStage(s signin.Stage) signin.Browser {
	b := inBrowser
	b.Stage = s
	return b
}

func TestBrowserFollowedAlong(t *testing.T) {
	stdin, _ := typing(t)
	w := &world{t: t, people: true, stdin: stdin}
	w.attempt = func(a *fakeAttempt) {
		a.say(inBrowser, atStage(signin.Reached), atStage(signin.Returned), signin.Working{What: signin.FinishingSignIn})
		a.succeed()
	}
	want := opening + "The browser is at login.acme.example. Sign in there; it goes on here by itself.\nBack from the browser.\n" + welcome
	if diff := cmp.Diff(result{0, "", want}, w.run("login", "--with", "browser"), cmp.AllowUnexported(result{})); diff != "" {
		t.Error(diff)
	}
}

// The server may want more than a password. The agent did not ask for the browser, so they are told.
func TestBrowserAfterThePassword(t *testing.T) {
	stdin, typed := typing(t)
	w := &world{t: t, people: true, stdin: stdin}
	w.attempt = func(a *fakeAttempt) {
		go func() {
			typed("")
			typed("secret")
		}()
		a.ask("1", askCredentials)
		a.say(inBrowser, atStage(signin.Reached), atStage(signin.Returned))
		a.succeed()
	}
	got := w.run("login")
	if strings.Count(got.stderr, "<hidden>Password: \nThe server wants to see you at its sign-in page.\nYour browser opens.") != 1 || got.code != 0 {
		t.Errorf("got %+v", got)
	}
}

func TestBrowserThatDoesNotOpen(t *testing.T) {
	stdin, typed := typing(t)
	w := &world{t: t, people: true, stdin: stdin}
	failed := problem.New(problem.BrowserNotOpened)
	w.attempt = func(a *fakeAttempt) {
		broken := inBrowser
		broken.Problem = failed
		a.say(inBrowser)
		go func() {
			typed("")
			typed("x")
			typed("d")
		}()
		if ans, _ := a.ask("-", broken); ans.Use != "device" {
			t.Errorf("got %+v", ans)
		}
		a.fail(problem.New(problem.DeviceExpired))
	}
	got := w.run("login")
	want := opening + failed.Title + "\n→ " + failed.Fix + " [browser-not-opened]\n" +
		"Type p for your password, d for another device, c to cancel.\n"
	if !strings.HasPrefix(got.stderr, want) || got.code != 4 {
		t.Errorf("%s", cmp.Diff(want, got.stderr))
	}
}

func TestBrowserKeys(t *testing.T) {
	for _, c := range []struct {
		typed string
		want  signin.Answer
	}{
		{"o", signin.Answer{Open: true}},
		{"p", signin.Answer{Use: "password"}},
		{"/password", signin.Answer{Use: "password"}},
		{"http://127.0.0.1:4711/callback?code=x&state=y", signin.Answer{Callback: "http://127.0.0.1:4711/callback?code=x&state=y"}},
	} {
		stdin, typed := typing(t)
		w := &world{t: t, people: true, stdin: stdin}
		w.attempt = func(a *fakeAttempt) {
			go typed(c.typed)
			ans, ok := a.ask("-", inBrowser)
			if ans.Open != c.want.Open || ans.Use != c.want.Use || ans.Callback != c.want.Callback || !ok {
				t.Errorf("%q: got %+v", c.typed, ans)
			}
			a.succeed()
		}
		if got := w.run("login"); got.code != 0 {
			t.Errorf("%q: %+v", c.typed, got)
		}
	}
}

func TestBrowserGivenUp(t *testing.T) {
	for _, typed := range []string{"c\n", "/cancel\n", ""} {
		w := &world{t: t, people: true, stdin: strings.NewReader(typed)}
		w.attempt = func(a *fakeAttempt) { a.ask("-", inBrowser) }
		if got := w.run("login"); got.code != 4 || !strings.Contains(got.stderr, "[given-up]") {
			t.Errorf("%q: %+v", typed, got)
		}
	}
}

// An address that was pasted and does not belong here is refused; the wait goes on, and nothing is said twice.
func TestPastedAddressOfAnotherSignIn(t *testing.T) {
	stdin, typed := typing(t)
	w := &world{t: t, people: true, stdin: stdin}
	w.attempt = func(a *fakeAttempt) {
		go typed("http://127.0.0.1:1/callback?code=CANARY&state=x")
		a.ask("-", inBrowser)
		a.say(signin.Trouble{Problem: problem.New(problem.AddressNotOurs), AttemptsLeft: -1}, inBrowser)
		a.succeed()
	}
	got := w.run("login")
	p := problem.New(problem.AddressNotOurs)
	want := opening + p.Title + "\n→ " + p.Fix + " [address-not-ours]\n" + welcome
	if diff := cmp.Diff(result{0, "", want}, got, cmp.AllowUnexported(result{})); diff != "" {
		t.Error(diff)
	}
}

func TestBrowserThatIsLate(t *testing.T) {
	stdin, _ := typing(t)
	turned := clocktest.At(noon)
	w := &world{t: t, people: true, stdin: stdin, clock: turned}
	stderr := w.captureStderr()
	w.attempt = func(a *fakeAttempt) {
		a.say(inBrowser)
		for !strings.Contains(stderr.String(), "has not shown up") {
			turned.Advance(time.Second)
		}
		a.say(atStage(signin.Reached))
		for !strings.Contains(stderr.String(), "Still waiting") {
			turned.Advance(time.Second)
		}
		a.fail(problem.New(problem.BrowserNotReturned))
	}
	if got := w.run("login"); got.code != 4 || strings.Count(got.stderr, "Still waiting") != 1 {
		t.Errorf("got %+v", got)
	}
}

func TestLinkOnly(t *testing.T) {
	w := &world{t: t, attempt: func(a *fakeAttempt) {
		a.say(inBrowser)
		a.succeed()
	}}
	got := w.run("login", "--with", "browser", "--no-open")
	if !w.started.NoOpen || !strings.Contains(got.stderr, "Open this link in a browser on this computer:\n  http://127.0.0.1:4711/go/abc\n") {
		t.Errorf("got %+v", got)
	}
}

var onDevice = signin.Device{
	UserCode: "WDJB-MJHT", VerificationURI: "https://login.acme.example/device",
	VerificationURIComplete: "https://login.acme.example/device?user_code=WDJB-MJHT", Deadline: noon.Add(10 * time.Minute),
	Others: []signin.Door{signin.WithBrowser},
}

func TestDV08Device(t *testing.T) {
	stdin, typed := typing(t)
	w := &world{t: t, people: true, stdin: stdin}
	w.attempt = func(a *fakeAttempt) {
		go typed("b")
		if ans, _ := a.ask("-", onDevice); ans.Use != "browser" {
			t.Errorf("got %+v", ans)
		}
		a.succeed()
	}
	want := "On your phone or another computer, open https://login.acme.example/device\nand enter this code: WDJB-MJHT\n" +
		"Enter only this one, never a code that somebody sends you.\n" +
		"It is good until 12:10. It goes on here by itself.\nType b for your browser, c to cancel.\n" + welcome
	if diff := cmp.Diff(result{0, "", want}, w.run("login"), cmp.AllowUnexported(result{})); diff != "" {
		t.Error(diff)
	}
}

// The picture is drawn where it fits and can be shown, and nowhere else.
func TestDeviceQRCode(t *testing.T) {
	for _, c := range []struct {
		name  string
		width int
		ascii bool
		dumb  bool
		want  bool
	}{{"wide", 80, false, false, true}, {"narrow", 36, false, false, false}, {"no terminal", 0, false, false, false}, {"ASCII", 80, true, false, false}, {"dumb", 80, false, true, false}} {
		w := &world{t: t, width: c.width, ascii: c.ascii, dumb: c.dumb, attempt: func(a *fakeAttempt) {
			a.say(onDevice)
			a.succeed()
		}}
		got := w.run("login", "--with", "device")
		if drawn := strings.Contains(got.stderr, "█"); drawn != c.want {
			t.Errorf("%s: %q", c.name, got.stderr)
		}
		for line := range strings.Lines(got.stderr) {
			if strings.Contains(line, "█") && len([]rune(line)) > c.width {
				t.Errorf("%s: too wide: %q", c.name, line)
			}
		}
	}
}
