package vault

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"latchkey/internal/problem"
)

// lockPoll is how often a taken lock is tried again.
const lockPoll = 10 * time.Millisecond

// Lock takes the account's lock among all processes and goroutines. A lock whose holder died is free at once. When ctx ends first the error is
// the problem refresh-busy. A folder in which no lock can be held is the problem state-unwritable: without the lock nobody may renew.
//
// The lock is held on two files in two folders, so that one that was deleted under its holder does not let a
// second one in.
func (v *Vault) Lock(ctx context.Context, a Account) (unlock func(), err error) {
	turn := v.turn(a)
	select {
	case turn <- struct{}{}:
	case <-ctx.Done():
		return nil, busy(ctx)
	}
	leave := func() { <-turn }
	if !v.Keeps(a) { // no other process can have it
		return leave, nil
	}
	first, err := v.lockFile(ctx, "locks", a.hash()+".lock")
	if err != nil {
		leave()
		return nil, err
	}
	second, err := v.lockFile(ctx, "sessions", a.hash()+".held")
	if err != nil {
		first()
		leave()
		return nil, err
	}
	return func() { second(); first(); leave() }, nil
}

// turn returns the account's lock within this process.
func (v *Vault) turn(a Account) chan struct{} {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.turns[a] == nil {
		v.turns[a] = make(chan struct{}, 1)
	}
	return v.turns[a]
}

// lockFile holds a lock on the file until unlock. The kernel frees it with the process. The file stays: removing it
// would let two processes hold two files of one name.
func (v *Vault) lockFile(ctx context.Context, folder, name string) (unlock func(), err error) {
	path := filepath.Join(v.dir, folder, name)
	for {
		if err := v.ready(path); err != nil {
			return nil, unwritable(err)
		}
		lock := flock.New(path, flock.SetFlag(os.O_CREATE|os.O_RDWR|openCarefully), flock.SetPermissions(0o600))
		if _, err := lock.TryLockContext(ctx, lockPoll); err != nil {
			_ = lock.Close()
			if ctx.Err() != nil {
				return nil, busy(ctx)
			}
			return nil, unwritable(err)
		}
		same, err := inPlace(lock, path)
		if same {
			return func() { _ = lock.Unlock() }, nil
		}
		_ = lock.Unlock()
		if err != nil {
			return nil, unwritable(err)
		}
	}
}

// ready makes the folders and refuses what is not a plain file in the lock's place.
func (v *Vault) ready(path string) error {
	for _, dir := range []string{v.dir, filepath.Dir(path)} {
		if err := privateDir(dir); err != nil {
			return err
		}
	}
	info, err := os.Lstat(path)
	if err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%w: %s", errNotPrivate, filepath.Base(path))
	}
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

// inPlace reports whether the file that is locked is still the one of that name, and a plain one.
func inPlace(lock *flock.Flock, path string) (bool, error) {
	held, err := lock.Stat()
	if err != nil {
		return false, err
	}
	if err := plain(held); err != nil {
		return false, err
	}
	now, err := os.Lstat(path)
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return os.SameFile(held, now), nil
}

func busy(ctx context.Context) error {
	return problem.New(problem.RefreshBusy, problem.Caused(ctx.Err()))
}
