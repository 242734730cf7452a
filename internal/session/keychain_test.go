package session_test

import (
	"testing"
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/vault"
	"latchkey/internal/vault/vaulttest"
)

func TestRF21StaleTokenIsNotSent(t *testing.T) {
	w := newWorld(t)
	w.signIn(w.process(), true)
	old := w.store.Items()
	w.expire()
	token(t, w.process())
	for name, value := range old {
		w.store.Put(name, value) // an older program, or a backup, brings it back
	}
	w.expire()
	_, err := w.process().Token(t.Context(), "", 0)
	wantProblem(t, err, problem.KeychainNotSaved)
	w.wantPosts(1)
}

func TestR11KeychainFailsDuringRotation(t *testing.T) {
	for name, f := range map[string]vaulttest.Faults{
		"fails":          {FailEvery: 1},
		"KC03 dismissed": {Dismissed: true},
		"KC29 torn":      {Torn: true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			m := w.process()
			s := w.signIn(m, true)
			w.expire()
			m.OnReached(func(point string) {
				if point == "before write" {
					w.store.Fail(f)
				}
			})
			first, err := m.Token(t.Context(), "", 0)
			if err != nil {
				t.Fatal(err)
			}
			if first.NotKept == nil {
				t.Error("nobody is told that the session is not kept")
			}
			if token(t, m) != first.Access.Reveal() {
				t.Error("the token in memory is lost")
			}
			// Another process must not use the refresh token that has been replaced.
			w.store.Fail(vaulttest.Faults{})
			if _, err := w.process().Token(t.Context(), "", 0); err == nil {
				t.Error("another process got a token from a stale session")
			}
			w.wantPosts(1)
			// The next renewal keeps it again.
			m.OnReached(func(string) {})
			w.expire()
			if tok, err := m.Token(t.Context(), "", 0); err != nil || tok.NotKept != nil {
				t.Errorf("after the keychain is back: %v, not kept: %v", err, tok.NotKept)
			}
			w.wantPosts(2)
			if where := w.kept(s.Account).Generation; where < 3 {
				t.Errorf("generation %d", where)
			}
			token(t, w.process())
			w.wantPosts(2)
		})
	}
}

// A write that nobody waited for any more lands after all, and another process goes on from there.
func TestKC29LateWrite(t *testing.T) {
	w := newWorld(t)
	limits := vaulttest.Limits
	limits.Write = time.Second // is waited for
	v := vault.Open(w.dir, w.store.KeychainOf(limits), w.clock)
	m := w.managerOf(v)
	s := w.signIn(w.process(), true)
	w.expire()
	m.OnReached(func(point string) {
		if point == "before write" {
			w.store.Fail(vaulttest.Faults{Silent: true})
		}
	})
	first, err := m.Token(t.Context(), "", 0)
	if err != nil {
		t.Fatal(err)
	}
	wantProblem(t, first.NotKept, problem.KeychainTimeout)
	m.OnReached(func(string) {})
	w.store.Fail(vaulttest.Faults{})
	if err := v.Probe(t.Context()); err != nil { // its turn comes after the late write
		t.Fatal(err)
	}
	token(t, w.process())
	w.wantPosts(2) // the sealed file was not written, so the other process has to ask
	w.expire()
	if tok, err := m.Token(t.Context(), "", 0); err != nil || tok.NotKept != nil {
		t.Errorf("the first process: %v, not kept: %v", err, tok.NotKept)
	}
	w.wantPosts(3)
	w.kept(s.Account)
}

func TestR11HalfOfTheCallsFail(t *testing.T) {
	w := newWorld(t)
	m := w.process()
	w.signIn(m, true)
	w.store.Fail(vaulttest.Faults{FailEvery: 2})
	ended := 0
	for range 20 {
		w.expire()
		_, err := m.Token(t.Context(), "", 0)
		if problem.Has(err, problem.NotSignedIn) || problem.Has(err, problem.SessionEnded) {
			ended++
		}
	}
	if ended > 0 {
		t.Errorf("signed out %d times", ended)
	}
	w.store.Fail(vaulttest.Faults{})
	w.expire()
	token(t, m)
}
