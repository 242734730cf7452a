package scenarios

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/demo/walker"
)

const (
	mia = "mia@acme.example"
	pat = "pat@acme.example"
	rex = "rex@acme.example"
	sam = "sam@acme.example"
	vic = "vic@acme.example"
)

func (a *agent) password(org, username string) string { return a.world.User(org, username).Password }

// S5: where the code went, a new one after a while and not before, and the other methods.
func TestS5CodeByMessage(t *testing.T) {
	clk := clocktest.At(time.Date(2026, 11, 28, 8, 0, 0, 0, time.Local))
	a := sitDown(t, clk).opens("")
	a.signsIn(mia, a.password("acme", mia))
	a.sees("text message", "42", "Send again 0:")
	first := a.world.TextMessage(mia)
	clk.Advance(31 * time.Second)
	a.presses("Send again").sees("Sent again")
	a.until("another message came", func() bool { return a.world.TextMessage(mia) != first })
	a.presses("Another way").presses("E-mail").sees("by e-mail")
	a.until("the mail came", func() bool { return a.world.MailCode(mia) != "" })
	a.reaches("Code").pastes(a.world.MailCode(mia)).sees("Mia Moss")
	a.presses("Sign out").sees("Signed out")
	// The method that was used last comes first.
	a.fills("Password", a.password("acme", mia)).key(fyne.KeyReturn).sees("by e-mail")
}

// S5, S11: the phone is lost: a recovery code in its own field takes the place of the app.
func TestS11LostPhone(t *testing.T) {
	a := sitDown(t, nil).opens("")
	a.signsIn(rex, a.password("acme", rex)).sees("authenticator app")
	a.presses("Another way").presses("Recovery code").sees("Enter a recovery code")
	codes := a.world.RecoveryCodes(rex)
	a.reaches("Recovery code").types(strings.ToLower(codes[0])).key(fyne.KeyReturn).sees("Rex Reed")
	a.presses("Sign out").sees("Signed out")
	a.fills("Password", a.password("acme", rex)).key(fyne.KeyReturn)
	a.sees("authenticator app").presses("Another way").presses("Recovery code").sees("Enter a recovery code")
	a.reaches("Recovery code").types(codes[0]).key(fyne.KeyReturn).sees("The recovery code is not right.", "each one works only once")
	a.fills("Recovery code", codes[1]).key(fyne.KeyReturn).sees("Rex Reed")
}

// S17: approving on the phone: the number is large, and there is a way out when it was not approved.
func TestS17Approval(t *testing.T) {
	clk := clocktest.At(time.Date(2026, 11, 28, 8, 0, 0, 0, time.Local))
	a := sitDown(t, clk).opens("")
	a.signsIn(pat, a.password("acme", pat))
	a.sees("Approve on your phone", "Pat's phone")
	number := a.shown(func(s string) bool { return len(s) == 2 && s[0] >= '0' && s[0] <= '9' })
	if number == "" || !a.world.Deny(pat) {
		t.Fatal("there is nothing to approve on the phone")
	}
	a.until("the refusal is told", func() bool { clk.Advance(time.Second); return strings.Contains(a.screen(), "refused on your device") })
	a.sees("tell IT", "Authenticator app")
	clk.Advance(31 * time.Second)
	a.presses("Approve on your phone")
	a.until("the phone asks again", func() bool { return a.world.Approve(pat) })
	a.until("the window goes on", func() bool { clk.Advance(time.Second); return strings.Contains(a.screen(), "Pat Pine") })
}

// S17: what the app cannot do itself goes on in the browser, in the same attempt, without the password again.
func TestS17SecurityKeyInTheBrowser(t *testing.T) {
	a := sitDown(t, nil)
	u := a.world.User("acme", sam)
	a.browser.signsInAs(walker.Agent{Username: sam})
	a.opens("").signsIn(sam, u.Password).sees("Sam Stone")
	if n := a.world.Count("acme", challengePost); n != 1 {
		t.Errorf("the password was sent %d times", n)
	}
}

// S18: not from here: the refusal is recognised, and what to send to IT is there.
func TestS18NotFromHere(t *testing.T) {
	a := sitDown(t, nil).acts("ip-restriction", true).opens("")
	a.signsIn(ben, a.password("acme", ben))
	a.sees("does not allow sign-ins from this place", "203.0.113.7", "VPN", "address-refused")
	a.presses("Copy for IT")
	a.until("what to send is on the clipboard", func() bool { return strings.Contains(a.copied.Content(), "203.0.113.7") })
	sent := a.copied.Content()
	for _, words := range []string{"address-refused", "Acme Contact Center", strings.TrimPrefix(a.world.Acme, "http://")} {
		if !strings.Contains(sent, words) {
			t.Errorf("IT is not told %q: %s", words, sent)
		}
	}
	for _, secret := range []string{a.password("acme", ben), ben, "Ben Baker"} {
		if strings.Contains(sent, secret) {
			t.Errorf("IT is told %q: %s", secret, sent)
		}
	}
	a.acts("ip-restriction", false).signsIn(ben, a.password("acme", ben)).sees("Ben Baker")
}

