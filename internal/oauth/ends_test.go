package oauth_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/oauth"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
)

func TestS19NewPasswordRules(t *testing.T) {
	w := connect(t)
	i := w.interview(t,
		m{"new_password_required": true, "password_expired": true, "password_rules": m{
			"min_length": 12, "max_length": 128, "upper": true, "lower": true, "digit": true, "special": true, "history": 5,
			"words": []string{"Not your\u202e name.", ""},
		}},
		m{"new_password_required": true, "password_error": "weak", "password_message": "Too short\u0007."},
		m{"new_password_required": true, "password_error": "known"},
		m{"password_error": "reused", "password_message": "You had my-secret-one before."},
		m{"new_password_required": true},
		m{"new_password_required": true, "password_rules": m{"min_length": 20, "max_length": 8, "upper": "yes", "words": 7}})
	want := oauth.PasswordRules{
		MinLength: 12, MaxLength: 128, Upper: true, Lower: true, Digit: true, Special: true, History: 5, Words: []string{"Not your name."},
	}
	a, err := signIn(t, i)
	if err != nil {
		t.Fatal(err)
	}
	refused := []struct {
		code problem.Code
		why  string
	}{
		{},
		{problem.PasswordTooWeak, "The server says: Too short."},
		{problem.PasswordKnown, problem.New(problem.PasswordKnown).Why},
		{problem.PasswordReused, ""}, // its words quote what was typed
		{problem.PasswordTooWeak, ""},
	}
	for n, r := range refused {
		if diff := cmp.Diff(want, a.Rules); diff != "" || !a.Expired || !cmp.Equal(a.Need, []oauth.Field{oauth.FieldNewPassword}) {
			t.Errorf("%d: got %+v: %s", n, a, diff)
		}
		if a.Refused == nil != (r.code == "") || a.Refused != nil && (a.Refused.Code != r.code || a.Refused.Why != r.why) {
			t.Errorf("%d: refused %v, want %v", n, a.Refused, r)
		}
		a, err = i.Send(t.Context(), map[oauth.Field]secret.Text{oauth.FieldNewPassword: secret.New("my-secret-one")})
		if err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(oauth.PasswordRules{MinLength: 20}, a.Rules); diff != "" {
		t.Error(diff)
	}
}

// A change of password, or the set-up of a second step, that is not the one this program knows, is done in the browser.
func TestMF51UnknownDemandsGoOnInTheBrowser(t *testing.T) {
	for _, answer := range []m{
		{"password_change_required": true}, {"enrolment_required": true}, {"error": "mfa_enrollment_required"}, {"required": []string{"terms"}},
		{"new_password_required": true, "terms_required": true}, {"error": "password_expired"}, {"error": "email_not_verified"},
	} {
		w := connect(t)
		if a, err := signIn(t, w.interview(t, answer)); err != nil || !a.Web {
			t.Errorf("%v: got %+v, %v", answer, a, err)
		}
	}
}

func TestS8S18EndsOfTheChallenge(t *testing.T) {
	seen := func(address string) string { return "The server sees this computer as " + address + "." }
	for name, c := range map[string]struct {
		answer m
		want   problem.Code
		why    string // empty: the catalogue's
	}{
		"locked":                    {m{"error": "account_locked", "error_description": "Locked."}, problem.AccountLocked, ""},
		"locked, by member":         {m{"account_locked": true}, problem.AccountLocked, ""},
		"disabled":                  {m{"error": "account_disabled"}, problem.AccountDisabled, ""},
		"deleted":                   {m{"error": "account_deleted"}, problem.AccountDeleted, ""},
		"invited":                   {m{"error": "account_not_active"}, problem.AccountInactive, ""},
		"place":                     {m{"error": "ip_not_allowed", "client_ip": "203.0.113.9"}, problem.AddressRefused, seen("203.0.113.9")},
		"place, IPv6":               {m{"error": "ip_not_allowed", "client_ip": "2001:DB8:0::1"}, problem.AddressRefused, seen("2001:db8::1")},
		"place, mapped":             {m{"error": "ip_not_allowed", "client_ip": "::ffff:203.0.113.9"}, problem.AddressRefused, seen("203.0.113.9")},
		"place, no address":         {m{"error": "ip_not_allowed", "client_ip": "call 0900"}, problem.AddressRefused, ""},
		"place, with a zone":        {m{"error": "ip_not_allowed", "client_ip": "fe80::1%call"}, problem.AddressRefused, ""},
		"place, with a description": {m{"error": "ip_not_allowed", "error_description": "No."}, problem.AddressRefused, ""},
		"conditions":                {m{"error": "conditions_not_met", "error_description": "The disk is not encrypted."}, problem.ConditionsRefused, "The server says: The disk is not encrypted."},
		"conditions, not said":      {m{"error": "conditions_not_met"}, problem.ConditionsRefused, ""},
		"company only":              {m{"error": "sso_required"}, problem.CompanyOnly, ""},
		"access denied, by place":   {m{"error": "access_denied", "error_description": "ip_not_allowed", "client_ip": "203.0.113.9"}, problem.AddressRefused, seen("203.0.113.9")},
	} {
		t.Run(name, func(t *testing.T) {
			w := connect(t)
			_, err := signIn(t, w.interview(t, c.answer))
			wants(t, err, c.want)
			if why := c.why; err != nil {
				if why == "" {
					why = problem.New(c.want).Why
				}
				if got := problem.From(err).Why; got != why {
					t.Errorf("why: %q, want %q", got, why)
				}
			}
		})
	}
}
