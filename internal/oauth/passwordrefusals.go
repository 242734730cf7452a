package oauth

import (
	"strings"

	"latchkey/internal/problem"
)

// says reports whether the server's words hold one of these, whatever their case.
func (r *refusal) says(parts ...string) bool {
	words := strings.ToLower(r.words)
	for _, p := range parts {
		if strings.Contains(words, p) {
			return true
		}
	}
	return false
}

// firstRefused words the refusal of user name and password.
func (g *passwordGrant) firstRefused(r *refusal) (*ChallengeAnswer, error) {
	switch {
	case r.says("account disabled"): // Keycloak
		return nil, r.problem(problem.AccountDisabled, plain)
	case r.says("not fully set up", "password is expired", "password expired"), r.Code == "password_expired",
		strings.HasSuffix(r.Code, "_required") && ends[r.Code] == "":
		return inBrowser(), nil // something is to be set up, changed or agreed to
	case r.Code == "password_leaked": // Auth0
		return g.again(problem.New(problem.PasswordKnown, problem.Caused(&r.ServerError),
			problem.Do("Set a new one, or sign in with the browser.")), r.RetryAt), nil
	case r.Code == "invalid_grant" && g.client.CodeWithPassword():
		return g.again(problem.New(problem.CredentialsOrCodeRefused, problem.Caused(&r.ServerError)), r.RetryAt), nil
	case r.Code == "invalid_grant":
		return g.again(problem.New(problem.CredentialsRefused, problem.Caused(&r.ServerError)), r.RetryAt), nil
	case r.Code == "access_denied" || r.Code == "unauthorized":
		p := r.denied(problem.SignInRefused)
		if p.Code == problem.SignInRefused && g.second != nil && g.second.deniesUnsupported() {
			return inBrowser(), nil
		}
		return nil, p
	}
	return nil, r.general()
}

// secondRefused words the refusal of a second step.
func (g *passwordGrant) secondRefused(r *refusal) (*ChallengeAnswer, error) {
	approval := g.last.asks(FieldApproval)
	expired := r.says("expired", "malformed oob_code")
	switch {
	case approval && (r.Code == "authorization_pending" || r.Code == "slow_down"):
		return &ChallengeAnswer{Need: []Field{FieldApproval}, AttemptsLeft: -1, pace: r.pace()}, nil
	case r.says("mfa_token"), r.Code == "expired_token" && !r.says("oob_code"), r.Code == "mfa_required":
		g.forget()
		p := problem.New(problem.SignInTimedOut, problem.Caused(&r.ServerError))
		return &ChallengeAnswer{Refused: p, AttemptsLeft: -1}, p
	case approval && (r.Code == "expired_token" || r.Code == "invalid_grant" && expired):
		return g.choice(problem.New(problem.ApprovalExpired, problem.Caused(&r.ServerError))), nil
	case approval && (r.Code == "access_denied" || r.Code == "invalid_grant"):
		return g.choice(problem.New(problem.ApprovalRefused, problem.Caused(&r.ServerError))), nil
	case r.Code == "expired_token", r.Code == "invalid_grant" && r.says("oob_code"):
		return g.again(codeRefused(g.last.Method, problem.CodeExpired, &r.ServerError), r.RetryAt), nil
	case r.Code == "invalid_grant":
		return g.again(codeRefused(g.last.Method, problem.CodeRefused, &r.ServerError), r.RetryAt), nil
	case r.Code == "access_denied" || r.Code == "unauthorized":
		return nil, r.denied(problem.SignInRefused)
	case strings.HasSuffix(r.Code, "_required") && ends[r.Code] == "":
		return inBrowser(), nil
	}
	return nil, r.general()
}

// choice asks which of the person's methods to take.
func (g *passwordGrant) choice(refused *problem.Problem) *ChallengeAnswer {
	g.last = &ChallengeAnswer{Need: []Field{FieldMethod}, Methods: g.factors, AttemptsLeft: -1}
	asked := *g.last
	asked.Refused = refused
	return &asked
}
