package vault

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"time"

	"latchkey/internal/problem"
)

// largestIndex is the most bytes of the index: some hundred accounts.
const largestIndex = 1 << 20

// Entry is one line of the index, a file without secrets that tells which accounts are kept.
type Entry struct {
	Account      Account   `json:"account"`
	Username     string    `json:"username"`
	Name         string    `json:"name"`
	Tenant       string    `json:"tenant,omitempty"`
	Host         string    `json:"host"`
	WorkspaceURL string    `json:"workspace_url,omitempty"`
	Kept         Kept      `json:"-"`
	Server       string    `json:"server"`    // as in [Record]
	Renewable    bool      `json:"renewable"` // there is a refresh token
	Generation   uint64    `json:"generation"`
	Expires      time.Time `json:"expires"`   // of the access token when it was last written
	LastUsed     time.Time `json:"last_used"` // when it was last signed in to or renewed
	// SignedOut: the account was signed out of, but the keychain did not let go of its item. It is listed so that
	// signing out can be tried again, and of no other use.
	SignedOut bool `json:"signed_out,omitempty"`
}

// entryOf returns the line of a record.
func entryOf(r *Record, kept Kept, used time.Time) Entry {
	return Entry{
		Account: r.Account, Username: r.Username, Name: r.Name, Tenant: r.Tenant, Host: r.Host, WorkspaceURL: r.WorkspaceURL,
		Server: r.Server, Kept: kept, Renewable: !r.Refresh.Empty(), Generation: r.Generation, Expires: r.Expires, LastUsed: used,
	}
}

// index is the file accounts.json.
type index struct {
	Version   int               `json:"v"`
	Accounts  []Entry           `json:"accounts"`
	Usernames map[string]string `json:"usernames"` // by organisation; they stay after signing out
	// Servers are the hosts that the settings named at the last sign-in, by organisation; they stay after signing out.
	Servers map[string][]string `json:"servers,omitempty"`
	// Ended is when a server refused to go on with the last session, by organisation, until somebody signs in again.
	Ended map[string]time.Time `json:"ended,omitempty"`
	Key   []byte               `json:"key,omitempty"`   // makes the names of notes
	Notes map[string]note      `json:"notes,omitempty"` // by what [index.noteKey] makes of their names

	damaged bool // what was read cannot be understood, and is to be put by before it is replaced
}

// find returns the account's place, or -1.
func (x *index) find(a Account) int {
	return slices.IndexFunc(x.Accounts, func(e Entry) bool { return e.Account == a })
}

func (v *Vault) indexPath() string { return filepath.Join(v.dir, "accounts.json") }

// readIndex reads the index. A missing or damaged one is an empty one; one of a newer version, or one that cannot be read, is a
// problem.
func (v *Vault) readIndex() (*index, error) {
	raw, err := readPrivate(v.indexPath(), largestIndex)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return &index{Version: formatVersion}, nil
	case err != nil:
		return nil, problem.New(problem.StateUnwritable, problem.Caused(err),
			problem.Titled("Latchkey cannot read its list of accounts."))
	}
	if versionOf(raw) > formatVersion {
		return nil, problem.New(problem.StateUnwritable,
			problem.Titled("The list of accounts was written by a newer Latchkey."),
			problem.Do("Use the newest Latchkey on this computer."))
	}
	var x index
	if err := json.Unmarshal(raw, &x); err != nil || x.Version != formatVersion {
		return &index{Version: formatVersion, damaged: true}, nil
	}
	for i := range x.Accounts {
		x.Accounts[i].Kept = InKeychain
	}
	return &x, nil
}

// changeIndex reads, changes and replaces the index under a lock of its own. Nothing is written when change returns
// false.
func (v *Vault) changeIndex(ctx context.Context, change func(*index) bool) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	unlock, err := v.lockFile(ctx, "locks", "accounts.lock")
	if err != nil {
		return err
	}
	defer unlock()
	x, err := v.readIndex()
	if err != nil {
		return err
	}
	if !change(x) {
		return nil
	}
	sweep(v.indexPath())
	if x.damaged {
		_ = os.Rename(v.indexPath(), v.indexPath()+".bak")
	}
	content, err := json.MarshalIndent(x, "", "\t")
	if err != nil {
		return err
	}
	return unwritable(writePrivate(v.indexPath(), append(content, '\n')))
}

// Accounts lists what is kept, newest use first, without asking the keychain. What only this process holds in memory is among it, and
// is all there is with an error: accounts-damaged, or that the list cannot be read.
func (v *Vault) Accounts() ([]Entry, error) {
	x := &index{}
	var err error
	if v.kc != nil {
		if x, err = v.readIndex(); err != nil {
			x = &index{}
		} else if x.damaged {
			err = problem.New(problem.AccountsDamaged)
		}
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	entries := slices.DeleteFunc(x.Accounts, func(e Entry) bool { _, ok := v.memory[e.Account]; return ok })
	for _, h := range v.memory {
		entries = append(entries, entryOf(h.record, InMemory, h.used))
	}
	slices.SortFunc(entries, func(a, b Entry) int {
		return cmp.Or(b.LastUsed.Compare(a.LastUsed), cmp.Compare(a.Account.hash(), b.Account.hash()))
	})
	return entries, err
}

// LastUsername returns the user name that last signed in at an organisation, also after signing out. A sign-in that
// was not to be kept is remembered by this process only.
func (v *Vault) LastUsername(org string) string {
	v.mu.Lock()
	name := v.usernames[org]
	v.mu.Unlock()
	if name != "" {
		return name
	}
	x, err := v.readIndex()
	if err != nil {
		return ""
	}
	return x.Usernames[org]
}

// RememberUsername keeps the user name for LastUsername; on the disk only when keep is true.
func (v *Vault) RememberUsername(ctx context.Context, org, username string, keep bool) error {
	v.mu.Lock()
	v.usernames[org] = username
	v.mu.Unlock()
	if !keep {
		return nil
	}
	return v.changeIndex(ctx, func(x *index) bool { return x.remember(org, username) })
}

func (x *index) remember(org, username string) bool {
	if username == "" || x.Usernames[org] == username {
		return false
	}
	if x.Usernames == nil {
		x.Usernames = map[string]string{}
	}
	x.Usernames[org] = username
	return true
}
