package session_test

import (
	"testing"

	"latchkey/internal/config"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/session"
)

func boundWorld(t *testing.T) *world {
	as := oauthtest.New(t)
	as.BindTokens, as.WantNonce = true, true
	return worldOf(t, as)
}

// A process that starts later renews with the key of the sign-in, whatever the settings say by then.
func TestBoundSessionIsRenewedWithItsKey(t *testing.T) {
	w := boundWorld(t)
	s := w.signIn(w.process(), true)
	key := w.kept(s.Account).ProofKey
	if key.Empty() {
		t.Fatal("no key is kept")
	}
	for _, dpop := range []string{"auto", config.DPoPOff} {
		w.settings.Organizations[0].DPoP = dpop
		w.expire()
		got, err := w.process().Token(t.Context(), "", 0)
		if err != nil {
			t.Fatalf("dpop = %q: %v", dpop, err)
		}
		if got.Type != "DPoP" || !w.kept(s.Account).ProofKey.Equal(key) {
			t.Errorf("dpop = %q: a token of type %s, the same key: %v", dpop, got.Type, w.kept(s.Account).ProofKey.Equal(key))
		}
	}
	// The next sign-in binds nothing any more.
	again := w.signIn(w.process(), true)
	if got, err := w.process().Token(t.Context(), "", 0); err != nil || got.Type != "Bearer" || !w.kept(again.Account).ProofKey.Empty() {
		t.Errorf("got %s, %v", got.Type, err)
	}
}

// An item from before there were keys is renewed as it was.
func TestSessionWithoutAKeyStaysUnbound(t *testing.T) {
	w := newWorld(t)
	w.signIn(w.process(), true)
	w.as.BindTokens = true
	w.expire()
	if got, err := w.process().Token(t.Context(), "", 0); err != nil || got.Type != "Bearer" {
		t.Errorf("got %s, %v", got.Type, err)
	}
}

func TestDV21LostKeyIsForgottenWithTheSession(t *testing.T) {
	for name, key := range map[string]secret.Text{
		"lost": {}, "of another machine": secret.New("AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE"),
	} {
		t.Run(name, func(t *testing.T) {
			w := boundWorld(t)
			w.as.WantNonce = false
			m, v := w.processAndVault()
			s := w.signIn(m, true)
			r := w.kept(s.Account)
			r.ProofKey = key
			if _, err := v.Save(t.Context(), r, true); err != nil {
				t.Fatal(err)
			}
			w.expire()
			w.problem(w.process(), problem.SessionEnded)
			w.wantPosts(1)
			w.problem(w.process(), problem.NotSignedIn) // it is gone: nothing is asked again
			w.wantPosts(1)
		})
	}
}

// problem asks for a token and checks how that fails.
func (w *world) problem(m *session.Manager, want problem.Code) {
	w.t.Helper()
	if _, err := m.Token(w.t.Context(), "", 0); !problem.Has(err, want) {
		w.t.Errorf("got %v, want %s", err, want)
	}
}

// RF-33: of two accounts, each is renewed with its own key.
func TestRF33EveryAccountHasItsOwnKey(t *testing.T) {
	w := boundWorld(t)
	amy := w.signIn(w.process(), true)
	w.as.Users[0], w.as.Users[1] = w.as.Users[1], w.as.Users[0]
	ben := w.signIn(w.process(), true)
	if amy.Account == ben.Account || w.kept(amy.Account).ProofKey.Equal(w.kept(ben.Account).ProofKey) {
		t.Fatal("two accounts share a key")
	}
}
