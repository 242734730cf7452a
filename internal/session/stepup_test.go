package session_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"latchkey/internal/oauth"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
	"latchkey/internal/session"
	"latchkey/internal/vault"
)

// wantsCode is a refresh that the server wants a code before.
func wantsCode() oauthtest.Answer {
	return oauthtest.Answer{Status: 400, Body: map[string]any{"error": "insufficient_authorization", "auth_session": "canary", "otp_required": true}}
}

// The step is handed over once, by the process that was told of it or by another one, which is told anew. Until then no refresh goes
// out by itself: each could send the agent a message.
func TestRF23StepIsHandedOverAndNotAskedForByItself(t *testing.T) {
	for name, c := range map[string]struct {
		keep    bool
		another bool          // process hands it over
		after   time.Duration // the refusal
		posts   int
		ok      bool
	}{
		"same process":                {true, false, 0, 1, true},
		"same process, in memory":     {false, false, 0, 1, true},
		"the server may have forgot":  {true, false, 5 * time.Minute, 2, true},
		"another process":             {true, true, 0, 2, true},
		"another process, a while on": {true, true, 14 * time.Minute, 2, true},
		"nobody remembers":            {true, true, 16 * time.Minute, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			m := w.process()
			s := w.signIn(m, c.keep)
			w.expire()
			w.as.Next(oauthtest.TokenPath, wantsCode(), wantsCode())
			for range 3 {
				_, err := m.Token(t.Context(), "", 0)
				wantProblem(t, err, problem.StepWanted)
			}
			if c.keep {
				_, err := w.process().Restore(t.Context(), "")
				wantProblem(t, err, problem.StepWanted)
				w.kept(s.Account)
			}
			w.wantPosts(1)
			w.clock.Advance(c.after)
			if c.another {
				m = w.process()
			}
			step, ok := m.StepUp(t.Context(), "")
			if w.wantPosts(c.posts); ok != c.ok {
				t.Fatalf("handed over: %v", ok)
			}
			if ok && (step.Username != s.Username || !slices.Equal(step.Step.Asked.Need, []oauth.Field{oauth.FieldOTP})) {
				t.Errorf("got %+v", step)
			}
			if again, ok := m.StepUp(t.Context(), ""); ok && again == step {
				t.Error("handed over twice")
			}
		})
	}
}

// Another process asks for the step although what is at hand is good for another while: the server is asked once, and the wait goes on
// where it cannot be.
func TestRF23StepWhileTheTokenIsGood(t *testing.T) {
	for name, away := range map[string]bool{"the server answers": false, "the server is out of order": true} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.signIn(w.process(), true)
			w.clock.Advance(w.as.Lifetime - 90*time.Second)
			w.as.Next(oauthtest.TokenPath, wantsCode())
			if _, err := w.process().Restore(t.Context(), ""); err != nil { // wants two minutes
				t.Fatal(err)
			}
			if away {
				w.as.Next(oauthtest.TokenPath, oauthtest.Answer{Status: 503, Body: ""})
			} else {
				w.as.Next(oauthtest.TokenPath, wantsCode())
			}
			step, ok := w.process().StepUp(t.Context(), "")
			if w.wantPosts(2); ok == away {
				t.Fatalf("handed over: %v, %+v", ok, step)
			}
			if _, err := w.process().Restore(t.Context(), ""); err != nil { // not asked again by itself
				t.Fatal(err)
			}
			w.wantPosts(2)
			list, err := w.process().List(t.Context())
			if err != nil || len(list) != 1 || !list[0].StepWanted {
				t.Errorf("nobody can see that a step is wanted: %+v, %v", list, err)
			}
		})
	}
}

// With the session goes the step, and with it a copy of its key.
func TestRF23EndOfTheSessionDropsTheStep(t *testing.T) {
	for name, over := range map[string]func(*world, *session.Manager, vault.Account) error{
		"signed out": func(_ *world, m *session.Manager, a vault.Account) error { return m.SignOut(t.Context(), a, false) },
		"forgotten":  func(_ *world, m *session.Manager, a vault.Account) error { return m.Forget(t.Context(), a) },
		"ended by the server": func(w *world, m *session.Manager, _ vault.Account) error {
			w.clock.Advance(16 * time.Minute)
			w.as.Next(oauthtest.TokenPath, oauthtest.Answer{Status: 400, Body: map[string]any{"error": "invalid_grant"}})
			if _, err := m.Token(t.Context(), "", 0); !problem.Has(err, problem.SessionEnded) {
				return fmt.Errorf("not ended: %w", err)
			}
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			m := w.process()
			s := w.signIn(m, true)
			w.expire()
			w.as.Next(oauthtest.TokenPath, wantsCode())
			_, err := m.Token(t.Context(), "", 0)
			wantProblem(t, err, problem.StepWanted)
			if n := m.Steps(); n != 1 {
				t.Fatalf("%d steps are held", n)
			}
			if err := over(w, m, s.Account); err != nil {
				t.Fatal(err)
			}
			if n := m.Steps(); n != 0 {
				t.Errorf("%d steps are still held", n)
			}
		})
	}
}

// What is still good is handed out meanwhile.
func TestRF23TokenIsGoodUntilItsEnd(t *testing.T) {
	w := newWorld(t)
	m := w.process()
	w.signIn(m, true)
	w.clock.Advance(w.as.Lifetime - time.Minute)
	w.as.Next(oauthtest.TokenPath, wantsCode())
	if _, err := m.Restore(t.Context(), ""); err != nil { // wants two minutes
		t.Errorf("Restore: %v", err)
	}
	token(t, m)
	w.wantPosts(1)
	w.clock.Advance(time.Minute + time.Second)
	_, err := m.Token(t.Context(), "", 0)
	wantProblem(t, err, problem.StepWanted)
	w.wantPosts(1)
}

// Whoever signs in ends the wait; whoever is not asked for a step has none to hand over.
func TestRF23SignInEndsTheWait(t *testing.T) {
	w := newWorld(t)
	m := w.process()
	if _, ok := m.StepUp(t.Context(), ""); ok {
		t.Error("nobody is signed in")
	}
	s := w.signIn(m, true)
	if _, ok := w.process().StepUp(t.Context(), ""); ok {
		t.Error("nothing was asked")
	}
	w.wantPosts(0)
	w.expire()
	w.as.Next(oauthtest.TokenPath, wantsCode())
	_, err := m.Token(t.Context(), "", 0)
	wantProblem(t, err, problem.StepWanted)
	w.signIn(m, true)
	if _, ok := m.StepUp(t.Context(), ""); ok {
		t.Error("it is over")
	}
	w.expire()
	token(t, m)
	w.wantPosts(2)
	if m.SignOut(t.Context(), s.Account, false) != nil {
		t.Error("not signed out")
	}
}

// The step of a session that is bound to a key goes on with that key.
func TestRF23StepOfABoundSession(t *testing.T) {
	w := boundWorld(t)
	m := w.process()
	s := w.signIn(m, true)
	w.expire()
	w.as.Next(oauthtest.TokenPath, wantsCode())
	_, err := m.Token(t.Context(), "", 0)
	wantProblem(t, err, problem.StepWanted)
	step, ok := m.StepUp(t.Context(), "")
	if !ok || !step.ProofKey.Equal(w.kept(s.Account).ProofKey) {
		t.Errorf("got %+v, %v", step, ok)
	}
}
