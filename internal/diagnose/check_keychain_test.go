package diagnose_test

import (
	"context"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/diagnose"
	"latchkey/internal/problem"
	"latchkey/internal/vault"
	"latchkey/internal/vault/vaulttest"
)

// realLimits are those of the system's keychain.
var realLimits = vault.Limits{Read: 3 * time.Second, Write: 60 * time.Second, Size: 2560}

func TestDG23Keychain(t *testing.T) {
	for name, c := range map[string]struct {
		faults vaulttest.Faults
		state  diagnose.State
		code   problem.Code
		why    string
		calls  vaulttest.Calls // the most that may reach it
	}{
		"works":                        {vaulttest.Faults{}, diagnose.OK, "", "keeps what it is given", vaulttest.Calls{Look: 1, Ready: 2, Set: 1, Get: 1, Delete: 2}},
		"missing (KC-05)":              {vaulttest.Faults{Missing: true}, diagnose.Warning, problem.KeychainMissing, "no keychain", vaulttest.Calls{Look: 1}},
		"locked (KC-04)":               {vaulttest.Faults{Locked: true}, diagnose.Warning, problem.KeychainLocked, "locked", vaulttest.Calls{Look: 1}},
		"may ask":                      {vaulttest.Faults{Mute: true}, diagnose.OK, "", "not written to", vaulttest.Calls{Look: 1}},
		"hangs (KC-02)":                {vaulttest.Faults{Silent: true}, diagnose.Problem, problem.KeychainTimeout, "does not answer", vaulttest.Calls{Look: 1}},
		"fails":                        {vaulttest.Faults{FailEvery: 1}, diagnose.Problem, problem.KeychainFailed, "reports an error", vaulttest.Calls{Look: 1, Ready: 2, Set: 1, Delete: 2}},
		"fails half the time":          {vaulttest.Faults{FailEvery: 2}, diagnose.Problem, problem.KeychainFailed, "reports an error", vaulttest.Calls{Look: 1, Ready: 2, Set: 1, Get: 1, Delete: 2}},
		"keeps nothing (KC-03, KC-29)": {vaulttest.Faults{Dismissed: true}, diagnose.Problem, problem.KeychainNotSaved, "did not keep", vaulttest.Calls{Look: 1, Ready: 2, Set: 1, Get: 1, Delete: 2}},
		"keeps the half (KC-29)":       {vaulttest.Faults{Torn: true}, diagnose.Problem, problem.KeychainNotSaved, "did not keep", vaulttest.Calls{Look: 1, Ready: 2, Set: 1, Get: 1, Delete: 2}},
		"panics (KC-08)":               {vaulttest.Faults{Panic: true}, diagnose.Problem, problem.KeychainFailed, "reports an error", vaulttest.Calls{Look: 1, Ready: 2, Set: 1, Delete: 2}},
		"slow (KC-32)":                 {vaulttest.Faults{Slow: 600 * time.Millisecond}, diagnose.Warning, problem.KeychainSlow, "It took 2.4 s.", vaulttest.Calls{Look: 1, Ready: 2, Set: 1, Get: 1, Delete: 2}},
		"much too slow":                {vaulttest.Faults{Slow: 20 * time.Second}, diagnose.Problem, problem.KeychainTimeout, "does not answer", vaulttest.Calls{Look: 1, Ready: 2, Set: 1, Get: 1, Delete: 2}},
	} {
		t.Run(name, func(t *testing.T) {
			e := computer(t)
			synctest.Test(t, func(t *testing.T) {
				store := &vaulttest.Store{}
				store.Fail(c.faults)
				e.Keychain = vault.Open(filepath.Join(t.TempDir(), "state"), store.KeychainOf(realLimits), clocktest.At(noon))
				began := time.Now()
				r := foundBy(t, e, "keychain")
				wantFinding(t, r, c.state, c.code, c.why)
				if took := time.Since(began); took > 6*time.Second {
					t.Errorf("took %v", took)
				}
				if fact(r, "limit_bytes") != 2560 {
					t.Errorf("facts: %+v", r.Facts)
				}
				time.Sleep(2 * time.Minute) // whatever hangs ends
				store.Fail(vaulttest.Faults{})
				synctest.Wait()
				if got := store.Calls(); got.Look > c.calls.Look || got.Ready > c.calls.Ready || got.Set > c.calls.Set || got.Get > c.calls.Get || got.Delete > c.calls.Delete {
					t.Errorf("calls %+v, want at most %+v", got, c.calls)
				}
				if c.faults.FailEvery == 0 && len(store.Items()) != 0 {
					t.Errorf("left behind: %v", store.Names())
				}
			})
		})
	}
}

