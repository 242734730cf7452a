package vault_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/problem"
	"latchkey/internal/vault"
	"latchkey/internal/vault/vaulttest"
)

var morning = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

// computer opens vaults that share files and a clock, as processes do.
func computer(t *testing.T) (*clocktest.Clock, func() *vault.Vault) {
	store, dir, clk := &vaulttest.Store{}, t.TempDir()+"/state", clocktest.At(morning)
	return clk, func() *vault.Vault { return vault.Open(dir, store.Keychain(), clk) }
}

func TestPauseSurvivesARestartAndEnds(t *testing.T) {
	clk, start := computer(t)
	ctx := t.Context()
	start().Pause(ctx, "acme", "amy@acme.example", morning.Add(5*time.Minute), problem.AccountLocked)
	v := start()
	if until, why := v.PausedUntil(ctx, "acme", "amy@acme.example"); !until.Equal(morning.Add(5*time.Minute)) || why != problem.AccountLocked {
		t.Errorf("paused until %v because of %q", until, why)
	}
	for _, other := range [][2]string{{"globex", "amy@acme.example"}, {"acme", "ben@acme.example"}, {"acmeamy@acme.example", ""}} {
		if until, _ := v.PausedUntil(ctx, other[0], other[1]); !until.IsZero() {
			t.Errorf("%v is paused, too", other)
		}
	}
	clk.Advance(5 * time.Minute)
	if until, why := v.PausedUntil(ctx, "acme", "amy@acme.example"); !until.IsZero() || why != "" {
		t.Errorf("afterwards paused until %v because of %q", until, why)
	}
	v.RememberMethod(ctx, "acme", "ben@acme.example", "sms") // any change throws out what is over
	text, err := os.ReadFile(v.IndexPath())
	if err != nil || strings.Contains(string(text), string(problem.AccountLocked)) {
		t.Errorf("%v: the pause is still in %s", err, text)
	}
	v.Pause(ctx, "acme", "ben@acme.example", morning.Add(time.Hour), problem.TooManyTries)
	v.Pause(ctx, "acme", "ben@acme.example", time.Time{}, "")
	if until, _ := start().PausedUntil(ctx, "acme", "ben@acme.example"); !until.IsZero() {
		t.Error("an ended pause goes on")
	}
	if got := start().LastMethod(ctx, "acme", "ben@acme.example"); got != "sms" {
		t.Errorf("the method is %q", got)
	}
}

// Diagnostics ask whether anybody has to wait, not who.
func TestLongestPauseOfAnOrganisation(t *testing.T) {
	clk, start := computer(t)
	ctx := t.Context()
	v := start()
	soon := func(why problem.Code, ahead time.Duration) bool {
		return why != problem.ServerUnavailable && ahead <= time.Hour
	}
	wants := func(when string, wantUntil time.Time, wantWhy problem.Code) {
		t.Helper()
		if until, why := start().LongestPause("acme", soon); !until.Equal(wantUntil) || why != wantWhy {
			t.Errorf("%s paused until %v because of %q", when, until, why)
		}
	}
	v.Pause(ctx, "acme", "amy@acme.example", morning.Add(5*time.Minute), problem.AccountLocked)
	v.Pause(ctx, "acme", "ben@acme.example", morning.Add(time.Minute), problem.TooManyTries)
	v.Pause(ctx, "globex", "gina@globex.example", morning.Add(time.Hour), problem.TooManyTries)
	wants("first", morning.Add(5*time.Minute), problem.AccountLocked)

	// What is not believed hides nothing.
	v.Pause(ctx, "acme", "eve@acme.example", morning.AddDate(1, 0, 0), problem.AccountLocked)
	v.Pause(ctx, "acme", "mia@acme.example", morning.Add(10*time.Minute), problem.ServerUnavailable)
	wants("beside others", morning.Add(5*time.Minute), problem.AccountLocked)

	v.Pause(ctx, "acme", "amy@acme.example", time.Time{}, "")
	wants("afterwards", morning.Add(time.Minute), problem.TooManyTries)
	clk.Advance(time.Minute)
	wants("in the end", time.Time{}, "")
}

