package vault_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/problem"
	"latchkey/internal/vault"
	"latchkey/internal/vault/vaulttest"
)

func TestDG23LookAsksNobodyAnything(t *testing.T) {
	for name, c := range map[string]struct {
		faults   vaulttest.Faults
		unlocked bool
		code     problem.Code
	}{
		"unlocked":      {vaulttest.Faults{}, true, ""},
		"locked":        {vaulttest.Faults{Locked: true}, false, problem.KeychainLocked},
		"cannot tell":   {vaulttest.Faults{Mute: true}, false, ""},
		"missing":       {vaulttest.Faults{Missing: true}, false, problem.KeychainMissing},
		"never answers": {vaulttest.Faults{Silent: true}, false, problem.KeychainTimeout},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := &vaulttest.Store{}
				store.Fail(c.faults)
				v := vault.Open(t.TempDir(), store.KeychainOf(realLimits), clocktest.At(noon))
				unlocked, err := v.Look(t.Context())
				if unlocked != c.unlocked || c.code == "" && err != nil {
					t.Errorf("got %v, %v; want %v", unlocked, err, c.unlocked)
				}
				if c.code != "" {
					wantProblem(t, err, c.code)
				}
				if calls := store.Calls(); calls != (vaulttest.Calls{Look: 1}) {
					t.Errorf("asked more than it may: %+v", calls)
				}
				synctest.Wait()
			})
		})
	}
}

// A keychain that is waiting for its password is looked at without a second question.
func TestDG23LookBesideAQuestion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &vaulttest.Store{}
		store.Fail(vaulttest.Faults{Silent: true})
		v := vault.Open(t.TempDir(), store.KeychainOf(realLimits), clocktest.At(noon))
		ctx, cancel := context.WithCancel(t.Context())
		asked := make(chan error)
		go func() { asked <- v.Probe(ctx) }()
		synctest.Wait()
		start := time.Now()
		_, err := v.Look(t.Context())
		wantProblem(t, err, problem.KeychainTimeout)
		if took := time.Since(start); took != 3*time.Second {
			t.Errorf("gave up after %v", took)
		}
		if store.Calls().Look != 0 {
			t.Error("a hanging keychain was asked again")
		}
		cancel()
		<-asked
		store.Fail(vaulttest.Faults{})
		synctest.Wait()
	})
}

func TestLookAndLimitWithoutAKeychain(t *testing.T) {
	v := vault.Open(t.TempDir(), nil, clocktest.At(noon))
	_, err := v.Look(t.Context())
	wantProblem(t, err, problem.KeychainMissing)
	if v.Limit() != 0 {
		t.Errorf("limit %d", v.Limit())
	}
	if _, err := v.Inspect(t.Context(), amy); !errors.Is(err, vault.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

func TestInspectTellsNoSecretAndChangesNothing(t *testing.T) {
	store, dir, _ := saved(t)
	v := reopen(store, dir)
	got, err := v.Inspect(t.Context(), amy)
	if err != nil || got != (vault.Inspection{Issued: noon, Expires: noon.Add(time.Hour), SignedIn: noon, Renewable: true}) {
		t.Errorf("got %+v, %v", got, err)
	}
	store.Put(amy.ItemName(), []byte("rubbish"))
	before := store.Names()
	_, err = reopen(store, dir).Inspect(t.Context(), amy)
	wantProblem(t, err, problem.KeychainDamaged)
	if after := store.Names(); len(after) != len(before) {
		t.Errorf("KC=: %v became %v", before, after)
	}
}

func TestDamagedListIsSetAside(t *testing.T) {
	for name, put := range map[string]func(path string) error{
		"not JSON":  func(path string) error { return os.WriteFile(path, []byte("{\"v\":1,\"acc"), 0o600) },
		"empty":     func(path string) error { return os.WriteFile(path, nil, 0o600) },
		"a folder":  func(path string) error { return errors.Join(os.Remove(path), os.Mkdir(path, 0o700)) },
		"too large": func(path string) error { return os.Truncate(path, 2<<20) },
	} {
		t.Run(name, func(t *testing.T) {
			store, dir, _ := saved(t)
			v := reopen(store, dir)
			if v.Damaged() {
				t.Fatal("a good list is called damaged")
			}
			if err := put(v.IndexPath()); err != nil {
				t.Fatal(err)
			}
			if !v.Damaged() {
				t.Fatal("the damage is not seen")
			}
			var backups []string
			for range 2 { // twice within one second: neither is lost
				backup, err := v.SetAside(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if _, err := os.Lstat(backup); err != nil || filepath.Dir(backup) != dir {
					t.Errorf("backup %s: %v", backup, err)
				}
				backups = append(backups, backup)
				if v.Damaged() {
					t.Error("still damaged")
				}
				if err := os.WriteFile(v.IndexPath(), []byte("x"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if backups[0] == backups[1] {
				t.Error("the first backup was overwritten")
			}
		})
	}
}

func TestListThatIsMissingOrNewerIsNotDamaged(t *testing.T) {
	store, dir, _ := saved(t)
	v := reopen(store, dir)
	if err := os.WriteFile(v.IndexPath(), []byte(`{"v":99}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if v.Damaged() {
		t.Error("a newer list is called damaged")
	}
	if err := os.Remove(v.IndexPath()); err != nil {
		t.Fatal(err)
	}
	if v.Damaged() {
		t.Error("no list is called damaged")
	}
}
