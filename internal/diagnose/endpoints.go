package diagnose

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"

	"latchkey/internal/config"
	"latchkey/internal/oauth"
	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

// wordsOfOAuth are the error codes by which a token endpoint shows that it is one (RFC 6749, section 5.2, and what later
// specifications added).
var wordsOfOAuth = []string{
	"invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type", "invalid_scope",
	"access_denied", "server_error", "temporarily_unavailable", "slow_down", "invalid_target", "invalid_dpop_proof", "use_dpop_nonce",
	"interaction_required", "login_required", "mfa_required", "insufficient_authorization", "unsupported_response_type",
}

// tokenEndpoint asks for a token without anything that could be granted one, and looks whether the refusal is OAuth's. It
// tells apart a server that is there and refuses from a network in between (DG-21).
func (e Env) tokenEndpoint(ctx context.Context, c *oauth.Client) part {
	r, err := e.HTTP.Do(ctx, transport.Request{
		URL: c.Server.TokenEndpoint, Form: url.Values{"grant_type": {"authorization_code"}, "client_id": {e.Org.ClientID}},
	})
	if err != nil {
		return failed(ctx, "token", err)
	}
	said := errorCode(r)
	p := part{name: "token", took: r.Took, facts: []Fact{told("token_status", r.Status), told("token_answer", said), told("token_ms", milliseconds(r.Took))}}
	p.facts = append(p.facts, e.retryFact(e.retryAt(r))...)
	p.trial = e.judgeToken(r, said)
	if address, ok := seenAs(r); ok {
		p.facts = append(p.facts, kept("public_address", address))
	}
	return p
}

// errorCode returns the error code of an OAuth answer; empty when it is none.
func errorCode(r *transport.Response) string {
	var answer struct {
		Error string `json:"error"`
	}
	if r.DecodeJSON(&answer) != nil || !slices.Contains(wordsOfOAuth, answer.Error) {
		return ""
	}
	return answer.Error
}

func (e Env) judgeToken(r *transport.Response, said string) *problem.Problem {
	refused := turnedAway(r)
	switch {
	case r.Status == http.StatusNetworkAuthenticationRequired:
		return problem.New(problem.NetworkPage)
	case r.Status == http.StatusTooManyRequests, said == "slow_down":
		return e.limited(e.retryAt(r))
	case r.Status >= http.StatusInternalServerError:
		return e.unavailable(r.Status, e.retryAt(r))
	case refused != nil:
		return refused
	case said == "invalid_client" && e.Org.ClientSecret == "":
		return e.unknownApp()
	case said == "unauthorized_client":
		return problem.New(problem.AppNotAllowed)
	case said == "server_error", said == "temporarily_unavailable":
		return problem.New(problem.ServerUnavailable, problem.Because("It says so itself."))
	case said != "":
		return nil
	case r.Status == http.StatusUnauthorized, r.Status == http.StatusForbidden:
		return problem.New(problem.ServerRefuses, problem.Because("It answers %d. It may let people in from certain networks only.", r.Status))
	case r.Status == http.StatusNotFound, r.Status == http.StatusMethodNotAllowed, r.Status == http.StatusGone:
		return problem.New(problem.NotASignInServer, problem.Because("Nothing there takes sign-ins (answer %d).", r.Status))
	case isPage(r) && r.Status/100 == 2:
		return problem.New(problem.NetworkPage)
	case isPage(r):
		return problem.New(problem.ServerAnswer, problem.Because("A web page answers where sign-ins are finished (answer %d).", r.Status))
	}
	return problem.New(problem.ServerAnswer, problem.Because("It does not answer as a sign-in server does (answer %d).", r.Status))
}

// turnedAway returns the problem of a server that lets nobody in from this place or computer, and says so before anybody has
// signed in; nil when it says nothing of the kind.
func turnedAway(r *transport.Response) *problem.Problem {
	var answer struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
		ClientIP    string `json:"client_ip"`
	}
	if r.DecodeJSON(&answer) != nil || answer.Error == "" {
		return nil
	}
	p := problem.From(oauth.CallbackProblem(oauth.CallbackError{Code: answer.Error, Description: answer.Description, ClientIP: answer.ClientIP}))
	if p.Code != problem.AddressRefused && p.Code != problem.ConditionsRefused {
		return nil
	}
	return p
}

