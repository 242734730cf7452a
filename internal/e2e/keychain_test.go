//go:build e2e

package e2e

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// kept is what the keychain holds of one account, seen from outside of Latchkey.
type kept struct {
	Account struct {
		Org string `json:"org"`
	} `json:"account"`
	Refresh string `json:"refresh"`
}

// keychain lists Latchkey's items as another program of the same person sees them.
func (d *desk) keychain(t *testing.T) []kept {
	t.Helper()
	var out []byte
	eventually(t, "the keychain can be looked into", func() bool {
		var err error
		out, err = d.command("secret-tool", "search", "--all", "service", "Latchkey").CombinedOutput()
		between := bytes.Contains(out, []byte("No such secret item")) // it was deleted between the search and the look
		if err != nil && len(out) > 0 && !between {
			t.Logf("secret-tool: %v\n%s", err, out)
		}
		return !between && (err == nil || len(out) == 0)
	})
	var items []kept
	for line := range strings.Lines(string(out)) {
		value, isSecret := strings.CutPrefix(strings.TrimSpace(line), "secret = ")
		var k kept
		if isSecret && json.Unmarshal([]byte(value), &k) == nil && k.Refresh != "" {
			items = append(items, k)
		}
	}
	return items
}

// refreshToken returns the one refresh token that is kept.
func (d *desk) refreshToken(t *testing.T) string {
	t.Helper()
	items := d.keychain(t)
	if len(items) != 1 {
		t.Fatalf("the keychain holds %d accounts, want 1", len(items))
	}
	return items[0].Refresh
}
