package scenarios

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/demo/walker"
)

const (
	eve   = "eve@acme.example"
	nia   = "nia@acme.example"
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
	a.resetsPassword(ben, fresh)
	a.presses("Back to sign in").sees(ben)
	a.fills("Password", fresh).key(fyne.KeyReturn).sees("Ben Baker")
}

// resetsPassword goes the way of the page for a forgotten password, which was opened for somebody: the mail, the link, a new one.
// It returns where the page offers to go back to.
func (a *agent) resetsPassword(who, fresh string) (back string) {
	a.t.Helper()
	ctx, w := a.t.Context(), walker.New("")
	if err := w.Open(ctx, a.browser.last()); err != nil {
		a.t.Fatal(err)
	}
	if w.Value("username") != who {
		a.t.Errorf("the page asks for the address again: %s", w.Text())
	}
	if err := w.Submit(ctx, "reset", nil); err != nil {
		a.t.Fatal(err)
	}
	link := ""
	a.until("the mail is there", func() bool {
		for _, m := range a.world.Mail.Messages() {
			for _, word := range strings.Fields(m.Text) {
				if m.To == who && strings.HasPrefix(word, a.world.Acme+"/reset/") {
					link = word
				}
			}
		}
		return link != ""
	})
	if err := w.Open(ctx, link); err != nil {
		a.t.Fatal(err)
	}
	if err := w.Submit(ctx, "set", map[string]string{"new_password": fresh, "again": fresh}); err != nil {
		a.t.Fatal(err)
	}
	return w.Link()
}

