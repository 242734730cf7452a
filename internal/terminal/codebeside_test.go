package terminal_test

import (
	"strings"
	"testing"

	"latchkey/internal/problem"
	"latchkey/internal/signin"
)

// A server that takes a code together with the password is given both; who has no code leaves it out.
func TestS4CodeBesideThePassword(t *testing.T) {
	form := signin.Credentials{ID: "1", Host: "login.acme.example", Others: []signin.Door{"browser"}, Code: true}
	for name, c := range map[string]struct {
		typed string
		code  string
		use   string
	}{
		"a code":          {"uma@acme.example\nright\n 123 456 \n", "123 456", ""},
		"none":            {"uma@acme.example\nright\n\n", "", ""},
		"another way":     {"uma@acme.example\nright\n/browser\n", "", "browser"},
		"after a command": {"uma@acme.example\nright\n/help\n123456\n", "123456", ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := &world{t: t, people: true, stdin: strings.NewReader(c.typed)}
			w.attempt = func(a *fakeAttempt) {
				ans, _ := a.ask("1", form)
				if c.use != "" {
					if ans.Use != c.use {
						t.Errorf("got %+v", ans)
					}
				} else if ans.Username != "uma@acme.example" || !ans.Password.EqualString("right") || !ans.Code.EqualString(c.code) {
					t.Errorf("got %q %q %q", ans.Username, ans.Password.Reveal(), ans.Code.Reveal())
				}
				a.succeed()
			}
			got := w.run("login")
			if want := "E-mail: <hidden>Password: \nCode from your app, or Return if you have none: "; got.code != 0 || !strings.Contains(got.stderr, want) {
				t.Errorf("exit %d, got %s", got.code, got.stderr)
			}
		})
	}
}

// After a refusal of both, fingers type the password again: it is asked for first.
func TestS4CodeBesideThePasswordAgain(t *testing.T) {
	for _, field := range []string{"password", "code"} {
		w := &world{t: t, people: true, stdin: strings.NewReader("uma@acme.example\nx\n1\nright\n123456\n")}
		w.attempt = func(a *fakeAttempt) {
			form := signin.Credentials{ID: "1", Host: "login.acme.example", Code: true}
			a.ask("1", form)
			a.say(signin.Trouble{Problem: problem.New(problem.CodeShape), AttemptsLeft: -1, Field: field})
			form.ID = "2"
			if ans, _ := a.ask("2", form); !ans.Password.EqualString("right") || !ans.Code.EqualString("123456") {
				t.Errorf("got %q %q", ans.Password.Reveal(), ans.Code.Reveal())
			}
			a.succeed()
		}
		if got := w.run("login"); got.code != 0 {
			t.Errorf("got %+v", got)
		}
	}
}