// KC-04: a locked keychain is unlocked on request, by the keychain's own question.
func TestKC04LockedKeychainIsUnlockedOnRequest(t *testing.T) {
	store := &vaulttest.Store{}
	e := computer(t)
	e.Keychain = vault.Open(t.TempDir(), store.Keychain(), clocktest.At(noon))
	store.Fail(vaulttest.Faults{Locked: true})
	r := foundBy(t, e, "keychain")
	if len(r.Repairs) != 1 || r.Repairs[0].ID != "unlock-keychain" || r.Repairs[0].Loses != "" {
		t.Fatalf("repairs: %+v", r.Repairs)
	}
	if err := r.Repairs[0].Do(t.Context()); !problem.Has(err, problem.KeychainLocked) {
		t.Errorf("it stays locked, and the repair says %v", err)
	}
	store.Fail(vaulttest.Faults{})
	if err := r.Repairs[0].Do(t.Context()); err != nil || len(store.Items()) != 0 {
		t.Errorf("unlocked: %v, left behind %v", err, store.Names())
	}
	if r := foundBy(t, e, "keychain"); len(r.Repairs) != 0 {
		t.Errorf("one that is unlocked: %+v", r.Repairs)
	}
}

func TestKeychainIsLeftAloneWhileAskingForAPassword(t *testing.T) {
	store := &vaulttest.Store{}
	e := computer(t)
	e.Keychain = vault.Open(t.TempDir(), store.Keychain(), clocktest.At(noon))
	e.Asking = func() bool { return true }
	wantFinding(t, foundBy(t, e, "keychain"), diagnose.Skipped, "", "while you are asked for a password")
	if calls := store.Calls(); calls != (vaulttest.Calls{}) {
		t.Errorf("it was used: %+v", calls)
	}
	// The question comes while the keychain is being looked at: nothing is written then.
	asked := 0
	e.Asking = func() bool { asked++; return asked > 1 }
	wantFinding(t, foundBy(t, e, "keychain"), diagnose.Skipped, "", "while you are asked for a password")
	if calls := store.Calls(); calls.Set+calls.Ready != 0 {
		t.Errorf("it was used: %+v", calls)
	}
}

func TestNoKeychainAtAll(t *testing.T) {
	e := computer(t)
	wantFinding(t, foundBy(t, e, "keychain"), diagnose.Warning, problem.KeychainMissing, "no keychain")
	e.Keychain = vault.Open(t.TempDir(), nil, clocktest.At(noon))
	wantFinding(t, foundBy(t, e, "keychain"), diagnose.Warning, problem.KeychainMissing, "no keychain")
}

func TestStoppedKeychainCheckIsUnknown(t *testing.T) {
	store := &vaulttest.Store{}
	store.Fail(vaulttest.Faults{Silent: true})
	defer store.Fail(vaulttest.Faults{})
	e := computer(t)
	e.Keychain = vault.Open(t.TempDir(), store.Keychain(), clocktest.At(noon))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range diagnose.Checks(e) {
		if c.ID != "keychain" {
			continue
		}
		if f := c.Run(ctx); f.State != diagnose.Unknown {
			t.Errorf("got %+v", f)
		}
	}
}