// S14: the page's "Back to the app" leads back to the window: the e-mail is there, and the new password is what is next.
func TestS14BackToTheApp(t *testing.T) {
	const fresh = "Kettles sing at 4 in the Morning"
	a := sitDown(t, nil).opens("")
	a.sees("Forgot password?").fills("E-mail", ben).presses("Forgot password?").sees("Back to sign in")
	a.until("the page is opened", func() bool { return a.browser.last() != "" })
	back := a.resetsPassword(ben, fresh)
	if !strings.HasPrefix(back, "http://127.0.0.1:") {
		t.Fatalf("the page leads back to %q", back)
	}
	if err := walker.New("").Open(t.Context(), back); err != nil {
		t.Fatal(err)
	}
	a.sees(ben, "Sign in with your new password.").doesNotSee("Back to sign in")
	a.fills("Password", fresh).key(fyne.KeyReturn).sees("Ben Baker")
	if err := walker.New("").Open(t.Context(), back); err == nil {
		t.Error("it is still listened for")
	}
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
				a.fills("New password", a.password("acme", who)).key(fyne.KeyReturn).sees("The new password was used before.", "password-reused")
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

// S19: what is guessed first is told while it is typed, and the server's words are repeated; a password that the meter thinks little
// of is taken when it keeps to the server's rules.
func TestS19WordsAndTheServersRules(t *testing.T) {
	a := sitDown(t, nil).opens("")
	a.signsIn(eve, a.password("acme", eve)).sees("Choose a new password")
	a.fills("New password", "Qwertyuiop123").sees("This one is known from a leak, and is tried first. Choose another.")
	a.key(fyne.KeyReturn).sees("This password is known to attackers.", "password-known", "use nowhere else")
	a.fills("New password", "Eve Elm at Acme 1").sees("Leave out your name, your user name and your organisation.")
	// As good as it is, the server's rule comes first: nothing is sent.
	sent := a.world.Count("acme", challengePost)
	a.fills("New password", "seven grey geese cross the canal at noon").sees("Hard to guess.").key(fyne.KeyReturn).sees("Still missing: a capital letter, a digit.")
	if n := a.world.Count("acme", challengePost); n != sent {
		t.Errorf("it was sent all the same")
	}
	const modest = "Welcome12345"
	a.fills("New password", modest).sees("Add a word or two").key(fyne.KeyReturn).sees("Eve Elm", "Open workspace")
	if a.password("acme", eve) != modest {
		t.Error("the server took something else")
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

// S20: the place leads to the end: the QR code is the key, a code of it turns the second step on, recovery codes are handed out, and the
// next sign-in takes the new app's code.
func TestS20SetUp(t *testing.T) {
	clk := clocktest.At(time.Date(2026, 11, 28, 8, 0, 0, 0, time.Local))
	a := sitDown(t, clk).opens("")
	a.signsIn(ben, a.password("acme", ben)).sees("Make your account safer").presses("Set up")
	a.until("the place is opened", func() bool { return a.browser.last() == a.world.Acme+"/two-step" })
	w := walker.New("")
	if err := w.Open(t.Context(), a.browser.last()); err != nil {
		t.Fatal(err)
	}
	if err := (walker.Agent{Username: ben, Password: a.password("acme", ben)}).SignIn(t.Context(), w); err == nil || !w.Has("confirm") {
		t.Fatalf("%v, the page is %q", err, w.Text())
	}
	app, err := otp.NewKeyFromURL(scan(t, w.Picture()))
	if err != nil || app.Issuer() != "Acme Contact Center" || app.AccountName() != ben {
		t.Fatalf("the QR code holds %v, %v", app, err)
	}
	if key := strings.ReplaceAll(w.TextOf("secret"), " ", ""); app.Secret() != key {
		t.Errorf("the QR code and the key %q differ", key)
	}
	phone := func() string {
		code, err := totp.GenerateCode(app.Secret(), clk.Now())
		if err != nil {
			t.Fatal(err)
		}
		return code
	}
	if err := w.Submit(t.Context(), "confirm", map[string]string{"code": "000000"}); err != nil || !strings.Contains(w.Text(), "The code is not right") {
		t.Fatalf("%v, the page is %q", err, w.Text())
	}
	if err := w.Submit(t.Context(), "confirm", map[string]string{"code": phone()}); err != nil {
		t.Fatal(err)
	}
	recovery := strings.Fields(w.TextOf("recovery"))
	if len(recovery) < 8 || !strings.Contains(w.Text(), "Keep these recovery codes") {
		t.Fatalf("the page is %q", w.Text())
	}
	a.presses("Sign out").sees("Signed out")
	clk.Advance(time.Minute)
	a.fills("Password", a.password("acme", ben)).key(fyne.KeyReturn).sees("Enter your code", "authenticator app")
	a.reaches("Code").pastes(phone()).sees("Open workspace").doesNotSee("Make your account safer")
	a.presses("Sign out").sees("Signed out")
	a.fills("Password", a.password("acme", ben)).key(fyne.KeyReturn).sees("Enter your code").presses("Another way").presses("Recovery code")
	a.reaches("Recovery code").types(recovery[0]).key(fyne.KeyReturn).sees("Open workspace")
}

// S21: only servers that the settings name; a look-alike is shown letter by letter before it is added, with those marked that differ, in
// the address as in the one it resembles.
func TestS21LookAlike(t *testing.T) {
	for name, c := range map[string]struct{ typed, differs, words string }{
		"another sign":   {"mypurecl0ud.com", "0o", "almost mypurecloud.com"},
		"a letter":       {"mypurecloub.com", "bd", "almost mypurecloud.com"},
		"another script": {"https://mypureсloud.com", "сc", "The с is Cyrillic."},
		"a word added":   {"login-mypurecloud.com", "login-", "mypurecloud.com"},
		"another ending": {"mypurecloud.co", "m", "ends differently"},
	} {
		t.Run(name, func(t *testing.T) {
			a := sitDown(t, nil)
			a.settings("")
			a.opens("").fills("Region or address", c.typed).fills("Client ID", "latchkey").presses("Continue")
			a.sees("looks like", "mypurecloud.com", c.words).doesNotSee("Forgot password?")
			if got := a.marked(); got != c.differs {
				t.Errorf("marked are %q, different are %q", got, c.differs)
			}
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
		a.sees("9.1.0").presses("Latchkey 9.1.0 is out. What is new?").sees("Open the download page", "Says what is new.")
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

// S2: the account lives in another region: the window offers the others, and goes there.
func TestS2OtherRegion(t *testing.T) {
	a := sitDown(t, nil)
	a.opens("globex").fills("E-mail", frida).presses("Sign in").sees("Continue in your browser")
	a.presses("Another way").presses("Try another region").sees("EMEA (Frankfurt)")
	a.browser.signsInAs(walker.Agent{Username: frida, Password: a.password("globex-frankfurt", frida)})
	a.presses("EMEA (Frankfurt)").sees("Sign in", frida)
	a.presses("Sign in").sees("Open workspace", frida)
}
