//go:build e2e

package e2e

import (
	"regexp"
	"testing"

	"latchkey/internal/demo"
)

// discovery is what the demo world counts for its description.
const discovery = "GET /.well-known/openid-configuration"

// A short code, entered on another device.
func TestDeviceCode(t *testing.T) {
	t.Run("terminal", func(t *testing.T) {
		w, d := newWorld(t)
		m := d.atTerminal(t, "login", "--with", "device")
		link := regexp.MustCompile(`open (http://\S+)`).FindStringSubmatch(m.sees(t, "and enter this code: "))
		code := regexp.MustCompile(`[A-Z]{4}-[A-Z]{4}`).FindString(m.sees(t, "It is good until"))
		if link == nil || code == "" {
			t.Fatal("no link or no code")
		}
		if err := d.command("xdg-open", link[1]).Start(); err != nil {
			t.Fatal(err)
		}
		onThePhone(t, w, d, code)
		if exit := m.ends(t); exit != 0 {
			t.Fatalf("exit code %d", exit)
		}
		if !d.signedIn(t, "acme", ben) {
			t.Fatalf("sessions: %+v", d.sessions(t))
		}
	})
	t.Run("window", func(t *testing.T) {
		w, d := newWorld(t)
		win := d.openWindow(t)
		asked := func() bool { return w.Count("acme", "POST /device_authorization") > 0 }
		win.until(t, "a device code is asked for", func() {
			// The other ways are there once the server has told about itself: from the start again when it was too early.
			win.close(t)
			before := w.Count("acme", discovery)
			*win = *d.openWindow(t)
			eventually(t, "the server tells about itself", func() bool { return w.Count("acme", discovery) > before })
			win.tabs(t, toOthers)
			win.tabs(t, 1)
		}, asked)
		d.picture(t, "code")
		opened := func() bool { return len(d.browsers()) > 0 }
		win.until(t, "the page opens here", func() { win.tabs(t, 1) }, opened) // copy link, then open here
		onThePhone(t, w, d, "")
		eventually(t, "the window has signed in", func() bool { return d.signedIn(t, "acme", ben) })
		d.picture(t, "signed-in")
	})
}

// onThePhone enters the code in the other browser, as Ben; an empty code is filled in already.
func onThePhone(t *testing.T, w *demo.World, d *desk, code string) {
	t.Helper()
	b := d.openedBrowser(t)
	if code != "" {
		b.fill(t, "#user_code", code)
	}
	b.press(t, "#continue")
	b.signsIn(t, ben, w.User("acme", ben).Password)
	b.picture(t, "allow")
	b.press(t, "#allow")
}