// S7, S18: each end of an account has its own words.
func TestS7AccountsThatCannotSignIn(t *testing.T) {
	for who, words := range map[string]string{
		"dee@acme.example": "account-disabled", "del@acme.example": "account-deleted", "ina@acme.example": "account-inactive",
	} {
		t.Run(who, func(t *testing.T) {
			a := sitDown(t, nil).opens("")
			a.signsIn(who, a.password("acme", who)).sees(words, who)
		})
	}
	t.Run("company only", func(t *testing.T) {
		a := sitDown(t, nil).acts("sso-only", true)
		a.browser.signsInAs(walker.Agent{Username: cora, Password: a.password("acme", cora), Company: true})
		a.opens("").signsIn(cora, "whatever").sees("Cora Corp")
	})
	t.Run("conditions", func(t *testing.T) {
		a := sitDown(t, nil).acts("conditional-access", true).opens("")
		a.signsIn(ben, a.password("acme", ben)).sees("conditions-refused")
	})
	t.Run("consent", func(t *testing.T) { // refused by a slip; what helps is to start again, and agree
		a := sitDown(t, nil).acts("consent", true)
		a.browser.signsInAs(walker.Agent{Deny: true})
		a.opens("").signsIn(ben, a.password("acme", ben))
		a.sees("The app was not given access to your account.", "agree when the sign-in page asks", "consent-refused", "Write to IT", ben)
		a.browser.signsInAs(walker.Agent{})
		a.presses("Try again").signsIn(ben, a.password("acme", ben)).sees("Ben Baker")
	})
}

// S4, S5, S17 at servers that take passwords the older ways: the same screens.
func TestS4OtherProducts(t *testing.T) {
	const ian, hana, hope, uma = "ian@initech.example", "hana@hooli.example", "hope@hooli.example", "uma@umbrella.example"
	t.Run("Auth0", func(t *testing.T) {
		a := sitDown(t, nil).opens("initech")
		a.signsIn(ian, "wrong").sees("The e-mail or password is not right.")
		a.signsIn(ian, a.password("initech", ian)).sees("authenticator app")
		a.reaches("Code").pastes(a.world.TOTP(ian)).key(fyne.KeyReturn).sees("Ian Ives")
	})
	t.Run("Auth0, recovery code", func(t *testing.T) {
		a := sitDown(t, nil).opens("initech")
		a.signsIn(ian, a.password("initech", ian)).sees("authenticator app").presses("Another way").presses("Recovery code")
		a.sees("Enter a recovery code").reaches("Recovery code").types(a.world.RecoveryCodes(ian)[0]).key(fyne.KeyReturn)
		a.sees("Your new recovery code").presses("I have kept it").sees("Ian Ives")
	})
	t.Run("Okta, number", func(t *testing.T) {
		clk := clocktest.At(time.Date(2026, 11, 28, 8, 0, 0, 0, time.Local))
		a := sitDown(t, clk).opens("hooli")
		a.signsIn(hana, a.password("hooli", hana)).sees("Choose how to go on").presses("Approve on your phone")
		a.until("the phone asks", func() bool { return a.world.Approve(hana) })
		a.passing(clk, time.Second, "Hana Hill")
		a.presses("Sign out").sees("Signed out") // the method that was used last comes by itself
		a.fills("Password", a.password("hooli", hana)).key(fyne.KeyReturn)
		a.until("the phone asks", func() bool { return a.world.Approve(hana) })
		a.passing(clk, time.Second, "Hana Hill")
	})
	t.Run("Okta, text message", func(t *testing.T) {
		a := sitDown(t, nil).opens("hooli")
		a.signsIn(hope, a.password("hooli", hope)).sees("Choose how to go on").presses("Text message").sees("text message")
		a.until("the message came", func() bool { return a.world.TextMessage(hope) != "" })
		a.reaches("Code").pastes(a.world.TextMessage(hope)).key(fyne.KeyReturn).sees("Hope Hale")
	})
	t.Run("Keycloak, password and code in one form", func(t *testing.T) {
		a := sitDown(t, nil).opens("umbrella").sees("Code")
		a.signsIn(uma, a.password("umbrella", uma)).sees("The e-mail, the password or the code is not right.")
		a.fills("Password", a.password("umbrella", uma))
		a.fills("Code", a.world.TOTP(uma)).key(fyne.KeyReturn).sees("Uma Ueda")
	})
}
