//go:build e2e

package e2e

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// strictProvider is oidc-provider with everything on: requests must be pushed, tokens are bound, proofs need nonces, refresh tokens
// rotate.
func strictProvider(t *testing.T) (issuer string, server *process) {
	t.Helper()
	return startNode(t, "provider.mjs", "STRICT=1", "AT_TTL=120")
}

// boundSession looks at a session whose tokens are bound, from all sides, and ends it.
func boundSession(t *testing.T, d *desk, issuer string, server *process) {
	t.Helper()
	if !d.signedIn(t, "peer", "alice@example.test") {
		t.Fatalf("sessions: %+v", d.sessions(t))
	}
	var handed struct {
		Type string `json:"token_type"`
	}
	if err := json.Unmarshal([]byte(d.ok(t, "token", "--json")), &handed); err != nil || handed.Type != "DPoP" {
		t.Errorf("a token of type %q: %v", handed.Type, err)
	}
	if r := d.latchkey(t, "token"); !strings.Contains(r.stderr, `dpop = "off"`) {
		t.Errorf("nothing is said of what the token is good for: %s", r.stderr)
	}
	// Every one of these is a program that starts anew, and has the key from the keychain only.
	for range 2 {
		if status := whoAmI(t, issuer+"/me", renewed(t, d, "119s")); status != http.StatusUnauthorized {
			t.Errorf("who finds the token gets in with it: %d", status)
		}
	}
	// So it is with the refresh token; and who tries it does no harm.
	if said := refused(t, issuer+"/token", "desktop", d.refreshToken(t)); said != "invalid_grant" && said != "invalid_dpop_proof" {
		t.Errorf("who finds the refresh token is told %q", said)
	}
	renewed(t, d, "119s")
	refresh := d.refreshToken(t)
	d.ok(t, "logout")
	if said := refused(t, issuer+"/token", "desktop", refresh); said != "invalid_grant" {
		t.Errorf("the server answers a refresh after sign-out with %q", said)
	}
	if log := server.said.String(); strings.Contains(log, "invalid_dpop_proof") {
		t.Errorf("the server refused a proof:\n%s", log)
	}
}

// oidc-provider with pushed requests required, bound tokens with nonces, and rotation: the browser.
func TestOIDCProviderStrict(t *testing.T) {
	issuer, server := strictProvider(t)
	d := newDesk(t, settingsFor("peer", issuer))
	d.signsAliceIn(t)
	if log := server.said.String(); strings.Count(log, "pushed_authorization_request.success") != 1 {
		t.Errorf("the request was not pushed, or more than once:\n%s", log)
	}
	boundSession(t, d, issuer, server)
}

// The same with a code for another device: the poll binds the tokens.
func TestOIDCProviderStrictDevice(t *testing.T) {
	issuer, server := strictProvider(t)
	d := newDesk(t, settingsFor("peer", issuer))
	byDevice(t, d)
	boundSession(t, d, issuer, server)
}

// dpop = "off": the same server, and a token for programs that only send it along.
func TestOIDCProviderUnbound(t *testing.T) {
	issuer, _ := strictProvider(t)
	d := newDesk(t, settingsFor("peer", issuer)+"dpop = \"off\"\n")
	byDevice(t, d)
	if status := whoAmI(t, issuer+"/me", renewed(t, d, "119s")); status != http.StatusOK {
		t.Errorf("the server answers the token with %d", status)
	}
}

// dex, which sends everybody on to the company's own identity provider.
func TestDexWithACompany(t *testing.T) {
	dexPort, companyPort, secret := freePort(t), freePort(t), rand.Text()
	company, _ := startNodeAt(t, companyPort, "provider.mjs", "DEX=http://127.0.0.1:"+dexPort+"/dex", "SECRET="+secret)
	issuer := startDexAt(t, dexPort, "dex-company.yaml", "COMPANY", company, "SECRET", secret)
	d := newDesk(t, settingsFor("peer", issuer)+"company = \"Example\"\n")
	m := d.atTerminal(t, "login")
	m.sees(t, "Your browser opens")
	b := d.openedBrowser(t)
	b.fill(t, "input[name=login]", "alice")
	b.fill(t, "input[name=password]", "any")
	b.picture(t, "company")
	if at := b.at(t); !strings.HasPrefix(at, company+"/") {
		t.Errorf("the password is asked for at %s", at)
	}
	b.press(t, "button[type=submit]")
	b.press(t, "button[autofocus]")
	b.sawTheEnd(t, "the-end")
	m.sees(t, "Back from the browser")
	if exit := m.ends(t); exit != 0 {
		t.Fatalf("exit code %d", exit)
	}
	if !d.signedIn(t, "peer", "alice@example.test") {
		t.Fatalf("sessions: %+v", d.sessions(t))
	}
	if status := whoAmI(t, issuer+"/userinfo", renewed(t, d, "119s")); status != http.StatusOK {
		t.Errorf("the server answers the new token with %d", status)
	}
}