// seenAs returns the address that the server says it sees this computer at.
func seenAs(r *transport.Response) (address string, ok bool) {
	var answer struct {
		ClientIP string `json:"client_ip"`
	}
	if r.DecodeJSON(&answer) != nil {
		return "", false
	}
	a, err := netip.ParseAddr(answer.ClientIP)
	return a.Unmap().String(), err == nil && a.Zone() == ""
}

// unknownApp is the problem of a client ID that the server does not have. In Genesys Cloud each region has its own.
func (e Env) unknownApp() *problem.Problem {
	region, ok := config.FindRegion(e.Org.Region)
	if !ok {
		return problem.New(problem.AppUnknown)
	}
	return problem.New(problem.AppUnknown,
		problem.Because("%s has no app with the client ID in the settings. It may belong to another region.", region.Name),
		problem.Do("Ask IT which region your organisation is in, and for the client ID there."))
}

// signInPage asks for the page that the browser would open, as the sign-in asks for it, and follows nothing.
func (e Env) signInPage(ctx context.Context, c *oauth.Client) part {
	flow, err := oauth.NewFlow(e.Rand)
	if err != nil {
		return failed(ctx, "page", err)
	}
	defer flow.Wipe()
	back := e.redirectURI(c.Server)
	page, err := c.Authorize(ctx, flow, back, oauth.AuthorizeOptions{})
	if err != nil {
		return failed(ctx, "page", err)
	}
	r, err := e.HTTP.Do(ctx, transport.Request{URL: page.URL, Accept: "text/html,application/xhtml+xml,*/*;q=0.8"})
	if to, ok := errors.AsType[*transport.RedirectError](err); ok {
		return part{name: "page", trial: refusedAtOnce(to.To, back), facts: []Fact{told("page", "redirect")}}
	}
	if problem.Has(err, problem.AnswerTooLarge) { // a page with everything in it
		return part{name: "page", facts: []Fact{told("page", "large")}}
	}
	if err != nil {
		return failed(ctx, "page", err)
	}
	p := part{name: "page", took: r.Took, facts: []Fact{told("page_status", r.Status), told("page_ms", milliseconds(r.Took))}}
	switch {
	case r.Status == http.StatusNetworkAuthenticationRequired:
		p.trial = problem.New(problem.NetworkPage)
	case r.Status >= http.StatusInternalServerError:
		p.trial = e.unavailable(r.Status, e.retryAt(r))
	case r.Status == http.StatusTooManyRequests:
		p.trial = e.limited(e.retryAt(r))
	case r.Status == http.StatusNotFound, r.Status == http.StatusMethodNotAllowed, r.Status == http.StatusGone:
		p.trial = problem.New(problem.NotASignInServer, problem.Because("It has no sign-in page at the address it names (answer %d).", r.Status))
	case r.Status == http.StatusBadRequest && e.Org.Genesys():
		// An app or a way back that is not registered never gets an answer; the page itself says it.
		p.trial = problem.New(problem.RequestRefused,
			problem.Because("Its sign-in page refuses the client ID or the way back to this computer."),
			problem.Do("Tell IT: the app must be registered in this region, with the redirect address http://localhost."))
	}
	// Anything else is a page or a refusal of the server's own. Some refuse whatever is no browser (403): that says nothing.
	return p
}

// refusedAtOnce tells a redirect to a page apart from one that goes straight back to the app: nobody was asked anything,
// so it can only be a refusal (RFC 6749, section 4.1.2.1).
func refusedAtOnce(to *url.URL, back string) *problem.Problem {
	home, err := url.Parse(back)
	said := to.Query()
	code := said.Get("error")
	if err != nil || to.Host != home.Host || code == "" {
		return nil
	}
	return problem.From(oauth.CallbackProblem(oauth.CallbackError{
		Code: code, Description: said.Get("error_description"), ClientIP: said.Get("client_ip"),
	}))
}

// redirectURI is one the sign-in could use. Nobody listens there.
func (e Env) redirectURI(s *oauth.Server) string {
	port := e.Org.RedirectPort
	if port == 0 {
		port = 49200
	}
	host := e.Org.RedirectHost
	if host == "" {
		host = "127.0.0.1"
	}
	back := "http://" + net.JoinHostPort(host, strconv.Itoa(port))
	if s.Genesys {
		return back
	}
	return back + "/callback"
}
