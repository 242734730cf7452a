package scenarios

import (
	"context"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/demo/people"
	"latchkey/internal/demo/trouble"
	"latchkey/internal/demo/walker"
	"latchkey/internal/problem"
)

// acts turns a trouble of the demo world on or off.
func (a *agent) acts(scenario string, on bool) *agent {
	a.t.Helper()
	if err := a.world.SetScenario(scenario, on); err != nil {
		a.t.Fatal(err)
	}
	return a
}

// S8: locked out: until when, what does not help, and the form is open again when it is over, without a try in between.
func TestS8LockedOut(t *testing.T) {
	clk := clocktest.At(time.Date(2026, 11, 28, 8, 0, 0, 0, time.Local))
	a := sitDown(t, clk).opens("")
	for range people.TriesBeforeLock {
		a.doesNotSee("locked")
		a.signsIn(ben, "not this one").sees("is not right")
		if a.world.Count("acme", challengePost) == people.TriesBeforeLock-1 {
			break
		}
	}
	a.sees("One try is left.")
	a.signsIn(ben, "not this one").sees("The account is locked", "08:05", "Resetting the password does not lift it.", "ask your administrator")
	posts := a.world.Count("acme", challengePost)
	a.closes() // a new start does not ask the server again
	a.opens("").sees("Forgot password?")
	a.fills("E-mail", ben).fills("Password", a.world.User("acme", ben).Password).key(fyne.KeyReturn).sees("The account is locked", "08:05")
	if n := a.world.Count("acme", challengePost); n != posts {
		t.Errorf("the server was asked %d times more while the account was locked", n-posts)
	}
	clk.Advance(people.LockTime + time.Second)
	a.until("nothing says that it is locked any more", func() bool { return !strings.Contains(a.screen(), "The account is locked") })
	a.signsIn(ben, a.world.User("acme", ben).Password).sees("Ben Baker")
	if n := a.world.Count("acme", challengePost); n != people.TriesBeforeLock+1 {
		t.Errorf("%d passwords were sent, %d were typed", n, people.TriesBeforeLock+1)
	}
}

const challengePost = "POST /authorize-challenge"

// S8: a new password does not lift the lock: it is said, it is so, and the new one is good afterwards.
func TestS8ResetLeavesTheLock(t *testing.T) {
	const fresh = "Kettles sing at 4 in the Morning"
	clk := clocktest.At(time.Date(2026, 11, 28, 8, 0, 0, 0, time.Local))
	a := sitDown(t, clk).acts("locked", true).opens("")
	a.signsIn(amy, a.password("acme", amy)).sees("The account is locked", "Resetting the password does not lift it.", "08:05")
	a.presses("Forgot password?").sees("Back to sign in")
	a.until("the page is opened", func() bool { return strings.Contains(a.browser.last(), "/forgot") })
	a.resetsPassword(amy, fresh)
	posts := a.world.Count("acme", challengePost)
	a.presses("Back to sign in").fills("Password", fresh).key(fyne.KeyReturn).sees("The account is locked", "Resetting the password does not lift it.")
	if n := a.world.Count("acme", challengePost); n != posts {
		t.Errorf("the server was asked %d times more while the account was locked", n-posts)
	}
	w := walker.New("") // on another computer, too
	if err := (walker.Agent{Username: amy, Password: fresh, Code: func() string { return a.world.TOTP(amy) }}).SignIn(t.Context(), a.walksTo(w, a.world.Acme+"/two-step")); err == nil || !strings.Contains(err.Error(), "locked") {
		t.Errorf("the server: %v", err)
	}
	clk.Advance(people.LockTime + time.Second)
	a.until("nothing says that it is locked any more", func() bool { return !strings.Contains(a.screen(), "The account is locked") })
	a.fills("Password", fresh).key(fyne.KeyReturn).sees("Enter your code")
}

// walksTo opens a page in somebody's browser.
func (a *agent) walksTo(w *walker.Walker, page string) *walker.Walker {
	a.t.Helper()
	if err := w.Open(a.t.Context(), page); err != nil {
		a.t.Fatal(err)
	}
	return w
}

