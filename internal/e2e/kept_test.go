//go:build e2e

package e2e

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"latchkey/internal/demo"
	"latchkey/internal/demo/identity"
)

// signInBen signs an account without a second step in, without anybody at a terminal.
func signInBen(t *testing.T, w *demo.World, d *desk) {
	t.Helper()
	v := d.loginJSON(t, "--with", "password")
	ask := v.next(t, "credentials")
	v.answer(t, map[string]any{"id": ask["id"], "username": ben, "password": w.User("acme", ben).Password})
	v.next(t, "done")
	if code := v.ends(t); code != 0 {
		t.Fatalf("exit code %d", code)
	}
}

// turn turns one of the demo world's scenarios on or off.
func turn(t *testing.T, w *demo.World, scenario string, on bool) {
	t.Helper()
	if err := w.SetScenario(scenario, on); err != nil {
		t.Fatal(err)
	}
}

// expired waits until the one access token that is kept has expired.
func expired(t *testing.T, d *desk) {
	t.Helper()
	end := d.sessions(t)[0].ExpiresAt
	eventually(t, "the token has expired", func() bool { return time.Now().After(end.Add(time.Second)) })
}

// A kept session signs in silently at the next start; no password is asked for.
func TestSilentSignIn(t *testing.T) {
	t.Run("terminal", func(t *testing.T) {
		w, d := newWorld(t)
		passwordAtTerminal(t, w, d)
		w.ResetCounts()
		if token := strings.TrimSpace(d.ok(t, "token")); !accepted(t, w, token) {
			t.Error("Acme does not accept the token")
		}
		m := d.atTerminal(t, "status")
		m.sees(t, amy)
		if exit := m.ends(t); exit != 0 {
			t.Errorf("exit code %d", exit)
		}
		if n := w.Count("acme", challengePost); n != 0 {
			t.Errorf("the password was asked for again: %d steps", n)
		}
	})
	t.Run("window", func(t *testing.T) {
		w, d := newWorld(t)
		turn(t, w, identity.ShortTokens, true)
		win := passwordInWindow(t, w, d)
		win.close(t)
		turn(t, w, identity.ShortTokens, false)
		expired(t, d)
		w.ResetCounts()
		again := d.openWindow(t)
		eventually(t, "the window has renewed the session", func() bool {
			s := d.sessions(t)
			return w.Count("acme", "grant refresh_token") == 1 && len(s) == 1 && s[0].ExpiresAt.After(time.Now())
		})
		d.picture(t, "after-restart")
		if n := w.Count("acme", challengePost); n != 0 {
			t.Errorf("the password was asked for again: %d steps", n)
		}
		again.close(t)
	})
}

// Sign out: the server refuses the refresh token from then on, and nothing is kept here.
func TestSignOut(t *testing.T) {
	signedOut := func(t *testing.T, w *demo.World, d *desk, refresh string) {
		t.Helper()
		if said := refused(t, tokenEndpoint(t, w.Acme), demo.ClientID, refresh); said != "invalid_grant" {
			t.Errorf("the server answers a refresh after sign-out with %q", said)
		}
		if items := d.keychain(t); len(items) != 0 {
			t.Errorf("the keychain still holds %d accounts", len(items))
		}
		if r := d.latchkey(t, "token"); r.code != 3 || r.stdout != "" {
			t.Errorf("token after sign-out: exit code %d, %q", r.code, r.stdout)
		}
	}
	t.Run("terminal", func(t *testing.T) {
		w, d := newWorld(t)
		signInBen(t, w, d)
		refresh := d.refreshToken(t)
		m := d.atTerminal(t, "logout")
		if exit := m.ends(t); exit != 0 {
			t.Errorf("exit code %d", exit)
		}
		signedOut(t, w, d, refresh)
	})
	t.Run("window", func(t *testing.T) {
		w, d := newWorld(t)
		win := passwordInWindow(t, w, d)
		refresh := d.refreshToken(t)
		win.until(t, "it is signed out", func() { win.tabs(t, toSignOut) }, func() bool { return len(d.keychain(t)) == 0 })
		d.picture(t, "signed-out")
		signedOut(t, w, d, refresh)
	})
}

// accepted asks Acme who the token belongs to.
func accepted(t *testing.T, w *demo.World, token string) bool {
	t.Helper()
	return whoAmI(t, w.Acme+"/userinfo", token) == 200
}

// 64 processes want a token at once and the one that is kept has expired: one refresh, and all get its token.
func TestRF12(t *testing.T) {
	w, d := newWorld(t)
	turn(t, w, identity.ShortTokens, true)
	signInBen(t, w, d)
	turn(t, w, identity.ShortTokens, false)
	expired(t, d)
	w.ResetCounts()

	const processes = 64
	tokens := make([]string, processes)
	var all sync.WaitGroup
	for i := range processes {
		all.Go(func() {
			r := d.latchkey(t, "token", "--json")
			var said struct {
				AccessToken string    `json:"access_token"`
				ExpiresAt   time.Time `json:"expires_at"`
			}
			if err := json.Unmarshal([]byte(r.stdout), &said); err != nil || r.code != 0 {
				t.Errorf("process %d: exit code %d, %v\n%s", i, r.code, err, r.stderr)
				return
			}
			tokens[i] = said.AccessToken
		})
	}
	all.Wait()
	for i, token := range tokens {
		if token == "" || token != tokens[0] {
			t.Errorf("process %d has another token than process 0", i)
		}
	}
	if n := w.Count("acme", "grant refresh_token"); n != 1 {
		t.Errorf("%d refreshes, want 1", n)
	}
	if n := w.Count("acme", "POST /token") + w.Count("acme", "POST /oauth/token"); n != 1 {
		t.Errorf("%d requests at the token endpoint, want 1: %v", n, w.Board.Counts())
	}
	if !accepted(t, w, tokens[0]) {
		t.Error("Acme does not accept the token")
	}
}
