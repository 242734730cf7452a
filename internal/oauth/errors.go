package oauth

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/transport"
)

// ServerError is the error answer behind a problem (RFC 6749, section 5.2); errors.As finds it.
type ServerError struct {
	Status  int       // HTTP status; 0 when it came back through the browser
	Code    string    // the error code, cleaned; empty when the answer had none
	RetryAt time.Time // when to try again; zero when the server did not say

	// With account-elsewhere: the key of the Genesys Cloud region, and the issuer, where the account lives; empty when the
	// server did not say. Go only to an issuer that the settings name.
	Region, Issuer string

	blocks bool // its words say that the account is blocked; Auth0 has one code for that and for asking too often
}

// Error returns status and code, never what else the server said.
func (e *ServerError) Error() string {
	return fmt.Sprintf("server error %q (status %d)", e.Code, e.Status)
}

// StepUp stands behind the problem step-wanted: the server wants another step before it renews the session. The refresh token is
// still good: keep it, and go on with [Client.ResumeChallenge] (OAuth 2.0 for First-Party Applications, section 6).
type StepUp struct {
	// Asked is the server's question. Need is empty where only the browser can go on.
	Asked ChallengeAnswer

	session secret.Text // auth_session
	otp     string      // what the code is called
	factors []Factor
}

// Wipe overwrites what would let somebody else go on.
func (s *StepUp) Wipe() { s.session.Wipe() }

// Error names the case.
func (*StepUp) Error() string { return "server asks for another step before it renews the session" }

// errorAnswer is an error as servers send it. Genesys Cloud sends description beside error_description.
type errorAnswer struct {
	Error            text `json:"error"`
	ErrorDescription text `json:"error_description"`
	Description      text `json:"description"`
}

func (e errorAnswer) words() string {
	if e.ErrorDescription != "" {
		return string(e.ErrorDescription)
	}
	return string(e.Description)
}

// refusal is an error answer with what is needed to word it.
type refusal struct {
	ServerError
	words    string // error_description, as it came
	more     members
	sent     url.Values
	response *transport.Response
}

// problem returns the problem with the server's own words, if it sent any, as the reason.
func (r *refusal) problem(code problem.Code, options ...problem.Option) *problem.Problem {
	if said := r.said(); said != "" {
		options = append([]problem.Option{problem.Because("The server says: %s", said)}, options...)
	}
	return problem.New(code, append(options, problem.Caused(&r.ServerError))...)
}

// said returns the server's words, cleaned and capped; nothing when they echo a secret of the request.
func (r *refusal) said() string {
	said := transport.Clean(r.words, 200)
	for name, values := range r.sent {
		switch name {
		case "grant_type", "client_id", "response_type", "scope", "redirect_uri", "token_type_hint",
			"code_challenge", "code_challenge_method", "acr_values", "username":
			continue
		}
		for _, value := range values {
			if value != "" && (strings.Contains(r.words, value) || strings.Contains(r.words, url.QueryEscape(value)) ||
				strings.Contains(said, transport.Clean(value, 200))) {
				return ""
			}
		}
	}
	return said
}

// general returns the problem for an error code that means the same at every endpoint (RFC 6749, sections 4.1.2.1 and
// 5.2; OpenID Connect Core, section 3.1.2.6). Any other code is sign-in-refused.
func (r *refusal) general() *problem.Problem {
	if end := r.end(r.Code); end != nil {
		return end
	}
	if told := r.entra(); told != nil {
		return told
	}
	switch r.Code {
	case "invalid_request", "unsupported_response_type", "unsupported_grant_type", "invalid_request_uri",
		"invalid_request_object", "request_not_supported", "request_uri_not_supported":
		return r.problem(problem.RequestRefused)
	case "invalid_client":
		return r.problem(problem.AppUnknown)
	case "unauthorized_client":
		return r.problem(problem.AppNotAllowed)
	case "invalid_scope":
		return r.problem(problem.ScopeRefused)
	case "access_denied":
		return r.denied(problem.Denied)
	case "unauthorized": // Auth0
		return r.denied(problem.SignInRefused)
	case "server_error", "temporarily_unavailable":
		return r.problem(problem.ServerUnavailable)
	case "slow_down", "too_many_requests":
		return r.problem(problem.TooManyTries)
	case "interaction_required", "login_required", "consent_required", "account_selection_required",
		"insufficient_authorization":
		return r.problem(problem.InteractionRequired)
	}
	return r.problem(problem.SignInRefused)
}

// CallbackError is an error that came back to the redirect URI (RFC 6749, section 4.1.2.1; OpenID Connect Core, section
// 3.1.2.6), as it came. All but Code may be empty.
type CallbackError struct {
	Code, Description string
	ClientIP          string // the address that the server says it saw
	Region, Issuer    string // where the account lives
}

// CallbackProblem returns the problem for an error that came back. Which code it was, a [*ServerError] behind it tells.
func CallbackProblem(e CallbackError) error {
	r := &refusal{ServerError: ServerError{Code: transport.Clean(e.Code, 60)}, words: e.Description, more: e.more()}
	return r.general()
}

func (e CallbackError) more() members {
	more := members{}
	for name, value := range map[string]string{"client_ip": e.ClientIP, "region": e.Region, "issuer": e.Issuer} {
		if quoted, err := json.Marshal(value); err == nil {
			more[name] = quoted
		}
	}
	return more
}

// refused reads an answer that is not a success. The error is a problem when the answer says more than that the
// server refused: it is busy, out of order, or not the server at all.
func (c *Client) refused(r *transport.Response, sent url.Values) (*refusal, error) {
	out := &refusal{ServerError: ServerError{Status: r.Status, RetryAt: c.retryAt(r)}, sent: sent, response: r}
	var answer errorAnswer
	decodeErr := r.DecodeJSON(&answer)
	if decodeErr == nil {
		_ = r.DecodeJSON(&out.more)
		out.Code, out.words = transport.Clean(string(answer.Error), 60), answer.words()
	}
	switch {
	case r.Status >= 500 && r.Status != http.StatusNetworkAuthenticationRequired:
		return nil, out.problem(problem.ServerUnavailable)
	case r.Status == http.StatusTooManyRequests:
		out.blocks = out.says("blocked")
		return nil, out.problem(problem.TooManyTries)
	case decodeErr != nil:
		return nil, decodeErr
	case out.Code == "":
		return nil, problem.New(problem.ServerAnswer,
			problem.Because("It answered with status %d.", r.Status), problem.Caused(&out.ServerError))
	}
	return out, nil
}

// retryAt reads Retry-After, at most a day ahead.
func (c *Client) retryAt(r *transport.Response) time.Time {
	now := c.Clock.Now()
	pause := min(transport.RetryAfter(r.Header, now), 24*time.Hour)
	if pause <= 0 {
		return time.Time{}
	}
	return now.Add(pause)
}
