//go:build unix

package vault_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/gofrs/flock"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/problem"
	"latchkey/internal/vault"
	"latchkey/internal/vault/vaulttest"
)

func TestCF10OnlyTheUserWhateverTheUmask(t *testing.T) {
	for _, umask := range []int{0, 0o077, 0o777} {
		store := &vaulttest.Store{}
		dir := filepath.Join(t.TempDir(), "a", "state")
		if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
			t.Fatal(err)
		}
		old := syscall.Umask(umask)
		v := vault.Open(dir, store.Keychain(), clocktest.At(noon))
		unlock, err := v.Lock(t.Context(), amy)
		if err == nil {
			_, err = v.Save(t.Context(), record(amy), true)
			unlock()
		}
		syscall.Umask(old)
		if err != nil {
			t.Fatalf("umask %o: %v", umask, err)
		}
		seen := 0
		_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				t.Error(err)
				return err
			}
			info, _ := d.Info()
			want := fs.FileMode(0o600)
			if d.IsDir() {
				want = 0o700
			}
			if info.Mode().Perm()&^want != 0 {
				t.Errorf("umask %o: %s has %o", umask, d.Name(), info.Mode().Perm())
			}
			seen++
			return nil
		})
		if seen < 7 { // three folders, index, sealed file, locks
			t.Errorf("umask %o: only %d files", umask, seen)
		}
		load(t, reopen(store, dir), amy)
	}
}

func TestCF10LooseFolderIsClosed(t *testing.T) {
	store, dir, _ := saved(t)
	if err := os.Chmod(dir, 0o755); err != nil { // #nosec G302
		t.Fatal(err)
	}
	save(t, reopen(store, dir), record(amy))
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder has %v, %v", info.Mode(), err)
	}
}

// place puts something else where a plain file should be.
var places = map[string]func(path string) error{
	"link": func(path string) error {
		target := filepath.Join(filepath.Dir(filepath.Dir(path)), "target")
		return errors.Join(os.WriteFile(target, nil, 0o600), os.Symlink(target, path))
	},
	"dangling link": func(path string) error { return os.Symlink(path+".target", path) },
	"pipe":          func(path string) error { return syscall.Mkfifo(path, 0o600) },
	"folder":        func(path string) error { return os.Mkdir(path, 0o700) },
	"hard link": func(path string) error {
		return errors.Join(os.WriteFile(path+".other", nil, 0o600), os.Link(path+".other", path))
	},
}

func TestCF07RF16LockFileIsSomethingElse(t *testing.T) {
	for name, put := range places {
		t.Run(name, func(t *testing.T) {
			store, dir, _ := saved(t)
			v := reopen(store, dir)
			path := v.LockPath(amy)
			_ = os.Remove(path)
			if err := put(path); err != nil {
				t.Fatal(err)
			}
			_, err := v.Lock(t.Context(), amy)
			wantProblem(t, err, problem.StateUnwritable)
			if _, err := os.Lstat(path + ".target"); err == nil {
				t.Error("a file was made behind a dangling link")
			}
		})
	}
}

func TestCF07IndexIsSomethingElse(t *testing.T) {
	for name, put := range places {
		t.Run(name, func(t *testing.T) {
			store, dir, _ := saved(t)
			v := reopen(store, dir)
			if err := errors.Join(os.Remove(v.IndexPath()), put(v.IndexPath())); err != nil {
				t.Fatal(err)
			}
			if name != "dangling link" {
				_, err := v.Accounts()
				wantProblem(t, err, problem.StateUnwritable)
			}
			other := amy
			other.Subject = "ben"
			kept, err := v.Save(t.Context(), record(other), true)
			wantProblem(t, err, problem.StateUnwritable)
			if kept != vault.InMemory {
				t.Errorf("kept in %s", kept)
			}
			if _, ok := store.Items()[other.ItemName()]; ok {
				t.Error("an item that nobody will find stays in the keychain")
			}
			load(t, v, other)
		})
	}
}

