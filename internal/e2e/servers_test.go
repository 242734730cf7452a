//go:build e2e

package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"latchkey/internal/demo"
	"latchkey/internal/demo/people"
)

// whoAmI asks a userinfo endpoint with a token and returns the status.
func whoAmI(t *testing.T, endpoint, token string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, endpoint, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	return answer.StatusCode
}

// renewed asks for a token that lives longer than the one at hand, and checks that another one comes.
func renewed(t *testing.T, d *desk, life string) (token string) {
	t.Helper()
	first := strings.TrimSpace(d.ok(t, "token"))
	refresh := d.refreshToken(t)
	eventually(t, "the token is renewed", func() bool {
		token = strings.TrimSpace(d.ok(t, "token", "--min-life", life))
		return token != first
	})
	if d.refreshToken(t) == refresh {
		t.Error("the server rotates refresh tokens, and the old one is still kept")
	}
	return token
}

// signsAliceIn goes through oidc-provider's own pages: they ask for a name and any password, then for consent.
func (b tab) signsAliceIn(t *testing.T) {
	t.Helper()
	b.fill(t, "input[name=login]", "alice")
	b.fill(t, "input[name=password]", "any")
	b.press(t, "button[type=submit]")
	b.press(t, "button[autofocus]")
}

// signsAliceIn signs in at oidc-provider, from the terminal and in the browser.
func (d *desk) signsAliceIn(t *testing.T) {
	t.Helper()
	m := d.atTerminal(t, "login", "--with", "browser")
	b := d.openedBrowser(t)
	b.signsAliceIn(t)
	b.sawTheEnd(t, "the-end")
	if exit := m.ends(t); exit != 0 {
		t.Fatalf("exit code %d", exit)
	}
}

// oidc-provider: browser at the terminal, refresh with rotation, revocation.
func TestOIDCProvider(t *testing.T) {
	issuer, _ := startNode(t, "provider.mjs", "AT_TTL=120")
	d := newDesk(t, settingsFor("peer", issuer))
	d.signsAliceIn(t)
	if !d.signedIn(t, "peer", "alice@example.test") {
		t.Fatalf("sessions: %+v", d.sessions(t))
	}
	token := renewed(t, d, "119s")
	if status := whoAmI(t, issuer+"/me", token); status != http.StatusOK {
		t.Errorf("the server answers the new token with %d", status)
	}
	refresh := d.refreshToken(t)
	d.ok(t, "logout")
	if said := refused(t, issuer+"/token", "desktop", refresh); said != "invalid_grant" {
		t.Errorf("the server answers a refresh after sign-out with %q", said)
	}
}

// oidc-provider: a code for another device; its answer names no interval.
func TestOIDCProviderDevice(t *testing.T) {
	issuer, _ := startNode(t, "provider.mjs")
	d := newDesk(t, settingsFor("peer", issuer))
	byDevice(t, d)
	if !d.signedIn(t, "peer", "alice@example.test") {
		t.Fatalf("sessions: %+v", d.sessions(t))
	}
}

// byDevice signs alice in at an oidc-provider with a code, entered in the browser.
func byDevice(t *testing.T, d *desk) {
	t.Helper()
	v := d.loginJSON(t, "--with", "device")
	step := v.next(t, "device")
	if err := d.command("xdg-open", fmt.Sprint(step["verification_uri_complete"])).Start(); err != nil {
		t.Fatal(err)
	}
	b := d.openedBrowser(t)
	b.press(t, "button[type=submit]") // the code is right
	b.signsAliceIn(t)
	v.next(t, "done")
	if code := v.ends(t); code != 0 {
		t.Fatalf("exit code %d", code)
	}
}

// dex: an issuer with a path, no iss in its answers, no revocation endpoint.
func TestDex(t *testing.T) {
	issuer := startDex(t)
	d := newDesk(t, settingsFor("peer", issuer))
	v := d.loginJSON(t, "--with", "browser")
	v.next(t, "browser")
	b := d.openedBrowser(t)
	b.fill(t, "#login", "alice@example.test")
	b.fill(t, "#password", "password")
	b.press(t, "#submit-login")
	b.sawTheEnd(t, "the-end")
	if done := v.next(t, "done"); done["username"] != "alice@example.test" {
		t.Errorf("done as %v", done)
	}
	if code := v.ends(t); code != 0 {
		t.Fatalf("exit code %d", code)
	}
	token := renewed(t, d, "119s")
	if status := whoAmI(t, issuer+"/userinfo", token); status != http.StatusOK {
		t.Errorf("the server answers the new token with %d", status)
	}
	// Nothing can be revoked there; the agent is told, and it is forgotten here all the same.
	if r := d.latchkey(t, "logout"); len(d.keychain(t)) != 0 {
		t.Errorf("logout ended with %d and the session is still kept\n%s", r.code, r.stderr)
	}
}

// A challenge endpoint whose wire is written by others: password, wrong code, right code.
func TestForeignChallengeEndpoint(t *testing.T) {
	issuer, _ := startNode(t, "challenge.mjs")
	const secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
	d := newDesk(t, settingsFor("peer", issuer))
	v := d.loginJSON(t, "--with", "password")
	ask := v.next(t, "credentials")
	v.answer(t, map[string]any{"id": ask["id"], "username": "alice", "password": "password1"})
	ask = v.next(t, "code")
	v.answer(t, map[string]any{"id": ask["id"], "code": people.CodeAt(secret, time.Now().Add(-time.Hour))})
	if p := v.next(t, "problem"); p["code"] != "code-refused" || p["again"] != true {
		t.Errorf("a wrong code is the problem %v", p)
	}
	ask = v.next(t, "code")
	v.answer(t, map[string]any{"id": ask["id"], "code": people.CodeAt(secret, time.Now())})
	v.next(t, "done")
	if code := v.ends(t); code != 0 {
		t.Fatalf("exit code %d", code)
	}
	if s := d.sessions(t); len(s) != 1 || s[0].State != "signed-in" {
		t.Errorf("sessions: %+v", s)
	}
}

// The demo world's challenge endpoint, asked by a client that is not ours.
func TestForeignChallengeClient(t *testing.T) {
	w, _ := newWorld(t)
	password := w.User("acme", amy).Password
	p := start(t, environment(), strings.NewReader(password+" "+w.TOTP(amy)+"\n"),
		parts.node, "--preserve-symlinks-main", script(t, "client.mjs"), w.Acme, demo.ClientID, amy)
	<-p.ended
	want := "nothing insufficient_authorization\npassword insufficient_authorization\ncode code\ntoken Bearer\n"
	if got := p.said.String(); got != want {
		t.Errorf("the client says\n%s\nwant\n%s", got, want)
	}
}
