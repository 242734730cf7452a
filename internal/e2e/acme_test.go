//go:build e2e

package e2e

import (
	"strings"
	"testing"

	"latchkey/internal/demo"
)

// Password, then the code of the authenticator app.
func TestPasswordAndCode(t *testing.T) {
	t.Run("terminal", func(t *testing.T) {
		w, d := newWorld(t)
		passwordAtTerminal(t, w, d)
	})
	t.Run("window", func(t *testing.T) {
		w, d := newWorld(t)
		passwordInWindow(t, w, d)
	})
	t.Run("json", func(t *testing.T) {
		w, d := newWorld(t)
		v := d.loginJSON(t, "--with", "password")
		ask := v.next(t, "credentials")
		v.answer(t, map[string]any{"id": ask["id"], "username": amy, "password": w.User("acme", amy).Password})
		ask = v.next(t, "code")
		if ask["method"] != "totp" || ask["digits"] != 6.0 {
			t.Errorf("the code is asked for as %v", ask)
		}
		v.answer(t, map[string]any{"id": ask["id"], "code": w.TOTP(amy)})
		if done := v.next(t, "done"); done["username"] != amy || done["name"] != "Amy Agent" || done["org"] != "acme" {
			t.Errorf("done as %v", done)
		}
		if code := v.ends(t); code != 0 {
			t.Errorf("exit code %d", code)
		}
		if !d.signedIn(t, "acme", amy) {
			t.Errorf("sessions: %+v", d.sessions(t))
		}
	})
}

// passwordAtTerminal signs Amy in at the terminal.
func passwordAtTerminal(t *testing.T, w *demo.World, d *desk) {
	t.Helper()
	password := w.User("acme", amy).Password
	m := d.atTerminal(t, "login", "--with", "password")
	m.signsIn(t, amy, password)
	m.sees(t, "Code")
	code := w.TOTP(amy)
	m.sees(t, ": ")
	m.types(t, code)
	if exit := m.ends(t); exit != 0 {
		t.Fatalf("exit code %d", exit)
	}
	if strings.Contains(m.said.String(), password) {
		t.Error("the terminal shows the password")
	}
	if !d.signedIn(t, "acme", amy) {
		t.Fatalf("sessions: %+v", d.sessions(t))
	}
}

// passwordInWindow signs Amy in with the keyboard in the window, and leaves the window open.
func passwordInWindow(t *testing.T, w *demo.World, d *desk) *window {
	t.Helper()
	win := d.openWindow(t)
	d.picture(t, "1-form")
	asked := func() bool { return w.Count("acme", challengePost) >= 1 }
	win.until(t, "the password is sent", func() {
		win.presses(t, "ctrl+a")
		win.types(t, amy)
		win.presses(t, "Tab", "ctrl+a")
		win.types(t, w.User("acme", amy).Password)
		win.presses(t, "Return")
	}, asked)
	d.picture(t, "2-code")
	win.until(t, "the code is accepted", func() {
		win.presses(t, "ctrl+a")
		win.types(t, w.TOTP(amy))
	}, func() bool { return d.signedIn(t, "acme", amy) })
	d.picture(t, "3-signed-in")
	return win
}

// challengePost is what the demo world counts for one step of a password sign-in.
const challengePost = "POST /authorize-challenge"

// Passwords are taken as they are typed: spaces at both ends, umlauts, signs, any length.
func TestPasswordsAreNotTouched(t *testing.T) {
	for _, who := range []string{"una.söderström@acme.example", "lin@acme.example"} {
		t.Run(who, func(t *testing.T) {
			w, d := newWorld(t)
			m := d.atTerminal(t, "login", "--with", "password", "--username", who)
			m.signsIn(t, "", w.User("acme", who).Password)
			if exit := m.ends(t); exit != 0 {
				t.Fatalf("exit code %d", exit)
			}
			if !d.signedIn(t, "acme", who) {
				t.Errorf("sessions: %+v", d.sessions(t))
			}
		})
	}
}

// A wrong password is refused in plain words, the e-mail stays, and the right one gets in.
func TestWrongPassword(t *testing.T) {
	w, d := newWorld(t)
	m := d.atTerminal(t, "login", "--with", "password")
	m.signsIn(t, ben, "not this one")
	m.sees(t, "credentials-refused")
	m.sees(t, "Signing in as "+ben) // kept: only the password is asked for again
	m.sees(t, "Password: ")
	m.types(t, w.User("acme", ben).Password)
	if exit := m.ends(t); exit != 0 {
		t.Fatalf("exit code %d", exit)
	}
	if !d.signedIn(t, "acme", ben) {
		t.Errorf("sessions: %+v", d.sessions(t))
	}
}