func TestCF07FolderIsALink(t *testing.T) {
	store := &vaulttest.Store{}
	real, link := t.TempDir(), filepath.Join(t.TempDir(), "state")
	if err := os.Symlink(real, link); err != nil {
		t.Fatal(err)
	}
	v := vault.Open(link, store.Keychain(), clocktest.At(noon))
	if _, err := v.Lock(t.Context(), amy); !problem.Has(err, problem.StateUnwritable) {
		t.Errorf("Lock: %v", err)
	}
}

func TestRF16NoFolderNoLock(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	store := &vaulttest.Store{}
	v := vault.Open(filepath.Join(file, "state"), store.Keychain(), clocktest.At(noon))
	_, err := v.Lock(t.Context(), amy)
	wantProblem(t, err, problem.StateUnwritable)
	// What is only in memory needs no file.
	if _, err := v.Save(t.Context(), record(amy), false); err != nil {
		t.Fatal(err)
	}
	unlock, err := v.Lock(t.Context(), amy)
	if err != nil {
		t.Fatal(err)
	}
	unlock()
}

func TestCF11OldFileStaysWhenWritingFails(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	if err := vault.WritePrivate(path, []byte("old")); err != nil {
		t.Fatal(err)
	}
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	full := before
	full.Cur = 1 << 20
	signal.Ignore(syscall.SIGXFSZ)
	defer signal.Reset(syscall.SIGXFSZ)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &full); err != nil { // as on a disk that is full after 1 MiB
		t.Fatal(err)
	}
	err := vault.WritePrivate(path, make([]byte, 2<<20))
	if restoreErr := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before); restoreErr != nil {
		t.Fatal(restoreErr)
	}
	if err == nil {
		t.Error("writing to a full disk worked")
	}
	if content, err := os.ReadFile(path); err != nil || string(content) != "old" {
		t.Errorf("the old file: %q, %v", content, err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 {
		t.Errorf("%d files are left, want the old one only", len(left))
	}
}

func TestLockAmongVaults(t *testing.T) {
	store, dir, _ := saved(t)
	first, second := reopen(store, dir), reopen(store, dir)
	unlock, err := first.Lock(t.Context(), amy)
	if err != nil {
		t.Fatal(err)
	}
	for name, v := range map[string]*vault.Vault{"same process": first, "other process": second} {
		ctx, cancel := context.WithTimeout(t.Context(), 40*time.Millisecond)
		_, err := v.Lock(ctx, amy)
		cancel()
		wantProblem(t, err, problem.RefreshBusy)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: the reason is lost: %v", name, err)
		}
	}
	other := amy
	other.Subject = "ben"
	unlockOther, err := second.Lock(t.Context(), other)
	if err != nil {
		t.Errorf("RF37: another account's lock: %v", err)
	} else {
		unlockOther()
	}
	unlock()
	unlock, err = second.Lock(t.Context(), amy)
	if err != nil {
		t.Fatal(err)
	}
	unlock()
	if _, err := os.Stat(first.LockPath(amy)); err != nil {
		t.Errorf("RF16: the lock file is gone: %v", err)
	}
}

// A file can be removed or replaced between opening and locking it: what is held then is no longer the lock.
func TestRF16LockedFileIsGone(t *testing.T) {
	for name, c := range map[string]struct {
		change func(path string) error
		same   bool
	}{
		"still there": {func(string) error { return nil }, true},
		"removed":     {os.Remove, false},
		"replaced": {func(path string) error {
			return errors.Join(os.Remove(path), os.WriteFile(path, nil, 0o600))
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.lock")
			lock := flock.New(path)
			if err := lock.Lock(); err != nil {
				t.Fatal(err)
			}
			defer lock.Unlock()
			if err := c.change(path); err != nil {
				t.Fatal(err)
			}
			if same, err := vault.InPlace(lock, path); same != c.same || err != nil {
				t.Errorf("in place: %v, %v; want %v", same, err, c.same)
			}
		})
	}
}
