package vault

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"sync"
	"time"

	"latchkey/internal/clock"
	"latchkey/internal/secret"
)

// Account names what is kept. Its four parts together are the key; none of them is a secret.
type Account struct {
	Org      string `json:"org"` // ID in the settings
	Issuer   string `json:"issuer"`
	ClientID string `json:"client_id"`
	Subject  string `json:"subject"`
}

// Record is what is kept of one account.
type Record struct {
	Account      Account
	Username     string
	Name         string
	Tenant       string // the organisation as the server names it
	Host         string // where they signed in
	WorkspaceURL string
	Server       string // fingerprint of the settings that say where the refresh token may be sent
	Nonce        string // of the sign-in's ID token, which those of refreshes must not contradict; empty when it had none
	Refresh      secret.Text
	ProofKey     secret.Text // that Refresh and Access are bound to (RFC 9449); empty: to none
	Access       secret.Text // from the sealed file; empty when that was lost
	Issued       time.Time   // when Access was obtained, on our clock
	Expires      time.Time   // of Access
	Scope        string
	SignedIn     time.Time // when the agent last proved themselves
	Generation   uint64    // raised by every Save
	// Fresh: it comes from a sign-in and replaces no refresh token. When the keychain cannot take it, what is kept there
	// stays good.
	Fresh bool
}

// wipe overwrites the record's secrets.
func (r *Record) wipe() {
	r.Refresh.Wipe()
	r.ProofKey.Wipe()
	r.Access.Wipe()
}

// clone returns a copy whose secrets are wiped on their own.
func (r *Record) clone() *Record {
	c := *r
	c.Refresh = secret.New(r.Refresh.Reveal())
	c.ProofKey = secret.New(r.ProofKey.Reveal())
	c.Access = secret.New(r.Access.Reveal())
	return &c
}

// Kept says where a session lives.
type Kept string

// The places a session can live.
const (
	InKeychain Kept = "keychain"
	InMemory   Kept = "memory"
)

// Vault is the place sessions are kept in. It is safe for concurrent use, also by several processes.
type Vault struct {
	dir string
	kc  Keychain // nil: memory only
	clk clock.Clock

	mu        sync.Mutex
	memory    map[Account]held          // what only this process holds
	turns     map[Account]chan struct{} // a full channel: the lock is taken in this process
	usernames map[string]string         // by organisation, of sign-ins that leave nothing behind
	signIns   map[Account][2]SignIn     // of this process: the newest, and the one before
	suggested map[Account]struct{}
	rests     map[Account]rest    // of sessions that no other process has, and what could not be written
	servers   map[string][]string // by organisation, as in the index
}

// held is a record in memory. One with a reason was to be kept in the keychain, and may be yet.
type held struct {
	record *Record
	why    error // why it is not in the keychain; nil: it was not to be
	used   time.Time
}

// Open returns the vault whose files are in dir. A nil keychain means memory only. Nothing is read yet.
func Open(dir string, kc Keychain, clk clock.Clock) *Vault {
	return &Vault{
		dir: dir, kc: kc, clk: clk,
		memory:    map[Account]held{},
		turns:     map[Account]chan struct{}{},
		usernames: map[string]string{},
		signIns:   map[Account][2]SignIn{},
		suggested: map[Account]struct{}{},
		rests:     map[Account]rest{},
		servers:   map[string][]string{},
	}
}

// hash stands for the account in file names and, shortened, in the names of keychain items. JSON keeps the four
// parts apart, so that no two accounts collide.
func (a Account) hash() string {
	text, _ := json.Marshal([]string{a.Org, a.Issuer, a.ClientID, a.Subject})
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16])
}

// item is the account's name in the keychain.
func (a Account) item() string { return a.Org + "/" + a.hash()[:16] }

// aside is the name under which a damaged item of the account is set aside.
func (a Account) aside() string { return a.item() + "/aside" }
