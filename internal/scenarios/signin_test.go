package scenarios

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"latchkey/internal/demo"
	"latchkey/internal/demo/walker"
)

const (
	amy  = "amy@acme.example"
	ben  = "ben@acme.example"
	cora = "cora@corp.example"
	gina = "gina@globex.example"
)

// S1: the window is there at once; a kept session signs in by itself, without a question and without a browser.
func TestS1StartsAndIsIn(t *testing.T) {
	a := sitDown(t, nil).opens("")
	a.sees("Acme Contact Center", "Sign in")
	a.signsIn(ben, a.world.User("acme", ben).Password).sees("Ben Baker", "Open workspace")
	a.closes()
	a.world.ResetCounts()
	a.opens("").sees("Ben Baker", "Open workspace")
	if n := a.world.Count("acme", "POST /authorize-challenge"); n != 0 || a.browser.last() != "" {
		t.Errorf("the second start asked for a password %d times, and opened %q", n, a.browser.last())
	}
}

// S3: one form, by the keyboard alone: the e-mail is remembered, Caps Lock is said, the password can be shown, Return signs in.
func TestS3EmailAndPassword(t *testing.T) {
	a := sitDown(t, nil).opens("")
	a.fills("E-mail", "ben@gmial.com").doesNotSee("Did you mean") // not while it is typed
	a.reaches("Password").sees("Did you mean ben@gmail.com?")
	a.presses("Use it").sees("ben@gmail.com").doesNotSee("Did you mean", "gmial")
	a.fills("E-mail", ben).doesNotSee("Did you mean")
	a.fills("Password", "SHOUTED").doesNotSee("Did you mean")
	a.sees("Caps Lock is on")
	a.fills("Password", "whispered").doesNotSee("Caps Lock is on")
	a.presses("Show").sees("Hide")
	a.fills("Password", a.world.User("acme", ben).Password).key(fyne.KeyReturn).sees("Ben Baker")
	a.presses("Sign out").sees("Signed out")
	a.sees(ben) // only the password is left to type
	a.reaches("Password")
}

// S4: the code of the authenticator app, pasted with a space in the middle, signs in when it is whole.
func TestS4AuthenticatorApp(t *testing.T) {
	a := sitDown(t, nil).opens("")
	a.signsIn(amy, a.world.User("acme", amy).Password).sees("Enter your code", "authenticator app")
	code := a.world.TOTP(amy)
	a.reaches("Code").pastes(" " + code[:3] + " " + code[3:] + "\n")
	a.sees("Amy Agent", "Open workspace")
}

// S6: who, where, until when; one click opens the workspace in the browser.
func TestS6SignedIn(t *testing.T) {
	a := sitDown(t, nil).opens("")
	a.signsIn(ben, a.world.User("acme", ben).Password)
	a.sees("Ben Baker", ben, "Acme Contact Center", "until ")
	a.presses("Open workspace")
	a.until("the workspace is opened", func() bool { return a.browser.last() == a.world.Acme+"/workspace" })
}

// S7: wrong, without saying which; the e-mail stays, the tries left are told, and there is something to do.
func TestS7WrongPassword(t *testing.T) {
	a := sitDown(t, nil).opens("")
	for _, who := range []string{ben, "nobody@acme.example"} {
		a.signsIn(who, "not this one")
		a.sees("The e-mail or password is not right.", "5 tries are left.", "Caps Lock", "password manager", "Forgot password", who)
		a.doesNotSee("not this one")
	}
	a.signsIn(ben, a.world.User("acme", ben).Password).sees("Ben Baker")
	a.presses("Sign out").sees("Signed out")
	// Another one than who was here before: the account that this computer knows is named, and taken with one press.
	a.signsIn("bean@acme.example", "not this one").sees("what a password manager filled in", "This computer also knows "+ben)
	a.presses("Other ways").presses(ben).sees(ben).doesNotSee("bean@acme.example")
	a.signsIn(ben, "not this one").sees("5 tries are left.")
	a.presses("Forgot password").sees("Back to sign in")
}

// S16: the company's button, its page in the system's browser; the window goes on by itself.
func TestS16Company(t *testing.T) {
	a := sitDown(t, nil)
	a.browser.signsInAs(walker.Agent{Username: cora, Password: a.world.User("acme", cora).Password, Company: true})
	a.opens("").presses("Login with Acme").sees("Cora Corp", "Open workspace")
}

// S2: any form of region or address that people type, and the server that it means, before anything is saved.
func TestS2RegionOrAddress(t *testing.T) {
	a := sitDown(t, nil)
	a.settings("")
	a.opens("").sees("Where do you work?")
	for typed, means := range map[string]string{
		"euw2": "login.euw2.pure.cloud", "mypurecloud.ie": "login.mypurecloud.ie", "Frankfurt": "login.mypurecloud.de",
		"https://apps.usw2.pure.cloud/directory": "login.usw2.pure.cloud", "login.acme.example": "login.acme.example",
	} {
		a.fills("Region or address", typed).sees(means)
	}
	a.fills("Region or address", a.world.Acme).fills("Client ID", demo.ClientID).presses("Continue").sees("Sign in", strings.TrimPrefix(a.world.Acme, "http://"), "Other ways")
	a.signsIn(ben, a.world.User("acme", ben).Password).sees("Ben Baker")
}

// S15: a password manager pastes, or types without a pause; nothing is trimmed or cut, and nothing moves the focus.
func TestS15PasswordManager(t *testing.T) {
	for _, who := range []string{"una.söderström@acme.example", "lin@acme.example"} {
		a := sitDown(t, nil).opens("").sees("Forgot password?")
		password := a.world.User("acme", who).Password
		a.fills("E-mail", "").pastes(who).key(fyne.KeyTab)
		a.reaches("Password").pastes(password).key(fyne.KeyReturn)
		a.sees("Open workspace", who)
		a.presses("Sign out").sees("Signed out")
		a.fills("Password", password).key(fyne.KeyReturn).sees("Open workspace")
	}
}
