//go:build e2e

package e2e

import (
	"debug/elf"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"latchkey/internal/demo"
)

const mia = "mia@acme.example"

// withoutScreen is the same desk for somebody who has only a terminal.
func (d *desk) withoutScreen() *desk {
	bare := *d
	bare.env = slices.DeleteFunc(slices.Clone(d.env), func(v string) bool { return strings.HasPrefix(v, "DISPLAY=") })
	return &bare
}

// The whole way at the keyboard of a terminal, with no screen and no graphics library: a wrong password, another method, a code,
// who is signed in, signing out.
func TestS26Terminal(t *testing.T) {
	program, err := elf.Open(parts.latchkey)
	if err != nil {
		t.Fatal(err)
	}
	defer program.Close()
	if libraries, err := program.ImportedLibraries(); err != nil || len(libraries) > 0 {
		t.Errorf("latchkey needs %v, %v", libraries, err)
	}
	w, screen := newWorld(t)
	d := screen.withoutScreen()
	m := d.atTerminal(t, "login", "--with", "password")
	m.signsIn(t, mia, "not this one")
	m.sees(t, "credentials-refused")
	m.sees(t, "Password: ")
	m.types(t, w.User("acme", mia).Password)
	m.sees(t, "Enter the code from the text message.")
	m.sees(t, "Code (6 digits): ")
	m.types(t, "/email")
	m.sees(t, "Enter the code from the e-mail.")
	m.sees(t, "Code (6 digits): ")
	m.types(t, w.MailCode(mia))
	if exit := m.ends(t); exit != 0 {
		t.Fatalf("exit code %d", exit)
	}
	if !d.signedIn(t, "acme", mia) {
		t.Fatalf("sessions: %+v", d.sessions(t))
	}
	if token := strings.TrimSpace(d.ok(t, "token")); token == "" {
		t.Error("no token")
	}
	out := d.atTerminal(t, "logout")
	if exit := out.ends(t); exit != 0 || d.signedIn(t, "acme", mia) {
		t.Errorf("exit code %d, sessions %+v", exit, d.sessions(t))
	}

	// The next time the e-mail is the usual way: no text message is sent before.
	w.ResetCounts()
	next := d.atTerminal(t, "login", "--with", "password", "--username", mia)
	next.signsIn(t, "", w.User("acme", mia).Password)
	next.sees(t, "Enter the code from the e-mail.")
	if n := w.Count("acme", "sms wanted"); n != 0 {
		t.Errorf("%d text messages", n)
	}
}

// The browser was closed before anybody signed in: it is opened again, on a page that is good still.
func TestS9BrowserClosedAndOpenedAgain(t *testing.T) {
	w, d := newWorld(t)
	m := d.atTerminal(t, "login", "--with", "browser")
	m.sees(t, "Your browser opens")
	d.openedBrowser(t).fill(t, "#username", amy)
	m.sees(t, "Type o to open the browser again")
	d.closeBrowsers(t)
	m.types(t, "o")
	m.sees(t, "The browser is opened again.")
	b := d.openedBrowser(t)
	b.signsIn(t, amy, w.User("acme", amy).Password)
	b.fill(t, "#code", w.TOTP(amy))
	b.press(t, "#continue")
	b.sawTheEnd(t, "the-end")
	m.sees(t, "Back from the browser")
	if exit := m.ends(t); exit != 0 || !d.signedIn(t, "acme", amy) {
		t.Errorf("exit code %d, sessions %+v", exit, d.sessions(t))
	}
}

// The password is forgotten: the page in the real browser, the message, a new password, and in with that.
func TestS14ForgotPassword(t *testing.T) {
	const chosen = "Seventeen-quiet-Herons-9"
	t.Run("terminal", func(t *testing.T) {
		w, d := newWorld(t)
		m := d.atTerminal(t, "login", "--with", "password")
		m.signsIn(t, ben, "no idea any more")
		m.sees(t, "credentials-refused")
		m.sees(t, "Password: ")
		m.types(t, "") // back to the e-mail
		m.sees(t, "E-mail [")
		m.types(t, "/forgot")
		link := regexp.MustCompile(`http://\S+/forgot\S*`).FindString(m.sees(t, "E-mail ["))
		if err := d.command("xdg-open", link).Start(); err != nil {
			t.Fatal(err)
		}
		b := d.openedBrowser(t)
		b.fill(t, "#username", ben)
		b.choosesNewPassword(t, w, ben, chosen)
		m.types(t, "")
		m.sees(t, "Password: ")
		m.types(t, chosen)
		if exit := m.ends(t); exit != 0 || !d.signedIn(t, "acme", ben) {
			t.Errorf("exit code %d, sessions %+v", exit, d.sessions(t))
		}
	})
	t.Run("window", func(t *testing.T) {
		w, d := newWorld(t)
		win := d.openWindow(t)
		win.until(t, "the browser opens", func() {
			win.presses(t, "ctrl+a")
			win.types(t, ben)
			win.tabs(t, toForgot)
		}, func() bool { return len(d.browsers()) > 0 })
		b := d.openedBrowser(t)
		if name := get(t, b, chromedp.Value(chromedp.CSS("#username"))); name != ben {
			t.Errorf("the page asks for %q", name)
		}
		b.choosesNewPassword(t, w, ben, chosen)
		d.picture(t, "what-to-do")
		win.presses(t, "Return") // back to sign in, with the e-mail filled in
		win.until(t, "the new password gets in", func() {
			win.presses(t, "ctrl+a")
			win.types(t, chosen)
			win.presses(t, "Return")
		}, func() bool { return d.signedIn(t, "acme", ben) })
		d.picture(t, "signed-in")
	})
}

// choosesNewPassword has the link sent, and follows it.
func (b tab) choosesNewPassword(t *testing.T, w *demo.World, username, password string) {
	t.Helper()
	b.press(t, "#reset")
	eventually(t, "the page says that a message is on its way", func() bool {
		_, text := b.shows()
		return strings.Contains(text, "on its way")
	})
	var link string
	eventually(t, "the message is there", func() bool {
		for _, m := range w.Mail.Messages() {
			if m.To == username && link == "" {
				link = regexp.MustCompile(`http://\S+/reset/\S+`).FindString(m.Text)
			}
		}
		return link != ""
	})
	b.opens(t, link)
	b.fill(t, "#new_password", password)
	b.fill(t, "#again", password)
	b.picture(t, "new-password")
	b.press(t, "button[type=submit]")
	eventually(t, "the password is new", func() bool {
		_, text := b.shows()
		return strings.Contains(text, "Your password is new")
	})
}
