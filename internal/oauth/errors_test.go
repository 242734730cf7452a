package oauth_test

import (
	"errors"
	"testing"

	"latchkey/internal/oauth"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
)

func TestCB10ErrorsOfTheCallback(t *testing.T) {
	for code, want := range map[string]problem.Code{
		"access_denied":              problem.Denied,
		"invalid_request":            problem.RequestRefused,
		"unauthorized_client":        problem.AppNotAllowed,
		"unsupported_response_type":  problem.RequestRefused,
		"invalid_scope":              problem.ScopeRefused,
		"server_error":               problem.ServerUnavailable,
		"temporarily_unavailable":    problem.ServerUnavailable,
		"login_required":             problem.InteractionRequired,
		"consent_required":           problem.InteractionRequired,
		"interaction_required":       problem.InteractionRequired,
		"account_selection_required": problem.InteractionRequired,
		"something_new":              problem.SignInRefused,
		"":                           problem.SignInRefused,
	} {
		err := oauth.CallbackProblem(oauth.CallbackError{Code: code, Description: "in the server's words\u202e"})
		wants(t, err, want)
		behind, ok := errors.AsType[*oauth.ServerError](err)
		if !ok || behind.Code != code || behind.Status != 0 {
			t.Errorf("%s: behind it %+v", code, behind)
		}
		if p := problem.From(err); p.Why != "The server says: in the server's words" {
			t.Errorf("%s: %q", code, p.Why)
		}
	}
	if p := problem.From(oauth.CallbackProblem(oauth.CallbackError{Code: "access_denied"})); p.Why != "" {
		t.Errorf("why: %q", p.Why)
	}
}

// What servers are known to say besides the codes of the specifications, in the redirect as at the token endpoint.
func TestS18EndsThatComeBack(t *testing.T) {
	for name, c := range map[string]struct {
		code, words, clientIP string
		want                  problem.Code
		why                   string
	}{
		"place":             {"ip_not_allowed", "", "203.0.113.9", problem.AddressRefused, "The server sees this computer as 203.0.113.9."},
		"place, by words":   {"access_denied", "ip_not_allowed: ask IT", "::ffff:203.0.113.9", problem.AddressRefused, "The server sees this computer as 203.0.113.9."},
		"place, no address": {"ip_not_allowed", "", "evil.example", problem.AddressRefused, ""},
		"locked":            {"account_locked", "", "", problem.AccountLocked, "Resetting the password does not lift it."},
		"invited":           {"account_not_active", "", "", problem.AccountInactive, "It has an invitation that was not accepted."},
		"deleted":           {"account_deleted", "", "", problem.AccountDeleted, "It was deleted."},
		"off":               {"access_denied", "account_disabled", "", problem.AccountDisabled, "It is switched off."},
		"blocked (Auth0)":   {"unauthorized", "user is blocked", "", problem.AccountDisabled, "The server says: user is blocked"},
		"consent (Auth0)":   {"access_denied", "User did not authorize the request", "", problem.ConsentRefused, "The server says: User did not authorize the request"},
		"refused (Auth0)":   {"unauthorized", "Access denied.", "", problem.SignInRefused, "The server says: Access denied."},
		"consent (WSO2)":    {"access_denied", "User denied the consent.", "", problem.ConsentRefused, "The server says: User denied the consent."},
		"assigned (Okta)":   {"access_denied", "User is not assigned to the client application.", "", problem.AppNotAllowed, "The server says: User is not assigned to the client application."},
		"no rule (Okta)": {"access_denied", "Policy evaluation failed for this request, please check the policy configurations.", "", problem.AppNotAllowed,
			"The server says: Policy evaluation failed for this request, please check the policy configurations."},
		"locked, in general":      {"access_denied", "Your account is locked until tomorrow.", "", problem.AccountLocked, "The server says: Your account is locked until tomorrow."},
		"off, in general":         {"access_denied", "The user account has been disabled", "", problem.AccountDisabled, "The server says: The user account has been disabled"},
		"rules, in general":       {"access_denied", "Blocked by Conditional Access", "", problem.ConditionsRefused, "The server says: Blocked by Conditional Access"},
		"the app, in general":     {"access_denied", "This client is not approved.", "", problem.AppNotAllowed, "The server says: This client is not approved."},
		"perhaps locked":          {"access_denied", "Call IT if the account is locked.", "", problem.Denied, "The server says: Call IT if the account is locked."},
		"not locked":              {"access_denied", "Account is not locked.", "", problem.Denied, "The server says: Account is not locked."},
		"a device, no app":        {"access_denied", "Your device is not approved.", "", problem.Denied, "The server says: Your device is not approved."},
		"aborted (oidc-provider)": {"access_denied", "End-User aborted interaction", "", problem.Denied, "The server says: End-User aborted interaction"},
		"consent, by code":        {"consent_refused", "", "", problem.ConsentRefused, ""},
		"conditions":              {"conditions_not_met", "The disk is not encrypted.", "", problem.ConditionsRefused, "The server says: The disk is not encrypted."},
		"unapproved":              {"unauthorized_client", "", "", problem.AppNotAllowed, ""},
		"company only":            {"sso_required", "", "", problem.CompanyOnly, ""},
		"cancelled":               {"access_denied", "", "", problem.Denied, ""},
	} {
		p := problem.From(oauth.CallbackProblem(oauth.CallbackError{Code: c.code, Description: c.words, ClientIP: c.clientIP}))
		if p.Code != c.want || p.Why != c.why {
			t.Errorf("%s: got %v, want %s: %s", name, p, c.want, c.why)
		}
		if c.clientIP != "" || c.want == problem.Denied || c.want == problem.AccountInactive { // not what a token endpoint says
			continue
		}
		w := connect(t)
		w.Next(oauthtest.TokenPath, oauthtest.Refused(400, c.code, "error_description", c.words))
		_, err := w.client.Exchange(t.Context(), newFlow(t), secret.New("c"), redirectURI)
		wants(t, err, c.want)
	}
}
