// Package people are the inhabitants of the demo world: who they are, how they prove it, and what happens when they
// fail to.
package people

import (
	"crypto/rand"
	"encoding/base32"
	"io"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Person is one account.
type Person struct {
	Subject  string // stable identifier; never holds a colon
	Username string // what is typed to sign in
	Name     string
	Password string // empty: has none here

	TOTPSecret string // base32; set: a code from an authenticator app is asked for
	Key        bool   // a security key is asked for, which works in the browser only
	Web        bool   // the server insists on the browser and does not say how to go on from where the app was
	Company    bool   // signs in at the company's identity provider only
	Locked     bool   // is locked whenever somebody tries
	Disabled   bool

	Note string // what this account shows
}

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
