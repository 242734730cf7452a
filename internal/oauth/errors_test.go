package oauth_test

import (
	"errors"
	"testing"

	"latchkey/internal/oauth"
	"latchkey/internal/problem"
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
		err := oauth.CallbackProblem(code, "in the server's words\u202e")
		wants(t, err, want)
		behind, ok := errors.AsType[*oauth.ServerError](err)
		if !ok || behind.Code != code || behind.Status != 0 {
			t.Errorf("%s: behind it %+v", code, behind)
		}
		if p := problem.From(err); p.Why != "The server says: in the server's words" {
			t.Errorf("%s: %q", code, p.Why)
		}
	}
	if p := problem.From(oauth.CallbackProblem("access_denied", "")); p.Why != "" {
		t.Errorf("why: %q", p.Why)
	}
}
