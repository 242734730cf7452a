package vault_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/vault"
	"latchkey/internal/vault/vaulttest"
)

// realLimits are those of the system's keychain.
var realLimits = vault.Limits{Read: 3 * time.Second, Write: 60 * time.Second, Size: 2560}

func wantProblem(t *testing.T, err error, code problem.Code) {
	t.Helper()
	if !problem.Has(err, code) {
		t.Errorf("got %v, want the problem %s", err, code)
	}
}

func TestKC02SilentKeychain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &vaulttest.Store{}
		kc := store.KeychainOf(realLimits)
		store.Fail(vaulttest.Faults{Silent: true})
		start := time.Now()
		_, err := kc.Get(t.Context(), "a")
		wantProblem(t, err, problem.KeychainTimeout)
		if took := time.Since(start); took != 3*time.Second {
			t.Errorf("a read gave up after %v, want 3 s", took)
		}
		start = time.Now()
		wantProblem(t, kc.Set(t.Context(), "a", []byte("v")), problem.KeychainTimeout)
		if took := time.Since(start); took != 60*time.Second {
			t.Errorf("a write gave up after %v, want 60 s", took)
		}
		wantProblem(t, kc.Delete(t.Context(), "a"), problem.KeychainTimeout)
		if c := store.Calls(); c.Get != 1 || c.Set+c.Delete != 0 {
			t.Errorf("calls while one hangs: %+v, want the first one only", c)
		}
		store.Fail(vaulttest.Faults{})
		synctest.Wait()
		if err := kc.Set(t.Context(), "a", []byte("v")); err != nil {
			t.Errorf("after it answered: %v", err)
		}
	})
}

func TestKC02CancelAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &vaulttest.Store{}
		kc := store.KeychainOf(realLimits)
		store.Fail(vaulttest.Faults{Silent: true})
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		start := time.Now()
		time.AfterFunc(100*time.Millisecond, cancel)
		if err := kc.Set(ctx, "a", []byte("v")); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
		if took := time.Since(start); took != 100*time.Millisecond {
			t.Errorf("the caller waited %v", took)
		}
		store.Fail(vaulttest.Faults{})
		synctest.Wait()
	})
}

// prompting is a keychain that has to be unlocked first.
type prompting struct {
	vaulttest.Store
	unlocked chan struct{}
	prompts  atomic.Int32
	ended    atomic.Pointer[error] // what the prompt ended with
}

func (p *prompting) Ready(ctx context.Context) error {
	p.prompts.Add(1)
	select {
	case <-p.unlocked:
		return nil
	case <-ctx.Done():
		end := ctx.Err()
		p.ended.Store(&end)
		return ctx.Err()
	}
}

func (p *prompting) end() error {
	if end := p.ended.Load(); end != nil {
		return *end
	}
	return nil
}

func TestKC01UnlockedWhileWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &prompting{unlocked: make(chan struct{})}
		kc := vault.Guard(p, realLimits)
		time.AfterFunc(20*time.Second, func() { close(p.unlocked) })
		if err := kc.Set(t.Context(), "a", []byte("v")); err != nil {
			t.Errorf("Set: %v", err)
		}
	})
}

func TestKC33OnePromptForReadAndRetry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &prompting{unlocked: make(chan struct{})}
		p.Put("a", []byte("v"))
		kc := vault.Guard(p, realLimits)
		for range 3 {
			_, err := kc.Get(t.Context(), "a")
			wantProblem(t, err, problem.KeychainTimeout)
		}
		if n := p.prompts.Load(); n != 1 {
			t.Errorf("%d prompts, want 1", n)
		}
		close(p.unlocked)
		synctest.Wait()
		if v, err := kc.Get(t.Context(), "a"); err != nil || string(v) != "v" {
			t.Errorf("after unlocking: %q, %v", v, err)
		}
	})
}

func TestKC02PromptIsTakenAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &prompting{unlocked: make(chan struct{})}
		kc := vault.Guard(p, realLimits)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		_, _ = kc.Get(ctx, "a")
		synctest.Wait()
		if end := p.end(); !errors.Is(end, context.Canceled) {
			t.Errorf("after the caller cancelled the prompt ended with %v", end)
		}
		_, _ = kc.Get(t.Context(), "a")
		time.Sleep(58 * time.Second)
		synctest.Wait()
		if end := p.end(); !errors.Is(end, context.DeadlineExceeded) {
			t.Errorf("after a minute the prompt ended with %v", end)
		}
	})
}

