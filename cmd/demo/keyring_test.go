//go:build keyring && linux

package main

import (
	"strings"
	"testing"
)

// With a keychain of its own the play keeps a session, renews it and signs out.
func TestPlayWithKeychain(t *testing.T) {
	p, out := newProgram(t)
	p.bus = privateBus
	if code := p.run(t.Context(), nil); code != 0 {
		t.Fatalf("exit %d\n%s", code, out)
	}
	for _, want := range []string{"the session is in the keychain", "was renewed once", "the server refuses the token now", "All of it worked"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not shown:\n%s", want, out)
		}
	}
	nothingLeft(t)
}
