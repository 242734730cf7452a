package session_test

import (
	"testing"
	"time"

	"latchkey/internal/session"
)

// What is shown to people is renewed before its end, not after.
func TestRestoreRenewsWhatIsAboutToEnd(t *testing.T) {
	w := newWorld(t)
	m := w.process()
	s := w.signIn(m, true)
	w.clock.Set(s.Expires.Add(-time.Minute))
	restored, err := w.process().Restore(t.Context(), "")
	if err != nil || !restored.Expires.After(s.Expires) {
		t.Errorf("good until %v, before until %v (%v)", restored.Expires, s.Expires, err)
	}
	w.wantPosts(1)
}

func TestRestoreKeepsWhatCannotBeRenewedToItsEnd(t *testing.T) {
	w := newWorld(t)
	w.as.SpoilTokens = func(a map[string]any) { delete(a, "refresh_token") }
	s := w.signIn(w.process(), true)
	w.clock.Set(s.Expires.Add(-time.Minute))
	restored, err := w.process().Restore(t.Context(), "")
	if err != nil || restored.State != session.SignedIn {
		t.Errorf("got %+v, %v", restored, err)
	}
	w.wantPosts(0)
}
