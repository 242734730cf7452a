package scenarios

import (
	"context"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/demo"
	"latchkey/internal/demo/walker"
)

const max = "max@acme.example"

// S2: the account has moved: where to is offered by its name, and the sign-in succeeds there.
func TestS2AccountLivesElsewhere(t *testing.T) {
	a := sitDown(t, nil).opens("")
	a.signsIn(max, a.password("acme", max)).sees("This account lives at another organisation.", "It lives at Initech.")
	a.presses("Go to Initech").sees("Initech", strings.TrimPrefix(a.world.Initech, "http://"), max)
	a.fills("Password", a.password("initech", max)).key(fyne.KeyReturn).sees("Max Mole", "Signed in to Initech")
}

// S2: no organisation of this name: how names are written is told, and another one can be chosen.
func TestS2OrganizationNotFound(t *testing.T) {
	t.Run("password", func(t *testing.T) {
		a := sitDown(t, nil).acts("organisation-unknown", true).opens("")
		a.signsIn(ben, a.password("acme", ben))
		a.sees("There is no organisation of this name here.", "Capital and small letters count.", "Write to IT")
		a.presses("Choose another organisation").sees("Initech", "Globex Frankfurt")
	})
	t.Run("browser", func(t *testing.T) {
		a := sitDown(t, nil).acts("organisation-unknown", true)
		a.browser.signsInAs(walker.Agent{Username: ben, Password: a.password("acme", ben)})
		a.opens("").presses("Other ways").presses("Sign in with the browser").sees("There is no organisation of this name here.")
	})
}

// S2: the app is not set up, or not approved, and the page in the browser leads nowhere: what the administrator must click is told,
// with the client ID.
func TestS2PageThatNeverComesBack(t *testing.T) {
	for name, c := range map[string]struct {
		scenario, page string
		words          []string
	}{
		"wrong client ID": {"app-unknown", "client ID or redirect URI is invalid", []string{"Admin > Integrations > OAuth", "it returns to http://localhost", "another region"}},
		"not approved":    {"app-unapproved", "An administrator is required to approve it", []string{"Admin > Integrations > Authorized Applications", "asks for an administrator"}},
	} {
		t.Run(name, func(t *testing.T) {
			clk := clocktest.At(time.Date(2026, 11, 28, 8, 0, 0, 0, time.Local))
			a := sitDown(t, clk).acts(c.scenario, true)
			page := a.walksOn()
			a.opens("globex").fills("E-mail", gina).presses("Sign in").sees("Browser opened")
			if got := <-page; !strings.Contains(got, c.page) {
				t.Fatalf("the page says %q", got)
			}
			clk.Advance(91 * time.Second)
			a.sees(append(c.words, "The sign-in page has not come back yet.", demo.GlobexClientID)...)
			clk.Advance(10 * time.Minute) // nobody waits for ever
			a.sees(append(c.words, "Login with Globex", demo.GlobexClientID)...)
		})
	}
	t.Run("wrong client ID in the app", func(t *testing.T) {
		a := sitDown(t, nil).acts("app-unknown", true).opens("")
		a.signsIn(ben, a.password("acme", ben)).sees("The server does not know this app.", "client ID", "Write to IT")
	})
}

// S2: capital letters in the organisation's name count, and the page does not say so.
func TestS2CapitalLetters(t *testing.T) {
	clk := clocktest.At(time.Date(2026, 11, 28, 8, 0, 0, 0, time.Local))
	a := sitDown(t, clk)
	a.settings(strings.ReplaceAll(a.world.ConfigTOML(), `org = "globex"`, `org = "Globex"`))
	page := a.walksOn()
	a.opens("globex").presses("Login with Globex").sees("Browser opened")
	if got := <-page; !strings.Contains(got, "no such organization") {
		t.Fatalf("the page says %q", got)
	}
	clk.Advance(91 * time.Second)
	a.sees("written otherwise than Globex: capital and small letters count.")
}

// walksOn lets Gina sign in on whatever page is opened, and returns what the last page says when nothing comes back to the app.
func (a *agent) walksOn() (last <-chan string) {
	pages := make(chan string, 1)
	u := a.world.User("globex", gina)
	a.browser.does(func(ctx context.Context, address string) error {
		w := walker.New("")
		if err := w.Open(ctx, address); err != nil {
			return err
		}
		_ = walker.Agent{Username: u.Username, Password: u.Password}.SignIn(ctx, w) // it ends on a page that is a dead end
		pages <- w.Text()
		return nil
	})
	return pages
}
