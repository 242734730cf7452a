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

	sessionDead bool   // out: the auth_session is over
	code        string // out: the name of the code that is asked for
}

var credentials = []Field{FieldUsername, FieldPassword}

func (q *question) answer() (*ChallengeAnswer, error) {
	a := &ChallengeAnswer{AttemptsLeft: q.attemptsLeft()}
	r := &refusal{
		ServerError: ServerError{Status: q.status, Code: transport.Clean(q.said.string("error"), 60), RetryAt: q.retryAt},
		sent:        q.form,
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
	case has("too_many_failed_login_attempts", "account_locked", "user_locked", "locked"):
		a.Refused, a.Unlocked = problem.New(problem.AccountLocked, problem.Caused(&r.ServerError)), q.unlocked()
		return a, a.Refused
	case has("account_not_active", "account_disabled", "user_disabled", "not_a_user"):
		a.Refused = problem.New(problem.AccountDisabled, problem.Caused(&r.ServerError))
		return a, a.Refused
	case q.status == http.StatusTooManyRequests, has("slow_down", "too_many_requests"):
		a.Need, a.Refused = q.sentFields(), problem.New(problem.TooManyTries, problem.Caused(&r.ServerError))
		a.Unlocked = q.retryAt
		return a, nil
	case r.Code == "invalid_grant":
		signals = append(signals, "credentials_invalid")
	}
	switch r.Code {
	case "invalid_request", "invalid_client", "unauthorized_client", "unsupported_response_type", "invalid_scope",
		"server_error", "temporarily_unavailable":
		return nil, r.general()
	case "access_denied":
		return nil, r.problem(problem.SignInRefused)
	}
	return q.need(a, r, signals)
}

// plain leaves the server's words out: ours say it better.
func plain(p *problem.Problem) { p.Why = problem.New(p.Code).Why }

// signals collects what the server says is the matter, in whatever place it says it.
func (q *question) signals() []string {
	out := []string{q.said.string("error")}
	for _, name := range slices.Sorted(maps.Keys(q.said)) {
		if q.said[name].isTrue() {
			out = append(out, name)
		}
	}
	if why := q.said.string("otp_error"); why != "" {
		out = append(out, "otp_"+why)
	}
	required, _ := q.said["required"].strings()
	for _, name := range required {
		out = append(out, name+"_required")
	}
	return out
}

// need finds out what to ask for, and whether it was asked for because what was sent is wrong.
func (q *question) need(a *ChallengeAnswer, r *refusal, signals []string) (*ChallengeAnswer, error) {
	var wantCredentials, unknown, known, vague bool
	for _, signal := range signals {
		if name, ok := strings.CutSuffix(signal, "_required"); ok {
			switch {
			case name == "username" || name == "password":
				wantCredentials, known = true, true
			case codeMethods[name] != "":
				q.code, known = name, true
			case name == "mfa": // says that there is something, not what
				vague = true
			default:
				unknown = true
			}
			continue
		}
		if p, code := wrong(signal); p != "" {
			known = true
			a.Refused = problem.New(p, problem.Caused(&r.ServerError))
			if code == "" {
				wantCredentials = true
			} else {
				q.code = code
			}
		}
	}
	unknown = unknown || vague && q.code == ""
	_, sentPassword := q.fields[FieldPassword]
	_, sentOTP := q.fields[FieldOTP]
	if !known && !unknown && r.Code == "insufficient_authorization" {
		// It does not say what is missing: what was just sent, or everything.
		if known = true; sentOTP {
			q.code = strings.TrimSuffix(q.sentCode(), q.client.profile().codeSuffix)
		} else {
			wantCredentials = true
		}
	}
	switch {
	case unknown:
		return q.web(a)
	case !known && q.hasSession:
		return q.web(a)
	case !known:
		return nil, r.problem(problem.SignInRefused)
	case q.code != "" && !q.hasSession:
		return q.web(a) // the server would not know whose code it is
	}
	if wantCredentials {
		a.Need = append(a.Need, credentials...)
		if a.Refused == nil && sentPassword {
			a.Refused = problem.New(problem.CredentialsRefused, problem.Caused(&r.ServerError))
		} else if a.Refused == nil && sentOTP && q.code == "" {
			a.Refused = problem.New(problem.SignInTimedOut, problem.Caused(&r.ServerError))
		}
	}
	if q.code != "" {
		a.Need = append(a.Need, FieldOTP)
		a.Method, a.SentTo, a.Digits = codeMethods[q.code], q.sentTo(), q.digits()
		if a.Refused == nil && sentOTP {
			a.Refused = problem.New(problem.CodeRefused, problem.Caused(&r.ServerError))
		}
	}
	return a, nil
}

// wrong reads "<x>_invalid", "invalid_<x>", "<x>_expired" and "<x>_used". code is the name of the code it is about;
// empty for user name and password, of which servers do not say which was wrong.
func wrong(signal string) (p problem.Code, code string) {
	name, isInvalid := strings.CutSuffix(signal, "_invalid")
	if !isInvalid {
		name, isInvalid = strings.CutPrefix(signal, "invalid_")
	}
	if isInvalid {
		switch name {
		case "username", "password", "username_or_password", "credentials", "user", "login":
			return problem.CredentialsRefused, ""
		}
		if codeMethods[name] != "" {
			return problem.CodeRefused, name
		}
		return "", ""
	}
	for suffix, p := range map[string]problem.Code{
		"_expired": problem.CodeExpired, "_already_used": problem.CodeUsed, "_used": problem.CodeUsed,
		"_wrong": problem.CodeRefused,
	} {
		if name, ok := strings.CutSuffix(signal, suffix); ok && codeMethods[name] != "" {
			return p, name
		}
	}
	return "", ""
}

// web sends the person to the browser: with request_uri to this very sign-in, otherwise to a new one.
func (q *question) web(a *ChallengeAnswer) (*ChallengeAnswer, error) {
	out := &ChallengeAnswer{Web: true, AttemptsLeft: a.AttemptsLeft}
	q.code = ""
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

// sentCode returns the name of the field the code was sent in.
func (q *question) sentCode() string {
	for name := range codeMethods {
		if q.form.Has(name + q.client.profile().codeSuffix) {
			return name + q.client.profile().codeSuffix
		}
	}
	return "otp"
}

func (q *question) sentFields() []Field {
	var out []Field
	for _, field := range []Field{FieldUsername, FieldPassword, FieldOTP} {
		if _, ok := q.fields[field]; ok {
			out = append(out, field)
		}
	}
	if len(out) == 0 {
		return credentials
	}
	return out
}
