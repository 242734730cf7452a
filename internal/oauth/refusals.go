package oauth

import (
	"slices"
	"strings"

	"latchkey/internal/problem"
)

// refuse reads what was wrong with what was sent. Where the server does not ask for it again, that is understood.
func (q *question) refuse(a *ChallengeAnswer, r *refusal, signals []string, w *wish) {
	asks := w.method || w.approval || w.newPassword || w.code != ""
	for _, signal := range inParticularLast(signals) {
		switch signal {
		case "resend_too_soon":
			a.Refused, w.again = problem.New(problem.ResendTooSoon, problem.Caused(&r.ServerError)), true
		case "not_sent":
			a.Refused, w.again = problem.New(problem.CodeNotSent, problem.Caused(&r.ServerError)), true
		case "push_denied", "push_expired":
			p := problem.ApprovalRefused
			if signal == "push_expired" {
				p = problem.ApprovalExpired
			}
			a.Refused, w.method = problem.New(p, problem.Caused(&r.ServerError)), w.method || !asks
			if len(q.factors) == 0 {
				q.factors = []Factor{{Method: methodPush}}
			}
		default:
			p, about := wrong(signal)
			switch {
			case p == "":
				continue
			case about == string(FieldPassword):
				a.Refused, w.credentials = problem.New(p, problem.Caused(&r.ServerError)), true
			case about == string(FieldNewPassword):
				a.Refused, w.newPassword = q.passwordRefused(p, r), true
			default:
				if about == "otp" && q.sent(FieldOTP) {
					about = q.sentCode() // the general name
				}
				if a.Refused = codeRefused(codeMethods[about], p, &r.ServerError); !asks {
					w.code = about
				}
			}
		}
		w.known = true
	}
}

// inParticularLast puts signals that say only that something is wrong before those that say what: the last one counts.
func inParticularLast(signals []string) []string {
	vague := func(signal string) bool {
		return strings.HasSuffix(signal, "_invalid") || strings.HasPrefix(signal, "invalid_") || strings.HasSuffix(signal, "_wrong")
	}
	return slices.SortedStableFunc(slices.Values(signals), func(a, b string) int {
		switch {
		case vague(a) == vague(b):
			return 0
		case vague(a):
			return -1
		}
		return 1
	})
}

// wrong reads "<x>_invalid", "invalid_<x>", "<x>_expired", "<x>_used" and "<x>_wrong". about is the name of the code it
// is about, "password" for user name and password, of which servers do not say which was wrong, or "new_password".
func wrong(signal string) (p problem.Code, about string) {
	switch signal {
	case "password_weak", "new_password_invalid", "new_password_weak":
		return problem.PasswordTooWeak, string(FieldNewPassword)
	case "password_known", "new_password_known":
		return problem.PasswordKnown, string(FieldNewPassword)
	case "password_reused", "new_password_reused":
		return problem.PasswordReused, string(FieldNewPassword)
	}
	name, isInvalid := strings.CutSuffix(signal, "_invalid")
	if !isInvalid {
		name, isInvalid = strings.CutPrefix(signal, "invalid_")
	}
	if isInvalid {
		switch name {
		case "username", "password", "username_or_password", "credentials", "user", "login":
			return problem.CredentialsRefused, string(FieldPassword)
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

// codeRefused words the refusal of a code: not every code is one that an app shows.
func codeRefused(method string, p problem.Code, behind *ServerError) *problem.Problem {
	options := []problem.Option{problem.Caused(behind)}
	switch {
	case method == methodRecovery && p == problem.CodeUsed:
		p, options = problem.RecoveryRefused, append(options, problem.Because("It was used before, and each one works only once."))
	case method == methodRecovery:
		p = problem.RecoveryRefused
	case method == "totp":
	case p == problem.CodeRefused:
		options = append(options, problem.Do("Enter the code of the newest message, or have it sent again."))
	default:
		options = append(options, problem.Do("Have a new code sent, then enter that one."))
	}
	return problem.New(p, options...)
}

// passwordRefused words the refusal of a new password, in the server's words where it sends any.
func (q *question) passwordRefused(p problem.Code, r *refusal) *problem.Problem {
	told := refusal{words: q.said.string("password_message"), sent: r.sent}
	options := []problem.Option{problem.Caused(&r.ServerError)}
	if why := told.said(); why != "" {
		options = append(options, problem.Because("The server says: %s", why))
	}
	return problem.New(p, options...)
}
