package session_test

import (
	"testing"

	"latchkey/internal/vault/vaulttest"
)

// A sign-in that the keychain cannot take, over SSH perhaps, costs the session that is kept there nothing.
func TestSignInThatIsNotKeptLeavesWhatIs(t *testing.T) {
	w := newWorld(t)
	s := w.signIn(w.process(), true)
	kept := w.kept(s.Account).Refresh
	w.store.Fail(vaulttest.Faults{FailEvery: 1})
	if elsewhere := w.signIn(w.process(), true); elsewhere.NotKept == nil {
		t.Fatal("the keychain failed, and nobody said so")
	}
	w.store.Fail(vaulttest.Faults{})
	w.expire()
	token(t, w.process())
	if w.kept(s.Account).Refresh.Equal(kept) {
		t.Error("the kept session was not renewed")
	}
}
