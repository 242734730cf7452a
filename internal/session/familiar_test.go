package session_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/config"
	"latchkey/internal/problem"
	"latchkey/internal/session"
	"latchkey/internal/vault"
	"latchkey/internal/vault/vaulttest"
)

func TestChangedServerIsTold(t *testing.T) {
	acme := config.Organization{ID: "acme", Name: "Acme", Issuer: "https://login.acme.example", ClientID: "latchkey"}
	for name, c := range map[string]struct {
		change   func(*config.Organization)
		old, now string // empty: not changed
	}{
		"nothing":                  {func(*config.Organization) {}, "", ""},
		"another name":             {func(o *config.Organization) { o.Name, o.Company = "ACME", "Acme" }, "", ""},
		"another path":             {func(o *config.Organization) { o.Issuer += "/realm" }, "", ""},
		"another issuer":           {func(o *config.Organization) { o.Issuer = "https://login.acme-sso.example" }, "login.acme.example", "login.acme-sso.example"},
		"password elsewhere":       {func(o *config.Organization) { o.Endpoints.AuthorizationChallenge = "https://evil.example/c" }, "login.acme.example", "evil.example"},
		"tokens revoked elsewhere": {func(o *config.Organization) { o.Endpoints.Revocation = "https://evil.example/r" }, "login.acme.example", "evil.example"},
		"to a region":              {func(o *config.Organization) { o.Issuer, o.Region = "", "euw2" }, "login.acme.example", "login.euw2.pure.cloud"},
	} {
		t.Run(name, func(t *testing.T) {
			v := vault.Open(filepath.Join(t.TempDir(), "state"), (&vaulttest.Store{}).Keychain(), clocktest.At(noon))
			m := session.New(session.Options{Settings: &config.Settings{}, Vault: v})
			if err := m.Trust(t.Context(), acme); err != nil {
				t.Fatal(err)
			}
			o := acme
			c.change(&o)
			change, changed := m.Changed(o)
			if changed != (c.now != "") || change.Old != c.old || change.New != c.now {
				t.Fatalf("changed: %v, from %q to %q", changed, change.Old, change.New)
			}
			if !changed {
				return
			}
			if name == "to a region" && !slices.Contains(change.More, "api.euw2.pure.cloud") {
				t.Errorf("further hosts: %q", change.More)
			}
			if p := change.Problem(); p.Code != problem.IssuerChanged || !strings.Contains(p.Why, c.old) || !strings.Contains(p.Why, c.now) {
				t.Errorf("the words are %q", p.Why)
			}
			if err := m.Trust(t.Context(), o); err != nil {
				t.Fatal(err)
			}
			if _, still := m.Changed(o); still {
				t.Error("still changed after it was accepted")
			}
		})
	}
}

func TestSignInRemembersServerAndTheOneBefore(t *testing.T) {
	w := newWorld(t)
	w.settings.Organizations[0].TwoStepURL = "https://login.acme.example/two-step"
	m := w.process()
	if s := w.signIn(m, true); !s.Last.At.IsZero() && s.Last.Here {
		t.Errorf("before the first sign-in was %+v", s.Last)
	}
	w.clock.Advance(3600e9)
	c, tokens, who := w.grant()
	who.How, who.OneStep, who.Last.At = "browser", true, who.Last.At.UTC()
	s, err := w.process().Keep(t.Context(), c, tokens, who, true)
	if err != nil || !s.Last.At.Equal(noon) || !s.Last.Here || s.TwoStep == "" {
		t.Fatalf("%+v, %v", s, err)
	}
	if _, changed := w.process().Changed(w.settings.Organizations[0]); changed {
		t.Error("the same server is another")
	}
	if list, err := w.process().List(t.Context()); err != nil || list[0].Last != s.Last {
		t.Errorf("listed: %+v, %v", list, err)
	}
	if err := m.TwoStepSuggested(t.Context(), s.Account); err != nil {
		t.Fatal(err)
	}
	c, tokens, who = w.grant()
	who.OneStep = true
	if s, err := w.process().Keep(t.Context(), c, tokens, who, false); err != nil || s.TwoStep != "" {
		t.Errorf("suggested again: %q, %v", s.TwoStep, err)
	}
}

// A server's own description can send passwords elsewhere, too: that is told until somebody confirms it, or it is over.
func TestS21PasswordsThatGoElsewhereAreTold(t *testing.T) {
	const elsewhere = "passwords.evil.example"
	w := newWorld(t)
	org := w.settings.Organizations[0]
	if _, changed := w.process().PasswordsAt(t.Context(), org, elsewhere); changed {
		t.Error("told before anybody signed in here")
	}
	w.signIn(w.process(), true)
	expect := func(host string, changed bool) {
		t.Helper()
		m := w.process()
		change, is := m.PasswordsAt(t.Context(), org, host)
		noted, still := w.process().Moved(org) // as another process sees it
		if is != changed || still != changed || changed && (change.New != host || noted.New != host || !strings.Contains(change.Problem().Why, host)) {
			t.Fatalf("%s: changed %v, %+v; noted %v, %+v", host, is, change, still, noted)
		}
	}
	expect("127.0.0.1:4711", false)
	expect(elsewhere, true)
	expect("127.0.0.1:4712", false) // it has come back
	named := org
	named.Endpoints.AuthorizationChallenge = "https://" + elsewhere + "/challenge"
	if _, changed := w.process().PasswordsAt(t.Context(), named, elsewhere); changed {
		t.Error("the settings name it")
	}
	expect(elsewhere, true)
	if err := w.process().Trust(t.Context(), org); err != nil {
		t.Fatal(err)
	}
	expect(elsewhere, false)
	expect("passwords.worse.example", true)
	if err := w.process().Trust(t.Context(), config.Organization{ID: org.ID}); err != nil { // removed
		t.Fatal(err)
	}
	expect("passwords.worse.example", false)
}

// Two-step verification is suggested once, and that is remembered. A sign-in that is not to be kept leaves no trace to remember it by: there
// it would be suggested every time, and is not at all.
func TestS20NoSuggestionOfASignInThatIsNotKept(t *testing.T) {
	w := newWorld(t)
	w.settings.Organizations[0].TwoStepURL = "https://login.acme.example/two-step"
	for i, keep := range []bool{false, false, true, false, true} {
		m := w.process()
		c, tokens, who := w.grant()
		who.OneStep = true
		s, err := m.Keep(t.Context(), c, tokens, who, keep)
		if want := i == 2; err != nil || (s.TwoStep != "") != want {
			t.Fatalf("sign-in %d: suggested %q, %v", i, s.TwoStep, err)
		}
		if s.TwoStep == "" {
			continue
		}
		if err := m.TwoStepSuggested(t.Context(), s.Account); err != nil {
			t.Fatal(err)
		}
	}
}
