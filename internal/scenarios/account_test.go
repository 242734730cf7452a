package scenarios

import (
	"net/url"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"latchkey/internal/demo/walker"
)

const (
	eve   = "eve@acme.example"
	nia   = "nia@acme.example"
	zoe   = "zoe@acme.example"
	frida = "frida@globex.example"
)

// S14: the page for a forgotten password takes the address along, the mail comes, and the form is filled in afterwards.
func TestS14ForgotPassword(t *testing.T) {
	const fresh = "Kettles sing at 4 in the Morning"
	a := sitDown(t, nil).opens("")
	a.sees("Forgot password?").fills("E-mail", ben).presses("Forgot password?")
	a.sees("spam", "12", "Back to sign in")
	a.until("the page is opened with the address", func() bool {
		u, err := url.Parse(a.browser.last())
		return err == nil && u.Query().Get("login_hint") == ben
	})
	w := walker.New("")
	if err := w.Open(t.Context(), a.browser.last()); err != nil {
		t.Fatal(err)
	}
	if w.Value("username") != ben {
		t.Errorf("the page asks for the address again: %s", w.Text())
	}
	if err := w.Submit(t.Context(), "reset", nil); err != nil {
		t.Fatal(err)
	}
	link := ""
	a.until("the mail is there", func() bool {
		for _, m := range a.world.Mail.Messages() {
			for _, word := range strings.Fields(m.Text) {
				if m.To == ben && strings.HasPrefix(word, a.world.Acme) {
					link = word
				}
			}
		}
		return link != ""
	})
	if err := w.Open(t.Context(), link); err != nil {
		t.Fatal(err)
	}
	if err := w.Submit(t.Context(), "set", map[string]string{"new_password": fresh, "again": fresh}); err != nil {
		t.Fatal(err)
	}
	a.presses("Back to sign in").sees(ben)
	a.fills("Password", fresh).key(fyne.KeyReturn).sees("Ben Baker")
}

// S19: a new password, chosen in the window: guidance while it is typed, the server's rules, and its last word.
func TestS19NewPassword(t *testing.T) {
	for who, why := range map[string]string{eve: "run out", nia: "of your own"} {
		t.Run(who, func(t *testing.T) {
			a := sitDown(t, nil).opens("")
			a.signsIn(who, a.password("acme", who))
			if who == nia {
				a.sees("Enter your code").reaches("Code").pastes(a.world.TOTP(who))
			}
			a.sees("Choose a new password", why, "At least 12 characters")
			a.reaches("New password").types("short").sees("12 characters")
			if who == nia { // the one she has keeps to the rules, but for being new
				a.fills("New password", a.password("acme", who)).key(fyne.KeyReturn).sees("password-reused")
			} else {
				a.fills("New password", a.password("acme", who)).key(fyne.KeyReturn).sees("Still missing: a capital letter.")
			}
			const fresh = "Seven grey geese 林 cross Canal 4"
			a.fills("New password", fresh).key(fyne.KeyReturn).sees("Open workspace", who)
			if a.password("acme", who) != fresh {
				t.Error("the server took something else")
			}
		})
	}
}

// S20: who has no second step is told once, with the place to set it up.
func TestS20SecondStep(t *testing.T) {
	a := sitDown(t, nil).opens("")
	a.signsIn(ben, a.password("acme", ben)).sees("Make your account safer", "Set up", "Not now")
	a.presses("Set up")
	a.until("the place is opened", func() bool { return a.browser.last() == a.world.Acme+"/two-step" })
	a.presses("Sign out").sees("Signed out")
	a.fills("Password", a.password("acme", ben)).key(fyne.KeyReturn).sees("Open workspace").doesNotSee("Make your account safer")
	a.presses("Sign out")
	a.signsIn(amy, a.password("acme", amy)).sees("Enter your code")
	a.reaches("Code").pastes(a.world.TOTP(amy)).sees("Open workspace").doesNotSee("Make your account safer")
}

