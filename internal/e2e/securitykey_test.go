//go:build e2e

package e2e

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"latchkey/internal/demo"
)

const sam = "sam@acme.example"

// plugIn gives the browser a security key that is touched whenever it is asked for.
func (b tab) plugIn(t *testing.T) {
	t.Helper()
	b.do(t, "plug in a security key", chromedp.Func(func(ctx context.Context, page *chromedp.Target) error {
		if err := page.Call(ctx, "WebAuthn.enable", map[string]any{}, nil); err != nil {
			return err
		}
		return page.Call(ctx, "WebAuthn.addVirtualAuthenticator", map[string]any{"options": map[string]any{
			"protocol": "ctap2", "transport": "usb", "hasResidentKey": true, "hasUserVerification": true, "isUserVerified": true,
			"automaticPresenceSimulation": true,
		}}, nil)
	}))
}

// opens goes to an address in the same tab.
func (b tab) opens(t *testing.T, address string) {
	t.Helper()
	b.do(t, "open "+address, chromedp.Navigate(address))
}

// passesTheKey goes from the sign-in page to the key's own page and back.
func (b tab) passesTheKey(t *testing.T, w *demo.World) {
	t.Helper()
	b.signsIn(t, sam, w.User("acme", sam).Password)
	b.press(t, "#key")
}

// The password is right, and the company wants a security key: the browser goes on with it, in the same attempt, without the
// password again, and the app signs in.
func TestS17SecurityKeyInTheBrowser(t *testing.T) {
	w, d := newWorld(t)
	m := d.atTerminal(t, "login", "--with", "password")
	m.signsIn(t, sam, w.User("acme", sam).Password)
	m.sees(t, "Your browser opens")
	b := d.openedBrowser(t)
	m.sees(t, "The browser is at")
	b.do(t, "see the key's step", chromedp.WaitVisible(chromedp.CSS("#key")))
	attempt := b.at(t)

	b.plugIn(t)
	b.opens(t, w.Acme+"/two-step")
	b.passesTheKey(t, w) // the demo world's own key, which is a button, for the first time
	b.press(t, "#add-key")
	b.press(t, "#use-key")
	eventually(t, "the key is set up", func() bool {
		_, text := b.shows()
		return strings.Contains(text, "Your key is set up")
	})
	if n := w.Count("acme", "key set up"); n != 1 {
		t.Errorf("%d keys were set up", n)
	}

	b.opens(t, attempt)
	b.press(t, "#key") // nobody asks for the password again
	b.do(t, "see the key's page", chromedp.WaitVisible(chromedp.CSS("#use-key")))
	if address := b.at(t); !strings.HasPrefix(address, "http://localhost:") {
		t.Errorf("a key belongs to a name, and the page is at %s", address)
	}
	b.picture(t, "security-key")
	b.press(t, "#use-key")
	b.sawTheEnd(t, "the-end")
	m.sees(t, "Back from the browser")
	if exit := m.ends(t); exit != 0 {
		t.Fatalf("exit code %d", exit)
	}
	if n := w.Count("acme", "POST /authorize-challenge"); n != 1 {
		t.Errorf("the password was sent %d times", n)
	}
	if !d.signedIn(t, "acme", sam) {
		t.Fatalf("sessions: %+v", d.sessions(t))
	}
}
