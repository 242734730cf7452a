package oauth_test

import (
	"errors"
	"testing"

	"latchkey/internal/oauth"
	"latchkey/internal/problem"
)

// Where an account lives is told at the challenge endpoint and in the redirect alike; a place that nobody knows is not named.
func TestS2AccountThatLivesElsewhere(t *testing.T) {
	const frankfurt = "It lives in EMEA (Frankfurt)."
	for name, c := range map[string]struct {
		region, issuer string
		key, why       string // of the region that is told
	}{
		"by its key":            {"euc1", "", "euc1", frankfurt},
		"by its name":           {"EMEA (Frankfurt)", "", "euc1", frankfurt},
		"by its host":           {"", "https://login.mypurecloud.de", "euc1", frankfurt},
		"region before issuer":  {"euc1", "https://login.mypurecloud.ie", "euc1", frankfurt},
		"an issuer alone":       {"", "https://login.initech.example", "", ""},
		"a region nobody knows": {"atlantis-1", "", "", ""},
		"words for a region":    {"call 0900 12345", "", "", ""},
		"not said":              {"", "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			answer := m{"error": "account_elsewhere", "error_description": "In the server's words.", "region": c.region, "issuer": c.issuer}
			_, here := signIn(t, connect(t).interview(t, answer))
			back := oauth.CallbackProblem(oauth.CallbackError{Code: "account_elsewhere", Region: c.region, Issuer: c.issuer})
			for _, err := range []error{here, back} {
				wants(t, err, problem.AccountElsewhere)
				if why := problem.From(err).Why; why != c.why {
					t.Errorf("why: %q, want %q", why, c.why)
				}
				said, ok := errors.AsType[*oauth.ServerError](err)
				if !ok || said.Region != c.key || said.Issuer != c.issuer {
					t.Errorf("got %+v", said)
				}
			}
		})
	}
	_, err := signIn(t, connect(t).interview(t, m{"error": "account_elsewhere", "region": m{"a": 1}, "issuer": "https://a.example/\u202e"}))
	if said, ok := errors.AsType[*oauth.ServerError](err); !ok || said.Region+said.Issuer != "" {
		t.Errorf("got %+v", said)
	}
}

func TestS2OrganizationThatIsNotThere(t *testing.T) {
	_, err := signIn(t, connect(t).interview(t, m{"error": "organization_not_found"}))
	wants(t, err, problem.TenantUnknown)
	wants(t, oauth.CallbackProblem(oauth.CallbackError{Code: "organization_not_found"}), problem.TenantUnknown)
}
