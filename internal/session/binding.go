package session

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"latchkey/internal/config"
	"latchkey/internal/problem"
	"latchkey/internal/vault"
)

// fingerprint stands for everything in the settings that says which server an organisation's tokens go to. A session is
// used only with the fingerprint it was made with: changed settings do not carry a kept token to another server.
func fingerprint(o config.Organization) string {
	e := o.Endpoints
	text, _ := json.Marshal([]string{o.Issuer, o.Region, o.ClientID, e.Token, e.Revocation, e.Login, e.API})
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16])
}

// current returns the account that was last used at an organisation. The problem is not-signed-in when there is none.
func (m *Manager) current(o config.Organization) (vault.Entry, error) {
	entries, err := m.vault.Accounts()
	elsewhere := false
	for _, e := range entries {
		if e.Account.Org != o.ID || e.SignedOut {
			continue
		}
		if e.Server == fingerprint(o) {
			return e, nil
		}
		elsewhere = true
	}
	switch {
	case err != nil:
		return vault.Entry{}, err
	case elsewhere:
		return vault.Entry{}, problem.New(problem.NotSignedIn,
			problem.Because("The settings of this organisation have changed since the last sign-in."))
	}
	return vault.Entry{}, problem.New(problem.NotSignedIn)
}
