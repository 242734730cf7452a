package scenarios

import (
	"testing"
	"time"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/wiring"
)

// MF-37, RF-23: the server wants one more step before it renews the session: it is asked for that alone, at the next start and while
// the window is open, and not at all by a program that nobody can answer.
func TestS1MF37OneMoreStepBeforeTheSessionGoesOn(t *testing.T) {
	clk := clocktest.At(time.Date(2026, 11, 28, 8, 0, 0, 0, time.Local))
	a := sitDown(t, clk).opens("")
	a.signsIn(amy, a.password("acme", amy)).sees("authenticator app").reaches("Code").pastes(a.world.TOTP(amy)).sees("Amy Agent")
	a.closes()
	if err := a.world.SetScenario("step-up", true); err != nil {
		t.Fatal(err)
	}
	clk.Advance(2 * time.Hour)
	script, err := wiring.New(wiring.Options{ConfigPath: a.config, Clock: clk, Keychain: a.store.Keychain(), Browser: a.browser})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := script.Sessions.Token(t.Context(), "", 0); err == nil {
			t.Error("a token without the step")
		}
	}
	script.Close()
	if n := a.world.Count("acme", "step wanted"); n != 1 {
		t.Errorf("the server was made to ask %d times", n)
	}
	a.world.ResetCounts()
	a.opens("").sees("Enter your code", "Your session needs one more step").doesNotSee("Password")
	a.reaches("Code").pastes(a.world.TOTP(amy)).sees("Amy Agent", "Open workspace").doesNotSee("one more step")
	if n := a.world.Count("acme", "POST /authorize-challenge"); n != 1 {
		t.Errorf("%d requests for one code", n)
	}
	// A step that is not wanted now can be put off: the form is there, and signs in as ever.
	a.presses("Sign out").sees("Signed out")
	a.fills("Password", a.password("acme", amy)).presses("Sign in").sees("authenticator app")
	clk.Advance(time.Minute) // each code is good for once
	a.reaches("Code").pastes(a.world.TOTP(amy)).sees("Amy Agent")
	clk.Advance(61 * time.Minute)
	a.sees("Enter your code", "one more step")
	a.presses("Cancel").sees("Password").doesNotSee("Enter your code")
}
