//go:build e2e

package e2e

import (
	"net"
	"regexp"
	"testing"

	"latchkey/internal/demo"
)

// "Login with Acme": the browser opens on the company's page, and the app goes on by itself.
func TestCompanyInTheBrowser(t *testing.T) {
	t.Run("terminal", func(t *testing.T) {
		w, d := newWorld(t)
		m := d.atTerminal(t, "login", "--with", "password")
		m.sees(t, "Login with Acme")
		m.sees(t, "E-mail")
		m.types(t, "/company")
		m.sees(t, "Your browser opens")
		atTheCompany(t, w, d)
		m.sees(t, "Back from the browser")
		if exit := m.ends(t); exit != 0 {
			t.Fatalf("exit code %d", exit)
		}
		if !d.signedIn(t, "acme", cora) {
			t.Fatalf("sessions: %+v", d.sessions(t))
		}
	})
	t.Run("window", func(t *testing.T) {
		w, d := newWorld(t)
		win := d.openWindow(t)
		opened := func() bool { return len(d.browsers()) > 0 }
		win.until(t, "the browser opens", func() { win.tabs(t, toCompany) }, opened)
		atTheCompany(t, w, d)
		eventually(t, "the window has signed in", func() bool { return d.signedIn(t, "acme", cora) })
		d.picture(t, "signed-in")
	})
}

// How many steps of the Tab key it is in the window, from where the focus is at first: in the form, e-mail, password, show,
// sign in, then the company; when signed in, workspace, switch, diagnostics, then sign out.
const (
	toCompany = 4
	toForgot  = 5
	toOthers  = 6
	toSignOut = 3
)

// atTheCompany signs Cora in at the company's page, in the browser that has opened.
func atTheCompany(t *testing.T, w *demo.World, d *desk) {
	t.Helper()
	b := d.openedBrowser(t)
	b.fill(t, "#username", cora)
	b.fill(t, "#password", companyPassword(w, cora))
	b.picture(t, "company")
	b.press(t, "#sign-in")
	b.sawTheEnd(t, "the-end")
}

// companyPassword returns the password of an account that both Acme and its company list, as the company knows it.
func companyPassword(w *demo.World, username string) string {
	for _, u := range w.Users() {
		if u.Username == username && u.Password != "" {
			return u.Password
		}
	}
	return ""
}

// Acme's own pages in the browser: password, then code.
func TestBrowser(t *testing.T) {
	w, d := newWorld(t)
	m := d.atTerminal(t, "login", "--with", "browser")
	m.sees(t, "Your browser opens")
	b := d.openedBrowser(t)
	m.sees(t, "The browser is at")
	b.signsIn(t, amy, w.User("acme", amy).Password)
	b.fill(t, "#code", w.TOTP(amy))
	b.press(t, "#continue")
	b.sawTheEnd(t, "the-end")
	m.sees(t, "Back from the browser")
	if exit := m.ends(t); exit != 0 {
		t.Fatalf("exit code %d", exit)
	}
	if !d.signedIn(t, "acme", amy) {
		t.Fatalf("sessions: %+v", d.sessions(t))
	}
}

// Globex, shaped like Genesys Cloud: the password is typed on its page, in the browser.
func TestGlobex(t *testing.T) {
	t.Run("terminal", func(t *testing.T) {
		w, d := newWorld(t)
		m := d.atTerminal(t, "--org", "globex", "login")
		m.sees(t, "Your browser opens")
		atGlobex(t, w, d)
		if exit := m.ends(t); exit != 0 {
			t.Fatalf("exit code %d", exit)
		}
		if !d.signedIn(t, "globex", gina) {
			t.Fatalf("sessions: %+v", d.sessions(t))
		}
	})
	t.Run("window", func(t *testing.T) {
		w, d := newWorld(t)
		win := d.openWindow(t, "--org", "globex")
		d.picture(t, "form")
		opened := func() bool { return len(d.browsers()) > 0 }
		win.until(t, "the browser opens", func() {
			win.presses(t, "ctrl+a")
			win.types(t, gina)
			win.presses(t, "Return")
		}, opened)
		atGlobex(t, w, d)
		eventually(t, "the window has signed in", func() bool { return d.signedIn(t, "globex", gina) })
		d.picture(t, "signed-in")
	})
}

const gina = "gina@globex.example"

// atGlobex signs Gina in on Globex's page, in the browser that has opened.
func atGlobex(t *testing.T, w *demo.World, d *desk) {
	t.Helper()
	b := d.openedBrowser(t)
	b.fill(t, "#username", gina)
	b.fill(t, "#password", w.User("globex", gina).Password)
	b.picture(t, "globex")
	b.press(t, "#sign-in")
	b.sawTheEnd(t, "the-end")
}

// Giving up while the browser is at work leaves no socket behind, and nobody signed in.
func TestCancelInTheBrowser(t *testing.T) {
	w, d := newWorld(t)
	m := d.atTerminal(t, "login", "--with", "browser")
	link := regexp.MustCompile(`http://(127\.0\.0\.1:\d+)/go/\w+`).FindStringSubmatch(m.sees(t, "The browser is at"))
	if link == nil {
		t.Fatal("no link")
	}
	if _, err := m.keys.WriteString("\x03"); err != nil { // Ctrl-C
		t.Fatal(err)
	}
	if exit := m.ends(t); exit != 4 {
		t.Errorf("exit code %d", exit)
	}
	if c, err := net.Dial("tcp", link[1]); err == nil {
		c.Close()
		t.Error("somebody still listens where the answer would have come")
	}
	if n := w.Count("acme", "code issued"); n != 0 || len(d.sessions(t)) != 0 {
		t.Errorf("%d codes, sessions %+v", n, d.sessions(t))
	}
}
