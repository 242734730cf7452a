// Package people are the inhabitants of the demo world: who they are, how they prove it, and what happens when they
// fail to.
package people

import (
	"crypto/rand"
	"encoding/base32"
	"io"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// Person is one account.
type Person struct {
	Subject  string // stable identifier; never holds a colon
	Username string // what is typed to sign in
	Name     string
	Password string // empty: has none here

	// Beside the password, what is set of these is asked for: one of them, and [Directory.Factors] tells which at first.
	Device     string // name of a phone on which sign-ins are approved
	TOTPSecret string // base32, of an authenticator app
	Number     string // of a phone that gets codes by text message
	Calls      bool   // Number can be called to say a code
	Other      string // number of a second phone that gets codes by text message
	MailCodes  bool   // codes are sent to Username
	Key        bool   // a security key, which works in the browser only
	Recovery   bool   // has recovery codes; never asked for at first
	Choose     bool   // is asked which of them to use
	NoNumber   bool   // Device only asks, and no number has to be found on it
	Enrol      bool   // has to set one of them up first, which works in the browser only
	LostPhone  bool   // nobody has the phone any more: its codes are shown nowhere

	Renew    Renewal // why a new password is asked for
	Web      bool    // the server insists on the browser and does not say how to go on from where the app was
	Company  bool    // signs in at the company's identity provider only
	Locked   bool    // is locked whenever somebody tries
	Disabled bool
	Deleted  bool
	Invited  bool   // and has not accepted yet
	Moved    string // the issuer at which the account lives now

	LastAgo  time.Duration // with LastFrom: how long before the start of the world they signed in last, in a browser
	LastFrom string        // and from which address

	Note string // what this account shows
}

// Renewal says why somebody has to choose a new password.
type Renewal string

// The reasons. Empty: none.
const (
	RanOutPassword Renewal = "expired" // it is too old
	FirstPassword  Renewal = "first"   // an administrator chose it
)

// NewTOTPSecret draws a secret of 160 bits, as RFC 4226 recommends.
func NewTOTPSecret(random io.Reader) (string, error) {
	if random == nil {
		random = rand.Reader
	}
	b := make([]byte, 20)
	if _, err := io.ReadFull(random, b); err != nil {
		return "", err
	}
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b), nil
}

// fold makes user names comparable: people type capitals and stray spaces.
func fold(username string) string {
	return strings.ToLower(norm.NFKC.String(strings.TrimSpace(username)))
}
