package oauth

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/transport"
)

// question is an answer of the challenge endpoint that is not a code: it asks for more, refuses, or sends the person to
// the browser. It understands every profile: what is missing or wrong can be the error code, a member that is true, or an
// entry of the list "required"; "<x>_required" asks for x.
type question struct {
	client     *Client
	said       members
	status     int
	hadSession bool // an auth_session was sent
	hasSession bool // there is one to go on with
	retryAt    time.Time
	form       url.Values
	fields     map[Field]secret.Text
	last       *ChallengeAnswer // the question before; nil at first
	factors    []Factor         // all that the server has named

	sessionDead bool   // out: the auth_session is over
	code        string // out: the name of the code that is asked for
}

var credentials = []Field{FieldUsername, FieldPassword}

func (q *question) answer() (*ChallengeAnswer, error) {
	a := &ChallengeAnswer{AttemptsLeft: q.attemptsLeft()}
	r := &refusal{
		ServerError: ServerError{Status: q.status, Code: transport.Clean(q.said.string("error"), 60), RetryAt: q.retryAt},
		sent:        q.form, more: q.said,
	}
	r.words = q.said.string("error_description")
	signals := q.signals()
	has := func(names ...string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return slices.Contains(signals, n) })
	}
	switch {
	case r.Code == "invalid_session", r.Code == "invalid_grant" && q.hadSession:
		q.sessionDead = true
		a.Refused = r.problem(problem.SignInTimedOut, plain)
		return a, a.Refused
	case has("redirect_to_web"):
		return q.web(a)
	}
	if end := r.end(signals...); end != nil {
		if a.Refused = end; end.Code == problem.AccountLocked {
			a.Unlocked = q.unlocked()
		}
		return a, end
	}
	tooMany := q.status == http.StatusTooManyRequests || has("slow_down", "too_many_requests")
	switch {
	case has("authorization_pending"), tooMany && q.polls():
		a.Need = []Field{FieldApproval}
		a.pace = &pace{slower: has("slow_down"), every: interval(q.said["interval"], 0), retryAt: q.retryAt}
		return a, nil
	case tooMany:
		a.Refused, a.Unlocked = problem.New(problem.TooManyTries, problem.Caused(&r.ServerError)), q.retryAt
		return q.once(a), nil
	case r.Code == "invalid_grant":
		signals = append(signals, "credentials_invalid")
	}
	switch r.Code {
	case "invalid_request", "invalid_client", "unauthorized_client", "unsupported_response_type", "invalid_scope",
		"server_error", "temporarily_unavailable":
		return nil, r.general()
	case "access_denied":
		return nil, r.denied(problem.SignInRefused)
	}
	return q.need(a, r, signals)
}

// plain leaves the server's words out: ours say it better.
func plain(p *problem.Problem) { p.Why = problem.New(p.Code).Why }

// polls reports whether nothing was sent but the question whether the approval was given.
func (q *question) polls() bool { return len(q.fields) == 0 && q.last.asks(FieldApproval) }

// once asks the last question once more: what was sent did not change it.
func (q *question) once(a *ChallengeAnswer) *ChallengeAnswer {
	_, first := q.fields[FieldPassword]
	if q.last == nil || first {
		a.Need = credentials
		return a
	}
	a.Need, a.Method, a.Methods, a.Rules, a.Expired = q.last.Need, q.last.Method, q.last.Methods, q.last.Rules, q.last.Expired
	if a.ResendAt = q.after("resend_after"); a.ResendAt.IsZero() && a.Refused.Code == problem.ResendTooSoon {
		a.ResendAt = q.retryAt
	}
	a.inherit(q.last)
	return a
}

// signals collects what the server says is the matter, in whatever place it says it.
func (q *question) signals() []string {
	out := []string{q.said.string("error")}
	for _, name := range slices.Sorted(maps.Keys(q.said)) {
		if q.said[name].isTrue() {
			out = append(out, name)
		}
		if about, ok := strings.CutSuffix(name, "_error"); ok && q.said.string(name) != "" {
			out = append(out, about+"_"+q.said.string(name)) // otp_error: "used"
		}
	}
	required, _ := q.said["required"].strings()
	for _, name := range required {
		out = append(out, name+"_required")
	}
	return out
}

// web sends the person to the browser: with request_uri to this very sign-in, otherwise to a new one.
func (q *question) web(a *ChallengeAnswer) (*ChallengeAnswer, error) {
	out := &ChallengeAnswer{Web: true, AttemptsLeft: a.AttemptsLeft}
	uri := q.said.string("request_uri")
	if uri == "" {
		return out, nil
	}
	if !q.client.profile().challenge {
		// Without a code challenge the server must not offer it: whoever gets the code could redeem it.
		return nil, problem.New(problem.TokenMalformed)
	}
	var life lifetime
	if raw := q.said["expires_in"]; len(raw) > 0 && life.UnmarshalJSON(raw) != nil {
		return out, nil
	}
	until := life.from(q.client.Clock.Now())
	if usableRequestURI(uri) && until.After(q.client.Clock.Now()) {
		out.RequestURI, out.RequestUntil = uri, until
	}
	return out, nil
}