// The rest of a session is no pause of somebody who wants to sign in: it stands under no organisation.
func TestRestOfASessionIsNoPause(t *testing.T) {
	_, start := computer(t)
	v, ctx := start(), t.Context()
	save(t, v, record(amy))
	v.Rest(ctx, amy, morning.Add(10*time.Minute), problem.TooManyTries)
	v.Pause(ctx, amy.Org, "amy@acme.example", morning.Add(5*time.Minute), problem.TooManyTries)
	text, err := os.ReadFile(v.IndexPath())
	if err != nil {
		t.Fatal(err)
	}
	var kept struct {
		Notes map[string]struct {
			Until time.Time
			Org   string
		}
	}
	if err := json.Unmarshal(text, &kept); err != nil || len(kept.Notes) != 2 {
		t.Fatalf("%v, %s", err, text)
	}
	for _, n := range kept.Notes {
		if pause := n.Until.Equal(morning.Add(5 * time.Minute)); pause != (n.Org != "") {
			t.Errorf("until %v, organisation %q", n.Until, n.Org)
		}
	}
}

// The names of sign-ins that leave nothing behind are not in the file.
func TestNotesDoNotTellNames(t *testing.T) {
	_, start := computer(t)
	v, ctx := start(), t.Context()
	v.Pause(ctx, "acme", "amy@acme.example", morning.Add(time.Hour), problem.AccountLocked)
	v.RememberMethod(ctx, "acme", "amy@acme.example", "totp")
	if err := v.Suggest(ctx, amy); err != nil {
		t.Fatal(err)
	}
	v.SignedIn(ctx, amy, vault.SignIn{At: morning, How: "password"}, vault.SignIn{}, false)
	text, err := os.ReadFile(v.IndexPath())
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"amy", "acme", amy.Subject, amy.Issuer} {
		if strings.Contains(string(text), secret) {
			t.Errorf("%q is in %s", secret, text)
		}
	}
	if again := start(); !again.Suggested(amy) {
		t.Error("the suggestion is forgotten")
	} else if this, _ := again.LastSignIn(amy); !this.At.IsZero() {
		t.Error("a sign-in that was not to be kept is remembered")
	}
}

func TestTheSignInBefore(t *testing.T) {
	_, start := computer(t)
	ctx, at := t.Context(), func(h int) time.Time { return morning.Add(time.Duration(h) * time.Hour) }
	if before := start().SignedIn(ctx, amy, vault.SignIn{At: at(0), How: "password"}, vault.SignIn{}, true); before != (vault.SignIn{}) {
		t.Errorf("before the first is %+v", before)
	}
	here := vault.SignIn{At: at(0), How: "password", Here: true}
	if d := cmp.Diff(here, start().SignedIn(ctx, amy, vault.SignIn{At: at(1), How: "browser"}, vault.SignIn{}, true)); d != "" {
		t.Error(d)
	}
	if _, before := start().LastSignIn(amy); before != here {
		t.Errorf("another process knows of %+v", before)
	}
	told := vault.SignIn{At: at(2), How: "device", From: "192.0.2.7"} // the server knows better
	if d := cmp.Diff(told, start().SignedIn(ctx, amy, vault.SignIn{At: at(3)}, told, true)); d != "" {
		t.Error(d)
	}
}

func TestNotesAreBounded(t *testing.T) {
	clk, start := computer(t)
	v, ctx := start(), t.Context()
	for i := range 210 {
		clk.Advance(time.Second)
		v.RememberMethod(ctx, "acme", fmt.Sprint("user", i), "sms")
	}
	if v.LastMethod(ctx, "acme", "user0") != "" || v.LastMethod(ctx, "acme", "user209") != "sms" {
		t.Error("the oldest note stays, or the newest went")
	}
}

// A list of an older Latchkey is read, and goes on with notes.
func TestOlderIndexTakesNotes(t *testing.T) {
	store, dir, _ := saved(t)
	v := reopen(store, dir)
	v.RememberMethod(t.Context(), "acme", "amy", "sms")
	if entries, err := v.Accounts(); err != nil || len(entries) != 1 || v.LastMethod(t.Context(), "acme", "amy") != "sms" {
		t.Errorf("%v, %v", entries, err)
	}
}
