package oauth

import (
	"net/netip"
	"slices"
	"strings"

	"latchkey/internal/config"
	"latchkey/internal/problem"
)

// ends are the names by which servers say that this person, place or computer is not let in, whatever they send. They come
// from the challenge endpoint, from the token endpoint, and back through the browser.
var ends = map[string]problem.Code{
	"too_many_failed_login_attempts": problem.AccountLocked, "account_locked": problem.AccountLocked,
	"user_locked": problem.AccountLocked, "locked": problem.AccountLocked,
	"account_not_active": problem.AccountInactive, "account_inactive": problem.AccountInactive,
	"account_disabled": problem.AccountDisabled, "user_disabled": problem.AccountDisabled, "not_a_user": problem.AccountDisabled,
	"account_deleted": problem.AccountDeleted, "user_deleted": problem.AccountDeleted,
	"ip_not_allowed":     problem.AddressRefused,
	"conditions_not_met": problem.ConditionsRefused,
	"sso_required":       problem.CompanyOnly,
	"consent_refused":    problem.ConsentRefused, "consent_denied": problem.ConsentRefused,
	"account_elsewhere": problem.AccountElsewhere, "organization_not_found": problem.TenantUnknown,
}

// end returns the problem when one of the signals is an end, and nil otherwise.
func (r *refusal) end(signals ...string) *problem.Problem {
	for _, signal := range signals {
		code := ends[signal]
		switch code {
		case "":
			continue
		case problem.AddressRefused:
			return r.problem(code, r.fromWhere)
		case problem.AccountElsewhere:
			r.locate()
			return r.problem(code, r.livesIn)
		case problem.ConditionsRefused:
			return r.problem(code)
		}
		return r.problem(code, plain)
	}
	return nil
}

// fromWhere tells the address that the server says it sees, when it is one.
func (r *refusal) fromWhere(p *problem.Problem) {
	plain(p)
	if address, ok := publicAddress(r.more.string("client_ip")); ok {
		p.Why = "The server sees this computer as " + address + "."
	}
}

// locate keeps where the account lives, as far as the server says so in a way that can be checked: a region that there is,
// an address that may be an issuer.
func (r *refusal) locate() {
	issuer := r.more.string("issuer")
	for _, place := range []string{r.more.string("region"), issuer} {
		if region, ok := config.FindRegion(place); ok && r.Region == "" {
			r.Region = region.Key
		}
	}
	if printable(issuer) && len(issuer) <= maxShown {
		r.Issuer = issuer
	}
}

// livesIn names the region in which the account lives.
func (r *refusal) livesIn(p *problem.Problem) {
	plain(p)
	if region, ok := config.FindRegion(r.Region); ok {
		p.Why = "It lives in " + region.Name + "."
	}
}

// publicAddress returns an IP address in its canonical form, and false for anything else.
func publicAddress(s string) (string, bool) {
	address, err := netip.ParseAddr(s)
	if err != nil || address.Zone() != "" {
		return "", false
	}
	return address.Unmap().String(), true
}

// denials are what servers are known to say beside access_denied, or beside Auth0's unauthorized, in small letters, and what
// it means.
var denials = []struct {
	words string
	means problem.Code
}{
	{"user is blocked", problem.AccountDisabled},                              // Auth0
	{"user did not authorize the request", problem.ConsentRefused},            // Auth0
	{"denied the consent", problem.ConsentRefused},                            // WSO2, and what is built on Ory Hydra
	{"user is not assigned to the client application", problem.AppNotAllowed}, // Okta
	{"policy evaluation failed for this request", problem.AppNotAllowed},      // Okta: no rule lets this app, person and scope in
}

// openings are what servers say in general, where it is the first they say: "if the account is locked" further on tells of no lock.
var openings = []struct {
	words string
	means problem.Code
}{
	{"account is locked", problem.AccountLocked},
	{"account has been locked", problem.AccountLocked},
	{"account is disabled", problem.AccountDisabled},
	{"account has been disabled", problem.AccountDisabled},
	{"blocked by conditional access", problem.ConditionsRefused},
	{"access has been blocked by conditional access", problem.ConditionsRefused},
	{"client is not approved", problem.AppNotAllowed},
	{"client application is not approved", problem.AppNotAllowed},
	{"application is not approved", problem.AppNotAllowed},
	{"app is not approved", problem.AppNotAllowed},
}

// denied words access_denied, which says little: what is known to stand beside it says more. otherwise is what it means
// alone.
func (r *refusal) denied(otherwise problem.Code) *problem.Problem {
	words := strings.ToLower(r.words)
	own := strings.FieldsFunc(words, func(c rune) bool { return c != '_' && (c < 'a' || c > 'z') })
	own = slices.DeleteFunc(own, func(word string) bool { return !strings.Contains(word, "_") })
	if end := r.end(own...); end != nil {
		return end
	}
	for _, d := range denials {
		if strings.Contains(words, d.words) {
			return r.problem(d.means)
		}
	}
	for _, whose := range []string{"the ", "your ", "this ", "user "} {
		words = strings.TrimPrefix(words, whose)
	}
	for _, o := range openings {
		if strings.HasPrefix(words, o.words) {
			return r.problem(o.means)
		}
	}
	return r.problem(otherwise)
}
