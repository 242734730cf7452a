package scenarios

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/demo/walker"
	"latchkey/internal/problem"
)

const zoe = "zoe@acme.example"

// signsInByMail is Zoe's way in.
func (a *agent) signsInByMail() *agent {
	a.t.Helper()
	before := a.world.MailCode(zoe)
	a.signsIn(zoe, a.password("acme", zoe)).sees("by e-mail")
	a.until("the mail came", func() bool { return a.world.MailCode(zoe) != before })
	return a.reaches("Code").pastes(a.world.MailCode(zoe)).sees("Last sign-in")
}

// S23: when and how the last sign-in was; one that was not theirs ends everything that can be ended, in every organisation where the same
// account is signed in, and tells IT, with nothing secret in it.
func TestS23NotMe(t *testing.T) {
	clk := clocktest.At(time.Date(2026, 11, 28, 8, 0, 0, 0, time.Local))
	a := sitDown(t, clk)
	_, acme, _ := strings.Cut(a.world.ConfigTOML(), "[organizations.acme]")
	acme, _, _ = strings.Cut(acme, "\n\n")
	a.settings(a.world.ConfigTOML() + "\n[organizations.second]" + strings.Replace(acme, "Acme Contact Center", "Acme Back Office", 1) + "\n")
	a.opens("second").signsInByMail().sees("Last sign-in: today 01:00, in the browser, from 203.0.113.77")
	a.closes()
	clk.Advance(time.Minute)
	a.opens("").signsInByMail().sees("Last sign-in: today 08:00", "This wasn't me")
	refresh := a.kept(2)
	a.presses("This wasn't me").sees("the server is told where it can be", "It was me").presses("It was me").sees("Open workspace")
	if n := a.world.Count("acme", "POST /revoke"); n != 0 {
		t.Fatal("it was done before it was decided")
	}
	a.presses("This wasn't me").presses("Sign out everywhere")
	a.sees("To IT", "Signed out", zoe, "Acme Contact Center", "Acme Back Office", "The sign-in: ", "How: ", "From: ", "Told by: the server")
	if told := strings.Count(a.screen(), "signed out, the server was told"); told != 2 {
		t.Errorf("the server was told of %d sessions: %s", told, a.screen())
	}
	if left := a.store.Names(); len(left) != 0 {
		t.Errorf("these are still kept: %v", left)
	}
	if n := a.world.Count("acme", "POST /revoke"); n < len(refresh) {
		t.Errorf("the server heard of it %d times", n)
	}
	a.presses("Copy for IT")
	a.until("the message is on the clipboard", func() bool { return strings.Contains(a.copied.Content(), "was not me") })
	for _, secret := range append(refresh, a.password("acme", zoe), a.world.MailCode(zoe)) {
		if strings.Contains(a.copied.Content(), secret) {
			t.Errorf("the message holds a secret: %s", a.copied.Content())
		}
	}
	a.presses("Write to IT")
	a.until("the mail is begun", func() bool {
		a.browser.mu.Lock()
		defer a.browser.mu.Unlock()
		return strings.HasPrefix(a.browser.mailed, "it@acme.example\n") && strings.Contains(a.browser.mailed, a.copied.Content())
	})
	a.presses("Set a new password").sees("Set a new password of 12 or more characters.", zoe)
	a.resetsPassword(zoe, "Seven grey geese cross Canal 4")
	a.presses("Back to sign in").sees(zoe)
	a.fills("Password", "Seven grey geese cross Canal 4").key(fyne.KeyReturn).sees("by e-mail")
}

// S23: the browser's way in tells, too; without a mail program the message is on the clipboard.
func TestS23NotMeInTheBrowser(t *testing.T) {
	a := sitDown(t, nil)
	a.browser.noMail = problem.New(problem.BrowserNotOpened)
	a.browser.signsInAs(walker.Agent{Username: gina, Password: a.password("globex", gina)})
	a.opens("globex").presses("Sign in").sees("Gina Gold", "Last sign-in", "This wasn't me")
	a.presses("This wasn't me").presses("Sign out everywhere").sees("To IT", gina, "Globex").presses("Write to IT")
	a.sees("No mail program opened.", "it@acme.example").presses("Copy for IT")
	a.until("the message is on the clipboard", func() bool { return strings.Contains(a.copied.Content(), "was not me") })
}

// kept returns the refresh tokens that are kept, of so many sessions.
func (a *agent) kept(n int) (refresh []string) {
	a.t.Helper()
	sessions, err := a.parts.Sessions.List(a.t.Context())
	if err != nil || len(sessions) != n {
		a.t.Fatalf("%+v, %v", sessions, err)
	}
	for _, s := range sessions {
		r, err := a.parts.Vault.Load(a.t.Context(), s.Account)
		if err != nil {
			a.t.Fatal(err)
		}
		refresh = append(refresh, r.Refresh.Reveal())
	}
	return refresh
}
