package vault

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"latchkey/internal/problem"
)

// Inspection is what can be told of a kept session without giving any of it away.
type Inspection struct {
	Issued    time.Time // when the access token was obtained; zero when the sealed file is lost
	Expires   time.Time // of the access token; zero likewise
	SignedIn  time.Time // when the agent last proved themselves; zero likewise
	Renewable bool      // there is a refresh token
}

// Inspect reads what is kept of an account and changes nothing. It fails as [Vault.Load] does, but for setting nothing aside.
// A locked keychain asks the agent for its password: call it when [Vault.Look] says that it is unlocked.
func (v *Vault) Inspect(ctx context.Context, a Account) (Inspection, error) {
	r := v.remembered(a)
	if r == nil {
		if v.kc == nil {
			return Inspection{}, ErrNotFound
		}
		var foreign []byte
		var err error
		if r, foreign, err = v.peek(ctx, a); err != nil {
			clear(foreign)
			return Inspection{}, err
		}
	}
	defer r.wipe()
	return Inspection{Issued: r.Issued, Expires: r.Expires, SignedIn: r.SignedIn, Renewable: !r.Refresh.Empty()}, nil
}

// Damaged reports that the list of accounts is there and cannot be understood, or that something else is in its place. A list that
// may not be read, or is a newer Latchkey's, is not damaged.
func (v *Vault) Damaged() bool {
	info, err := os.Lstat(v.indexPath())
	switch {
	case err != nil:
		return false
	case !info.Mode().IsRegular() || info.Size() > largestIndex:
		return true
	}
	x, err := v.readIndex()
	return err == nil && x.damaged
}

// SetAside puts the list of accounts by under another name, and returns the path it has then. What is in the keychain
// stays there; without the list it is found again only by signing in.
func (v *Vault) SetAside(ctx context.Context) (backup string, err error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	unlock, err := v.lockFile(ctx, "locks", "accounts.lock")
	if err != nil {
		return "", err
	}
	defer unlock()
	name := v.indexPath() + ".broken-" + v.clk.Now().UTC().Format("20060102-150405")
	for n := 1; n < 100; n++ {
		backup = name
		if n > 1 {
			backup = fmt.Sprintf("%s-%d", name, n)
		}
		if _, err := os.Lstat(backup); errors.Is(err, os.ErrNotExist) {
			err = patiently(func() error { return os.Rename(v.indexPath(), backup) })
			syncDir(filepath.Dir(backup))
			return backup, unwritable(err)
		}
	}
	return "", problem.New(problem.StateUnwritable)
}
