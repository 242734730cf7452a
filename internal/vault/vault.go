// Package vault keeps sessions: the refresh token in the system keychain, one item an account, and beside it a sealed
// file that is only a cache.
//
// The item holds a random key, the refresh token and a generation number; its one atomic write is the truth. The
// file is sealed to the key (age), holds the access token, and also the refresh token when that is larger than the keychain takes;
// without the item it is noise, without the file nothing is lost but a refresh. Nothing else unlocks what is kept.
package vault

import (
	"context"
	"time"

	"latchkey/internal/clock"
	"latchkey/internal/secret"
)

// Keychain is a keychain of the operating system. Values are small: at most [Limit] bytes. Every call obeys ctx and
// has its own time limit besides (3 s to read, 60 s to write or delete: the agent may have to unlock it).
type Keychain interface {
	// Get returns the item, or an error that is ErrNotFound, or a problem: keychain-missing, -locked, -timeout, -failed.
	Get(ctx context.Context, name string) ([]byte, error)
	// Set writes the item and reads it back; what was not kept is the problem keychain-not-saved.
	Set(ctx context.Context, name string, value []byte) error
	// Delete removes the item; removing one that is not there is not an error.
	Delete(ctx context.Context, name string) error
}

// Account names what is kept. Its four parts together are the key; none of them is a secret.
type Account struct {
	Org      string // ID in the settings
	Issuer   string
	ClientID string
	Subject  string
}

// Record is what is kept of one account.
type Record struct {
	Account    Account
	Username   string
	Name       string
	Tenant     string // the organisation as the server names it
	Refresh    secret.Text
	Access     secret.Text // from the sealed file; empty when that was lost
	Expires    time.Time   // of Access
	Scope      string
	SignedIn   time.Time // when the agent last proved themselves
	Generation uint64    // raised by every Save
}

// Kept says where a session lives.
type Kept string

// The places a session can live.
const (
	InKeychain Kept = "keychain"
	InMemory   Kept = "memory"
)

// Vault is the place sessions are kept in. It is safe for concurrent use, also by several processes.
type Vault struct{}

// Open returns the vault whose files are in dir. A nil keychain means memory only. Nothing is read yet.
func Open(dir string, kc Keychain, clk clock.Clock) *Vault { panic("to do") }

// Probe finds out whether the keychain can keep a session: it writes, reads and deletes an item of its own. Call it
// before the agent types a password. The error is a problem of kind keychain; sessions are kept in memory then.
func (v *Vault) Probe(ctx context.Context) error { panic("to do") }

// Lock takes the account's lock among all processes and goroutines. A lock whose holder died is free at once. When ctx ends first the error is
// the problem refresh-busy.
func (v *Vault) Lock(ctx context.Context, a Account) (unlock func(), err error) { panic("to do") }

// Load returns what is kept: one read of the keychain. Not kept at all is ErrNotFound. What is damaged or belongs to another account
// is set aside and a problem (keychain-damaged, keychain-foreign).
func (v *Vault) Load(ctx context.Context, a Account) (*Record, error) { panic("to do") }

// Save keeps a record, in the keychain when keep is true and the keychain can, else in memory, and says where. When the
// keychain fails the record is in memory and the error says why (keychain-…).
func (v *Vault) Save(ctx context.Context, r *Record, keep bool) (Kept, error) { panic("to do") }

// Delete forgets an account: item, file, and index entry.
func (v *Vault) Delete(ctx context.Context, a Account) error { panic("to do") }

// Entry is one line of the index, a file without secrets that tells which accounts are kept.
type Entry struct {
	Account  Account
	Username string
	Name     string
	Tenant   string
	Kept     Kept
	Expires  time.Time // of the access token when it was last written
	LastUsed time.Time
}

// Accounts lists what is kept, newest use first, without asking the keychain.
func (v *Vault) Accounts() ([]Entry, error) { panic("to do") }
