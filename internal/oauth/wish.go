package oauth

import (
	"strings"

	"latchkey/internal/problem"
)

// wish is what an answer of the challenge endpoint asks for.
type wish struct {
	credentials, method, approval, newPassword bool
	code                                       string // the name of the code

	known   bool // something of it is understood
	unknown bool // something of it is not: it goes on in the browser
	vague   bool // there is to be a second step, of whatever kind
	again   bool // the last question stands
}

// need finds out what to ask for, and whether it was asked for because what was sent is wrong.
func (q *question) need(a *ChallengeAnswer, r *refusal, signals []string) (*ChallengeAnswer, error) {
	w := wishes(signals)
	q.refuse(a, r, signals, &w)
	if w.vague && w.code == "" && !w.approval {
		w.method = true
	}
	if !w.known && !w.unknown && r.Code == "insufficient_authorization" {
		q.guess(&w)
	}
	beyond := w.method || w.approval || w.newPassword || w.code != ""
	switch {
	case w.again && q.hasSession && !w.unknown && !beyond:
		return q.once(a), nil
	case w.unknown, !w.known && q.hasSession, w.method && len(q.factors) == 0:
		return q.web(a)
	case !w.known:
		return nil, r.problem(problem.SignInRefused)
	case beyond && !q.hasSession:
		return q.web(a) // the server would not know whose sign-in it is
	}
	if w.credentials {
		a.Need = append(a.Need, credentials...)
	}
	switch {
	case w.method:
		a.Need, a.Methods = append(a.Need, FieldMethod), q.factors
	case w.approval:
		a.Need = append(a.Need, FieldApproval)
		q.describe(a, methodPush)
		a.Number, a.every = q.said.shownNumber("number"), interval(q.said["interval"], defaultInterval)
		if a.Until.IsZero() {
			a.Until = q.client.Clock.Now().Add(unsaidLifetime)
		}
	case w.code != "":
		q.code, a.Need = w.code, append(a.Need, FieldOTP)
		q.describe(a, codeMethods[w.code])
		a.Digits = q.digits()
	case w.newPassword:
		a.Need, a.Rules = append(a.Need, FieldNewPassword), q.rules()
		a.Expired = q.said["password_expired"].isTrue() || q.last.asks(FieldNewPassword) && q.last.Expired
	}
	if a.Refused == nil {
		a.Refused = q.askedAgain(&w, r)
	}
	a.inherit(q.last)
	return a, nil
}

// wishes reads "<x>_required".
func wishes(signals []string) (w wish) {
	for _, signal := range signals {
		name, ok := strings.CutSuffix(signal, "_required")
		if !ok {
			continue
		}
		switch {
		case name == "username" || name == "password":
			w.credentials = true
		case name == "factor":
			w.method = true
		case name == "push":
			w.approval = true
		case name == "new_password":
			w.newPassword = true
		case codeMethods[name] != "":
			w.code = name
		case name == "mfa": // says that there is something, not what
			w.vague = true
		default:
			w.unknown = true
		}
		w.known = true
	}
	return w
}

// guess is for a server that does not say what is missing: what was just sent, or everything.
func (q *question) guess(w *wish) {
	w.known = true
	switch {
	case q.sent(FieldOTP):
		w.code = q.sentCode()
	case q.sent(FieldNewPassword):
		w.newPassword = true
	case q.sent(FieldMethod), q.sent(fieldResend), q.polls():
		w.again = true
	default:
		w.credentials = true
	}
}

// describe says about a code or an approval where it goes, how long it is good, and what there is instead.
func (q *question) describe(a *ChallengeAnswer, kind string) {
	method := q.which(kind)
	a.Method, a.SentTo, a.ResendAt, a.Until = method, q.sentTo(), q.after("resend_after"), q.after("expires_in")
	for _, f := range q.factors {
		if f.Method != method {
			a.Methods = append(a.Methods, f)
		} else if a.SentTo == "" {
			a.SentTo = f.SentTo
		}
	}
}

// which returns the one of several methods of a kind that is asked for: the one that the server names, else the one that was
// chosen, else the one that was asked for before. What was only preferred, beside a password, need not have been taken.
func (q *question) which(kind string) string {
	named := []string{q.said.string("factor")}
	if !q.sent(FieldPassword) {
		chosen := q.fields[FieldMethod]
		named = append(named, chosen.Reveal())
		if q.last != nil {
			named = append(named, q.last.Method)
		}
	}
	for _, method := range named {
		if Kind(method) == kind {
			return method
		}
	}
	return kind
}

// askedAgain is what is wrong when the server asks for what was just sent and does not say why.
func (q *question) askedAgain(w *wish, r *refusal) *problem.Problem {
	var code problem.Code
	switch {
	case w.credentials && q.sent(FieldPassword):
		code = problem.CredentialsRefused
	case w.credentials && w.code == "" && q.sent(FieldOTP):
		code = problem.SignInTimedOut
	case w.code != "" && q.sent(FieldOTP) && w.code == q.sentCode():
		return codeRefused(codeMethods[w.code], problem.CodeRefused, &r.ServerError)
	case w.newPassword && q.sent(FieldNewPassword):
		code = problem.PasswordTooWeak
	default:
		return nil
	}
	return problem.New(code, problem.Caused(&r.ServerError))
}

func (q *question) sent(f Field) bool {
	_, ok := q.fields[f]
	return ok
}

// sentCode returns the name that the code which was sent had when it was asked for.
func (q *question) sentCode() string {
	for name := range codeMethods {
		if q.form.Has(q.client.profile().codeField(name)) {
			return name
		}
	}
	return "otp"
}