// S9: the browser is the trouble, whichever way.
func TestS9Browser(t *testing.T) {
	t.Run("it does not open", func(t *testing.T) {
		a := sitDown(t, nil)
		a.browser.broken = problem.New(problem.BrowserNotOpened)
		a.opens("globex").presses("Sign in").sees("The browser did not open.", "Copy link")
		a.presses("Copy link")
		link := a.copied.Content()
		if !strings.HasPrefix(link, "http://127.0.0.1:") {
			t.Fatalf("the clipboard holds %q", link)
		}
		u := a.world.User("globex", gina)
		go func() { _ = walker.Agent{Username: u.Username, Password: u.Password}.Open(context.Background(), link) }()
		a.sees("Gina Gold")
	})
	t.Run("the answer is pasted back", func(t *testing.T) {
		a := sitDown(t, nil)
		ended := make(chan string, 1)
		a.browser.does(func(ctx context.Context, address string) error { // the redirect reaches nobody
			w := walker.New("http://localhost")
			if err := w.Open(ctx, address); err != nil {
				return err
			}
			u := a.world.User("globex", gina)
			if err := (walker.Agent{Username: u.Username, Password: u.Password}).SignIn(ctx, w); err != nil {
				return err
			}
			ended <- w.Answer.String()
			return nil
		})
		a.opens("globex").presses("Sign in").sees("Continue in your browser", "Browser opened")
		answer := <-ended
		a.presses("The page shows an address instead?")
		a.pastes(answer).key(fyne.KeyReturn)
		a.sees("Gina Gold")
	})
	t.Run("the page never comes back", func(t *testing.T) {
		clk := clocktest.At(time.Date(2026, 11, 28, 8, 0, 0, 0, time.Local))
		a := sitDown(t, clk)
		a.browser.does(func(ctx context.Context, address string) error { return walker.New("").Open(ctx, address) })
		a.opens("globex").presses("Sign in").sees("Browser opened")
		clk.Advance(2 * time.Minute)
		a.sees("has not come back", "Open again", "Copy link")
		a.key(fyne.KeyEscape).sees("Sign in", "Login with Globex")
	})
}

// S9: the page hangs on this computer: the same attempt goes on with a short code on a phone.
func TestS9FinishedOnAnotherDevice(t *testing.T) {
	clk := clocktest.At(time.Date(2026, 11, 28, 8, 0, 0, 0, time.Local))
	a := sitDown(t, clk)
	a.browser.does(func(ctx context.Context, address string) error { return walker.New("").Open(ctx, address) }) // and nobody goes on there
	a.opens("").presses("Other ways").presses("Sign in with the browser").sees("Browser opened")
	clk.Advance(2 * time.Minute)
	a.sees("has not come back").presses("Another way").presses("Use another device").sees("enter this code")
	if err := (walker.Agent{Username: ben, Password: a.password("acme", ben)}).Open(t.Context(), a.scans()); err != nil {
		t.Fatal(err)
	}
	a.passing(clk, time.Second, "Ben Baker")
}

// S9: what helps where the preferred browser does not: another one, or a private window of it.
func TestS9OpenInAnotherBrowser(t *testing.T) {
	for way, in := range map[string]string{"Private window of Firefox": "firefox, private: true", "Firefox": "firefox, private: false"} {
		t.Run(way, func(t *testing.T) {
			a := sitDown(t, nil)
			a.browser.broken = problem.New(problem.BrowserNotOpened)
			a.browser.signsInAs(walker.Agent{Username: gina, Password: a.password("globex", gina)})
			a.opens("globex").presses("Sign in").sees("The browser did not open.")
			a.presses("Another browser").sees(way).presses(way).sees("Gina Gold")
			a.browser.mu.Lock()
			defer a.browser.mu.Unlock()
			if a.browser.in != in {
				t.Errorf("opened in %q", a.browser.in)
			}
		})
	}
}

