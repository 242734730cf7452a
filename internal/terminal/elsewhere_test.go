package terminal_test

import (
	"strings"
	"testing"

	"latchkey/internal/problem"
)

const page = "https://login.acme.example/authorize?client_id=latchkey&state=s"

// Where no browser opens here, the page's own address is shown, once, with how to come back; only to people.
func TestBrowserOnAnotherComputer(t *testing.T) {
	for _, people := range []bool{true, false} {
		stdin, typed := typing(t)
		w := &world{t: t, people: people, stdin: stdin}
		const back = "http://127.0.0.1:4711/callback?code=x&state=s"
		w.attempt = func(a *fakeAttempt) {
			broken := inBrowser
			broken.Problem, broken.SignInURL = problem.New(problem.BrowserNotOpened), page
			a.mu.Lock()
			a.waiting = "-" // what is typed early is an answer, too
			a.mu.Unlock()
			if a.say(inBrowser, broken, broken); people {
				go typed(back)
				if ans, _ := a.ask("-", broken); ans.Callback != back {
					t.Errorf("got %+v", ans)
				}
			}
			a.succeed()
		}
		got := w.run("login", "--with", "browser")
		want := 0
		if people {
			want = 1
		}
		if n := strings.Count(got.stderr, "paste the address of that page here.\n  "+page+"\n"); n != want || got.code != 0 {
			t.Errorf("people %v: shown %d times: %+v", people, n, got)
		}
	}
}

// Another host gets the password than the browser was sent to: it is named before anything is typed.
func TestMF52AnotherHostIsNamedAgain(t *testing.T) {
	stdin, typed := typing(t)
	w := &world{t: t, people: true, stdin: stdin}
	stderr := w.captureStderr()
	w.attempt = func(a *fakeAttempt) {
		a.say(inBrowser)
		go func() {
			until(stderr, "E-mail") // before, it would be for the browser
			typed("amy@acme.example")
			typed("secret")
		}()
		form := askCredentials
		form.Host = "passwords.acme.example"
		a.ask("1", form)
		a.succeed()
	}
	got := w.run("login")
	if strings.Count(got.stderr, "Sign in to Acme Contact Center at passwords.acme.example\n") != 1 || got.code != 0 {
		t.Errorf("got %+v", got)
	}
}
