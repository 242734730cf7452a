package vault_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/problem"
	"latchkey/internal/vault"
	"latchkey/internal/vault/vaulttest"
)

func TestDamagedIndexIsRebuilt(t *testing.T) {
	for name, content := range map[string]string{
		"empty": "", "garbage": "\x00\xff", "truncated": `{"v":1,"accounts":[{"acc`, "wrong types": `{"v":1,"accounts":"none"}`, "older": `{"accounts":[]}`,
	} {
		t.Run(name, func(t *testing.T) {
			store, dir, _ := saved(t)
			v := reopen(store, dir)
			if err := os.WriteFile(v.IndexPath(), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			entries, err := v.Accounts()
			wantProblem(t, err, problem.AccountsDamaged) // and not: nobody is signed in
			if len(entries) != 0 {
				t.Errorf("Accounts: %v", entries)
			}
			save(t, v, record(amy))
			if entries, err := v.Accounts(); err != nil || len(entries) != 1 {
				t.Errorf("afterwards: %v, %v", entries, err)
			}
			if bak, err := os.ReadFile(v.IndexPath() + ".bak"); err != nil || string(bak) != content {
				t.Errorf("put by: %q, %v", bak, err)
			}
			load(t, v, amy)
		})
	}
}

func TestCF19NewerIndexIsLeftAlone(t *testing.T) {
	store, dir, _ := saved(t)
	v := reopen(store, dir)
	newer := `{"v":2,"accounts":{"by":"name"}}`
	if err := os.WriteFile(v.IndexPath(), []byte(newer), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := v.Accounts()
	wantProblem(t, err, problem.StateUnwritable)
	other := amy
	other.Subject = "ben"
	if kept, err := v.Save(t.Context(), record(other), true); kept != vault.InMemory || err == nil {
		t.Errorf("Save: %v, %v", kept, err)
	}
	if content, err := os.ReadFile(v.IndexPath()); err != nil || string(content) != newer {
		t.Errorf("the index is now %q, %v", content, err)
	}
}

func TestManyAccountsAtOnce(t *testing.T) {
	store := &vaulttest.Store{}
	v, dir := open(t, store)
	var wait sync.WaitGroup
	for n := range 20 {
		wait.Go(func() {
			own := vault.Open(dir, store.Keychain(), clocktest.At(noon))
			r := record(amy)
			r.Account.Subject = fmt.Sprint(n)
			unlock, err := own.Lock(t.Context(), r.Account)
			if err != nil {
				t.Error(err)
				return
			}
			defer unlock()
			if kept, err := own.Save(t.Context(), r, true); err != nil || kept != vault.InKeychain {
				t.Errorf("%v, %v", kept, err)
			}
		})
	}
	wait.Wait()
	if entries, err := v.Accounts(); err != nil || len(entries) != 20 {
		t.Errorf("%d accounts, %v; want 20", len(entries), err)
	}
}

func TestCF20IndexHoldsNoSecret(t *testing.T) {
	store, dir, _ := saved(t)
	raw, err := os.ReadFile(reopen(store, dir).IndexPath())
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"CANARY", "AGE-SECRET-KEY"} {
		if strings.Contains(string(raw), secret) {
			t.Errorf("the index holds %s", secret)
		}
	}
	grep(t, dir, "AGE-SECRET-KEY")
}

func TestProbe(t *testing.T) {
	store := &vaulttest.Store{}
	v, dir := open(t, store)
	if err := v.Probe(t.Context()); err != nil {
		t.Errorf("Probe: %v", err)
	}
	if names := store.Names(); len(names) != 0 {
		t.Errorf("it leaves %v", names)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("it writes files")
	}
	for code, f := range map[problem.Code]vaulttest.Faults{
		problem.KeychainMissing:  {Missing: true},
		problem.KeychainLocked:   {Locked: true},
		problem.KeychainFailed:   {FailEvery: 1},
		problem.KeychainNotSaved: {Dismissed: true},
	} {
		store.Fail(f)
		wantProblem(t, v.Probe(t.Context()), code)
	}
	wantProblem(t, vault.Open(dir, nil, clocktest.At(noon)).Probe(t.Context()), problem.KeychainMissing)
}

// A probe that is stopped, wherever it is just then, leaves nothing behind.
func TestDG23StoppedProbeLeavesNothing(t *testing.T) {
	for _, after := range []time.Duration{0, 50, 150, 250, 350} {
		synctest.Test(t, func(t *testing.T) {
			store := &vaulttest.Store{}
			v := vault.Open(t.TempDir(), store.Keychain(), clocktest.At(noon))
			store.Fail(vaulttest.Faults{Slow: 100 * time.Millisecond})
			ctx, cancel := context.WithTimeout(t.Context(), after*time.Millisecond)
			defer cancel()
			_ = v.Probe(ctx)
			if ctx.Err() == nil {
				t.Fatal("it was not stopped")
			}
			time.Sleep(time.Minute) // whatever is under way ends
			if names := store.Names(); len(names) != 0 {
				t.Errorf("stopped after %v ms it leaves %v", int(after), names)
			}
		})
	}
}

func TestNoKeychainKeepsInMemory(t *testing.T) {
	dir := t.TempDir()
	v := vault.Open(dir, nil, clocktest.At(noon))
	kept, err := v.Save(t.Context(), record(amy), true)
	wantProblem(t, err, problem.KeychainMissing)
	if kept != vault.InMemory {
		t.Errorf("kept in %s", kept)
	}
	r := load(t, v, amy)
	r.Refresh.Wipe()
	if load(t, v, amy).Refresh.Empty() {
		t.Error("wiping a copy wipes what is kept")
	}
	if entries, err := v.Accounts(); err != nil || len(entries) != 1 || entries[0].Kept != vault.InMemory {
		t.Errorf("Accounts: %v, %v", entries, err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 0 {
		t.Errorf("%d files on the disk", len(left))
	}
	if err := v.Delete(t.Context(), amy); err != nil {
		t.Error(err)
	}
}

func TestR11EveryOtherCallFails(t *testing.T) {
	store := &vaulttest.Store{}
	v, _ := open(t, store)
	store.Fail(vaulttest.Faults{FailEvery: 2})
	r := record(amy)
	for range 20 {
		_, _ = v.Save(t.Context(), r, true)
		got, err := v.Load(t.Context(), amy)
		if err == nil && got.Generation != r.Generation {
			t.Fatalf("generation %d, want %d", got.Generation, r.Generation)
		}
	}
	store.Fail(vaulttest.Faults{})
	save(t, v, r)
	load(t, v, amy)
}

func TestR11WriteIsTriedAgain(t *testing.T) {
	store := &vaulttest.Store{}
	v, _ := open(t, store)
	r := record(amy)
	store.Fail(vaulttest.Faults{FailNext: 2})
	save(t, v, r)
	store.Fail(vaulttest.Faults{FailNext: 100})
	before := store.Calls().Set
	if kept, err := v.Save(t.Context(), r, true); kept != vault.InMemory || !problem.Has(err, problem.KeychainFailed) {
		t.Errorf("Save: %v, %v", kept, err)
	}
	if n := store.Calls().Set - before; n > 5 {
		t.Errorf("%d writes", n)
	}
}

// overtaken is a keychain that reads slowly: when it answers, another process has saved meanwhile.
type overtaken struct {
	vaulttest.Store
	meanwhile func()
}

func (o *overtaken) Get(name string) ([]byte, error) {
	value, err := o.Store.Get(name)
	if f := o.meanwhile; f != nil {
		o.meanwhile = nil
		f()
	}
	return value, err
}

func TestReadThatIsOvertakenIsNotStale(t *testing.T) {
	store := &overtaken{}
	v, dir := open(t, store)
	r := record(amy)
	save(t, v, r)
	store.meanwhile = func() { save(t, vault.Open(dir, store.Keychain(), clocktest.At(noon)), r) }
	if r := load(t, v, amy); r.Generation != 1 {
		t.Errorf("generation %d, want the one that was read", r.Generation)
	}
}