// S10: no network: the cause has a name, and the window goes on by itself when the network is back.
func TestS10Network(t *testing.T) {
	t.Run("nobody answers", func(t *testing.T) {
		a := sitDown(t, nil)
		a.settings(strings.ReplaceAll(a.world.ConfigTOML(), strings.TrimPrefix(a.world.Acme, "http://"), freePort(t)))
		a.opens("").sees("connection-refused")
	})
	t.Run("the data service is blocked", func(t *testing.T) { // Genesys Cloud tells there who signed in
		a := sitDown(t, nil)
		blocked := freePort(t)
		a.settings(strings.ReplaceAll(a.world.ConfigTOML(), strings.TrimPrefix(a.world.GlobexAPI, "http://"), blocked))
		a.browser.signsInAs(walker.Agent{Username: gina, Password: a.password("globex", gina)})
		a.opens("globex").presses("Sign in").sees("data service is not reached", "api-unreachable").doesNotSee("No answer")
	})
	t.Run("hotel network", func(t *testing.T) {
		a := sitDown(t, nil).acts(trouble.Portal, true)
		a.opens("").sees("network-page")
		a.acts(trouble.Portal, false).sees("Forgot password?")
		a.signsIn(ben, a.world.User("acme", ben).Password).sees("Ben Baker")
	})
}

// S11: the code is refused though it is right: how far this computer's clock is off is said in the same breath.
func TestS11ClockOff(t *testing.T) {
	a := sitDown(t, nil).acts(trouble.Clock, true).opens("")
	a.signsIn(amy, a.world.User("acme", amy).Password).sees("Enter your code")
	a.reaches("Code").pastes(a.world.TOTP(amy))
	a.sees("The code is not right: this computer's clock is 4 minutes behind.", "30 seconds")
}

// S11: where the server does not say whether it was the code, the clock is in the same sentence, too.
func TestS11ClockOffAtKeycloak(t *testing.T) {
	const uma = "uma@umbrella.example"
	a := sitDown(t, nil).acts(trouble.Clock, true).opens("umbrella").sees("Code")
	a.fills("E-mail", uma).fills("Password", a.password("umbrella", uma)).fills("Code", "000000").key(fyne.KeyReturn)
	a.sees("The e-mail, the password or the code is not right: this computer's clock is 4 minutes behind.")
}

// S12: the service's own word stands beside the form before anybody tries; the window says when it is over, and goes on by itself.
func TestS12Outage(t *testing.T) {
	clk := clocktest.At(time.Date(2026, 11, 28, 8, 0, 0, 0, time.Local))
	a := sitDown(t, clk).acts(trouble.Outage, true)
	a.opens("").passing(clk, time.Second, "The service reports an outage.", "Login, since", "Outage since")
	a.acts(trouble.Outage, false)
	a.passing(clk, 10*time.Second, "The service is back.", "Service fine")
	a.doesNotSee("Outage since", "The service reports an outage.").sees("Forgot password?")
	a.signsIn(ben, a.world.User("acme", ben).Password).sees("Ben Baker")
}

// S25: a short code to finish on a phone.
func TestS25OtherDevice(t *testing.T) {
	clk := clocktest.At(time.Date(2026, 11, 28, 8, 0, 0, 0, time.Local))
	a := sitDown(t, clk).opens("").sees("Other ways")
	a.presses("Other ways").presses("Use another device").sees("enter this code")
	code := a.shown(func(s string) bool { return len(s) == 9 && s[4] == '-' })
	u := a.world.User("acme", ben)
	page := a.scans() // what the phone is led to: the verification_uri_complete
	if page != a.world.Acme+"/device?user_code="+code {
		t.Errorf("the QR code leads to %q", page)
	}
	if err := (walker.Agent{Username: u.Username, Password: u.Password}).Open(t.Context(), page); err != nil {
		t.Fatal(err)
	}
	a.passing(clk, time.Second, "Ben Baker")
}

// shown waits for a line on the screen and returns it.
func (a *agent) shown(is func(string) bool) (line string) {
	a.t.Helper()
	a.until("the line is shown", func() bool {
		for line = range strings.Lines(a.screen()) {
			if line = strings.TrimSpace(line); is(line) {
				return true
			}
		}
		return false
	})
	return line
}
