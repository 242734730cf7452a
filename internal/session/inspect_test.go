package session_test

import (
	"errors"
	"testing"

	"latchkey/internal/vault"
)

func TestKC34ForgetAndInspectAskNoServer(t *testing.T) {
	w := newWorld(t)
	s := w.signIn(w.process(), true)
	asked := len(w.as.Requests(""))
	m := w.process()
	if i, err := m.Inspect(t.Context(), s.Account); err != nil || !i.Renewable || !i.Issued.Equal(noon) {
		t.Errorf("got %+v, %v", i, err)
	}
	if m.Damaged() {
		t.Error("the list is called damaged")
	}
	if err := m.Forget(t.Context(), s.Account); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Inspect(t.Context(), s.Account); !errors.Is(err, vault.ErrNotFound) {
		t.Errorf("KC-34: still there: %v", err)
	}
	if left := w.store.Names(); len(left) != 0 {
		t.Errorf("KC-34: left in the keychain: %v", left)
	}
	if n := len(w.as.Requests("")); n != asked {
		t.Errorf("%d requests to the server", n-asked)
	}
}

func TestListSetAsideLeavesNobodySignedIn(t *testing.T) {
	w := newWorld(t)
	w.signIn(w.process(), true)
	m := w.process()
	if _, err := m.SetAside(t.Context()); err != nil {
		t.Fatal(err)
	}
	if all, err := m.List(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("got %v, %v", all, err)
	}
}