// A write that is unlocked after its caller left must not happen: the session may be another one by then.
func TestKC29NoLateWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &prompting{unlocked: make(chan struct{})}
		kc := vault.Guard(p, realLimits)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		wantProblem(t, kc.Set(ctx, "a", []byte("v")), problem.KeychainTimeout)
		close(p.unlocked)
		synctest.Wait()
		if c := p.Calls(); c.Set != 0 {
			t.Error("it was written nevertheless")
		}
	})
}

func TestWritesAreReadBack(t *testing.T) {
	for name, c := range map[string]struct {
		fault vaulttest.Faults
		code  problem.Code
	}{
		"KC03 dismissed":   {vaulttest.Faults{Dismissed: true}, problem.KeychainNotSaved},
		"KC29 torn":        {vaulttest.Faults{Torn: true}, problem.KeychainNotSaved},
		"KC04 locked":      {vaulttest.Faults{Locked: true}, problem.KeychainLocked},
		"KC05 missing":     {vaulttest.Faults{Missing: true}, problem.KeychainMissing},
		"KC08 panic":       {vaulttest.Faults{Panic: true}, problem.KeychainFailed},
		"R11 always fails": {vaulttest.Faults{FailEvery: 1}, problem.KeychainFailed},
	} {
		for _, before := range []string{"", "old"} {
			t.Run(name+"/over "+before, func(t *testing.T) {
				store := &vaulttest.Store{}
				if before != "" {
					store.Put("a", []byte(before))
				}
				store.Fail(c.fault)
				err := store.Keychain().Set(t.Context(), "a", []byte("new value"))
				wantProblem(t, err, c.code)
				if strings.Contains(err.Error(), "new value") {
					t.Error("the error quotes the value")
				}
				if n := store.Calls().Set; n > 1 {
					t.Errorf("KC33: %d writes, want one", n)
				}
			})
		}
	}
}

func TestKC04LockedIsNotMissing(t *testing.T) {
	store := &vaulttest.Store{}
	store.Fail(vaulttest.Faults{Locked: true})
	_, err := store.Keychain().Get(t.Context(), "a")
	if errors.Is(err, vault.ErrNotFound) {
		t.Error("a locked keychain looks like an empty one")
	}
	wantProblem(t, err, problem.KeychainLocked)
}

func TestKC08PanicIsAnError(t *testing.T) {
	store := &vaulttest.Store{}
	kc := store.Keychain()
	store.Fail(vaulttest.Faults{Panic: true})
	_, err := kc.Get(t.Context(), "a")
	wantProblem(t, err, problem.KeychainFailed)
	wantProblem(t, kc.Delete(t.Context(), "a"), problem.KeychainFailed)
	store.Fail(vaulttest.Faults{})
	if _, err := kc.Get(t.Context(), "a"); !errors.Is(err, vault.ErrNotFound) {
		t.Errorf("afterwards: %v", err)
	}
}

func TestKC19Size(t *testing.T) {
	store := &vaulttest.Store{}
	kc := store.KeychainOf(realLimits)
	if err := kc.Set(t.Context(), "a", bytes.Repeat([]byte("x"), 2560)); err != nil {
		t.Errorf("2560 bytes: %v", err)
	}
	wantProblem(t, kc.Set(t.Context(), "a", bytes.Repeat([]byte("x"), 2561)), problem.KeychainTooSmall)
	if v, err := kc.Get(t.Context(), "a"); err != nil || len(v) != 2560 {
		t.Errorf("what was there is lost: %d bytes, %v", len(v), err)
	}
	if n := store.Calls().Set; n != 1 {
		t.Errorf("%d writes, want 1: what is too large is not tried", n)
	}
}

func TestKC27DeleteTakesDuplicates(t *testing.T) {
	d := &duplicated{n: 3}
	if err := vault.Guard(d, realLimits).Delete(t.Context(), "a"); err != nil || d.n != 0 {
		t.Errorf("%v, %d left", err, d.n)
	}
	d = &duplicated{n: 1000}
	wantProblem(t, vault.Guard(d, realLimits).Delete(t.Context(), "a"), problem.KeychainFailed)
}

// duplicated has many items of one name.
type duplicated struct {
	vaulttest.Store
	n int
}

func (d *duplicated) Delete(string) error {
	if d.n == 0 {
		return vault.ErrNotFound
	}
	d.n--
	return nil
}
