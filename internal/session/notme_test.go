package session_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/session"
)

func TestNotMeEndsAndTells(t *testing.T) {
	w := newWorld(t)
	m := w.process()
	s := w.signIn(m, true)
	s.Last = session.LastSignIn{At: noon.Add(-3600e9), How: "browser", From: "192.0.2.7"}
	token, err := m.Token(t.Context(), "", 0)
	if err != nil {
		t.Fatal(err)
	}
	msg, done := m.NotMe(t.Context(), s)
	if len(done) != 1 || done[0].Err != nil {
		t.Fatalf("ended: %+v", done)
	}
	for _, fact := range []string{s.Username, s.Host, "2026-11-23 11:00:00 UTC", "browser", "192.0.2.7", "2026-11-23 12:00:00 UTC", "the server was told"} {
		if !strings.Contains(msg.Text, fact) {
			t.Errorf("nothing of %q in\n%s", fact, msg.Text)
		}
	}
	if strings.Contains(msg.Text, token.Access.Reveal()) {
		t.Error("a token is in the message")
	}
	if list, err := w.process().List(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("still signed in: %+v, %v", list, err)
	}
}

// What cannot be listed, or is not in the keychain any more, is ended all the same, and nobody is told what did not happen.
func TestNotMeWithoutAList(t *testing.T) {
	for name, damage := range map[string]string{"damaged": "{", "of a newer version": `{"v":99}`} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			m := w.process()
			s := w.signIn(m, true)
			if err := os.WriteFile(filepath.Join(w.dir, "accounts.json"), []byte(damage), 0o600); err != nil {
				t.Fatal(err)
			}
			msg, done := m.NotMe(t.Context(), s)
			if len(done) == 0 || !done[0].Told || len(w.as.Requests(oauthtest.RevokePath)) == 0 {
				t.Errorf("ended: %+v", done)
			}
			if name == "of a newer version" && done[len(done)-1].Err == nil {
				t.Errorf("nobody hears that the list cannot be read: %s", msg.Text)
			}
		})
	}
	t.Run("nothing left", func(t *testing.T) {
		w := newWorld(t)
		m := w.process()
		s := w.signIn(m, true)
		for _, name := range w.store.Names() {
			if err := w.store.Delete(name); err != nil {
				t.Fatal(err)
			}
		}
		msg, done := w.process().NotMe(t.Context(), s)
		if len(done) == 0 || done[0].Told || strings.Contains(msg.Text, "the server was told") {
			t.Errorf("ended: %+v\n%s", done, msg.Text)
		}
	})
}