// S21: only servers that the settings name; a look-alike is shown letter by letter before it is added.
func TestS21LookAlike(t *testing.T) {
	for name, typed := range map[string]string{
		"one letter more": "mypurecl0ud.com", "another script": "https://login.mypureсloud.com", "a word added": "login-mypurecloud.com",
	} {
		t.Run(name, func(t *testing.T) {
			a := sitDown(t, nil)
			a.settings("")
			a.opens("").fills("Region or address", typed).fills("Client ID", "latchkey").presses("Continue")
			a.sees("looks like", "mypurecloud.com").doesNotSee("Forgot password?")
			a.key(fyne.KeyEscape).sees("Region or address")
			if len(a.parts.Settings.Organizations) != 0 {
				t.Errorf("it was added: %+v", a.parts.Settings.Organizations)
			}
		})
	}
	t.Run("a server that is another one", func(t *testing.T) {
		a := sitDown(t, nil).acts("discovery-broken", true)
		a.opens("").sees("The server says it is a different one.")
		if n := a.world.Count("acme", challengePost); n != 0 {
			t.Errorf("%d passwords were sent", n)
		}
	})
	t.Run("settings that somebody changed", func(t *testing.T) {
		a := sitDown(t, nil).opens("")
		a.signsIn(ben, a.password("acme", ben)).sees("Ben Baker").presses("Sign out").sees("Signed out")
		a.closes()
		a.settings(strings.ReplaceAll(a.world.ConfigTOML(), `issuer = "`+a.world.Acme+`"`, `issuer = "https://login.acme-support.example"`))
		a.opens("").sees("issuer-changed", "login.acme-support.example")
	})
}

// S22: a newer version is told quietly, with what changed; the administrator can turn it off; a forged one is nobody's word.
func TestS22NewVersion(t *testing.T) {
	const manifest, signature = "GET /latchkey.json", "GET /latchkey.json.sig"
	t.Run("told", func(t *testing.T) {
		a := sitDown(t, nil).acts("update", true).opens("")
		a.sees("9.1.0").presses("Latchkey 9.1.0 is out. What is new?").sees("Open the download page")
	})
	t.Run("forged", func(t *testing.T) {
		a := sitDown(t, nil).acts("update", true).acts("update-forged", true).opens("")
		a.until("manifest and signature were asked for", func() bool {
			return a.world.Count("updates", manifest) > 0 && a.world.Count("updates", signature) > 0
		})
		a.signsIn(ben, a.password("acme", ben)).sees("Ben Baker").doesNotSee("9.1.0")
		if known := a.parts.Updates.Known(); known != nil {
			t.Errorf("it is believed: %+v", known)
		}
	})
	t.Run("off", func(t *testing.T) {
		a := sitDown(t, nil).acts("update", true)
		a.settings(strings.Replace(a.world.ConfigTOML(), "[updates]", "[updates]\ncheck = false", 1))
		a.opens("").signsIn(ben, a.password("acme", ben)).sees("Ben Baker").doesNotSee("9.1.0")
		a.closes() // whatever was asked beside has come to its end
		if n := a.world.Count("updates", manifest); n != 0 {
			t.Errorf("it was asked %d times", n)
		}
	})
}

// S23: the last sign-in is shown; one that was not theirs ends everything that can be ended, and tells IT.
func TestS23NotMe(t *testing.T) {
	a := sitDown(t, nil).opens("")
	a.signsIn(zoe, a.password("acme", zoe)).sees("by e-mail")
	a.until("the mail came", func() bool { return a.world.MailCode(zoe) != "" })
	a.reaches("Code").pastes(a.world.MailCode(zoe)).sees("Last sign-in", "203.0.113.77")
	a.presses("This wasn't me").sees("Sign out everywhere")
	a.presses("Sign out everywhere").sees("To IT", zoe, "203.0.113.77", "signed out, the server was told")
	a.presses("Write to IT")
	a.until("the mail is begun", func() bool {
		a.browser.mu.Lock()
		defer a.browser.mu.Unlock()
		return strings.Contains(a.browser.mailed, "it@acme.example") && strings.Contains(a.browser.mailed, "203.0.113.77")
	})
	if a.world.Count("acme", "POST /revoke") == 0 || len(a.store.Names()) != 0 {
		t.Errorf("the session was not ended: %v", a.store.Names())
	}
}

// S2: the account lives in another region: the window offers the others, and goes there.
func TestS2OtherRegion(t *testing.T) {
	a := sitDown(t, nil)
	a.opens("globex").fills("E-mail", frida).presses("Sign in").sees("Continue in your browser")
	a.presses("Another way").presses("Try another region").sees("EMEA (Frankfurt)")
	a.browser.signsInAs(walker.Agent{Username: frida, Password: a.password("globex-frankfurt", frida)})
	a.presses("EMEA (Frankfurt)").sees("Sign in", frida)
	a.presses("Sign in").sees("Open workspace", frida)
}
