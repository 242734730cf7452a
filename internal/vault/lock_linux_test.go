package vault_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/vault/vaulttest"
)

// waitForOpen waits until this process has the file open n times.
func waitForOpen(t *testing.T, path string, n int) {
	t.Helper()
	for range 1000 {
		open := 0
		links, err := filepath.Glob("/proc/self/fd/*")
		if err != nil {
			t.Fatal(err)
		}
		for _, link := range links {
			if target, err := os.Readlink(link); err == nil && target == path {
				open++
			}
		}
		if open >= n {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatalf("%s is not open %d times", path, n)
}

// Who waits has the file open already. When it is replaced meanwhile, what they get hold of is no longer the lock.
func TestRF16WaiterNoticesAReplacedFile(t *testing.T) {
	_, dir, _ := saved(t)
	v := reopen(&vaulttest.Store{}, dir)
	unlock, err := v.LockFile(t.Context(), "locks", "x.lock")
	if err != nil {
		t.Fatal(err)
	}
	waiter := make(chan func())
	go func() {
		unlock, err := v.LockFile(t.Context(), "locks", "x.lock")
		if err != nil {
			t.Error(err)
		}
		waiter <- unlock
	}()
	path := filepath.Join(dir, "locks", "x.lock")
	waitForOpen(t, path, 2)
	if err := errors.Join(os.Remove(path), os.WriteFile(path, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	unlock()
	unlock = <-waiter
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := v.LockFile(ctx, "locks", "x.lock"); !problem.Has(err, problem.RefreshBusy) {
		t.Errorf("a second holder: %v", err)
	}
	unlock()
}
