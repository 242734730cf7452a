package identity

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"time"

	"latchkey/internal/demo/people"
)

// codeFields are the parameters that codes come in at the challenge endpoint, by kind.
var codeFields = map[string]string{
	people.TOTP: "otp", people.SMS: "sms_otp", people.Email: "email_otp", people.Voice: "voice_otp", people.Recovery: "recovery_code",
}

// challengeFactor reports whether what is asked beside the password is proved; if not, it has answered.
func (s *Server) challengeFactor(w http.ResponseWriter, r *http.Request, c *conversation) bool {
	factors := s.People.Factors(c.person.Username)
	if len(factors) == 0 || c.second.done {
		return true
	}
	at := &c.second
	has := func(method string) bool {
		return slices.ContainsFunc(factors, func(f people.Factor) bool { return f.Method == method })
	}
	for _, f := range codeOf(factors, cmp.Or(r.PostFormValue("factor"), at.method)) {
		code := r.PostFormValue(codeFields[people.Kind(f.Method)])
		if code == "" {
			continue
		}
		if at.method != f.Method {
			at.method, at.sent = f.Method, people.Sent{}
		}
		return s.takeFactor(w, c, factors, code)
	}
	wish := r.PostFormValue("factor")
	if !has(wish) && r.PostFormValue("password") != "" {
		wish = "" // beside the password it is a preference only
	}
	switch {
	case wish != "" && !has(wish):
		at.method = ""
		s.askFactor(w, *c, factors, map[string]any{"error_description": "This way is not set up for the account."})
	case wish != "":
		s.beginFactor(w, *c, factors, wish, false)
	case at.method == "" && (c.person.Choose || at.choose):
		s.askFactor(w, *c, factors, map[string]any{})
	case at.method == "":
		s.beginFactor(w, *c, factors, factors[0].Method, false)
	case r.PostFormValue("resend") == "true":
		s.beginFactor(w, *c, factors, at.method, true)
	case at.method == people.Push:
		return s.pollApproval(w, c, factors)
	default:
		s.askFactor(w, *c, factors, map[string]any{})
	}
	return false
}

// codeOf puts the phone that a code belongs to before others of its kind, whose codes come in the same parameter.
func codeOf(factors []people.Factor, method string) []people.Factor {
	at := slices.IndexFunc(factors, func(f people.Factor) bool { return f.Method == method })
	if at < 0 {
		return factors
	}
	return append([]people.Factor{factors[at]}, slices.Delete(slices.Clone(factors), at, at+1)...)
}

// beginFactor goes on with this method.
func (s *Server) beginFactor(w http.ResponseWriter, c conversation, factors []people.Factor, method string, again bool) {
	if method == people.WebAuthn {
		c.second.method = method
		s.toWeb(w, c)
		return
	}
	members := map[string]any{}
	switch err := s.begin(c.person, &c.second, method, again); {
	case errors.Is(err, people.ErrLocked):
		s.refuse(w, c, s.People.CheckLock(c.person.Username), members)
		return
	case errors.Is(err, people.ErrTooSoon):
		members["resend_too_soon"] = true
		members["error_description"] = "It was sent a moment ago."
	case err != nil:
		members["not_sent"] = true
		members["error_description"] = "It could not be sent."
	}
	s.askFactor(w, c, factors, members)
}

// askFactor asks for what the method needs, or for a method when there is none.
func (s *Server) askFactor(w http.ResponseWriter, c conversation, factors []people.Factor, members map[string]any) {
	s.describeFactor(c.second, factors, members)
	if c.second.method != "" {
		s.Count(c.second.method + " wanted")
	}
	s.ask(w, c, members)
}

// describeFactor adds what is asked for, where it went, and what can be chosen instead.
func (s *Server) describeFactor(at second, factors []people.Factor, members map[string]any) {
	others := []map[string]string{}
	for _, f := range factors {
		if f.Method == at.method {
			if f.SentTo != "" {
				members["sent_to"] = f.SentTo
			}
			continue
		}
		other := map[string]string{"method": f.Method}
		if f.SentTo != "" {
			other["sent_to"] = f.SentTo
		}
		others = append(others, other)
	}
	members["factors"] = others
	if at.method != people.Kind(at.method) {
		members["factor"] = at.method
	}
	now := s.Clock.Now()
	if !at.sent.ResendAt.IsZero() {
		members["resend_after"] = seconds(at.sent.ResendAt.Sub(now))
	}
	if at.sent.Until.After(now) {
		members["expires_in"] = seconds(at.sent.Until.Sub(now))
	}
	switch at.method {
	case "":
		members["factor_required"] = true
	case people.Push:
		members["push_required"], members["interval"] = true, seconds(at.interval)
		if at.number != "" {
			members["number"] = at.number
		}
	case people.Recovery:
		members["recovery_code_required"] = true
	default:
		members[codeFields[people.Kind(at.method)]+"_required"], members["otp_digits"] = true, people.CodeDigits
	}
}

// takeFactor reports whether the code is right; if not, it has answered.
func (s *Server) takeFactor(w http.ResponseWriter, c *conversation, factors []people.Factor, code string) bool {
	at := &c.second
	at.tries++
	res := s.checkCode(c.person, at.method, code)
	switch {
	case res.OK():
		at.done, c.amr = true, append(c.amr, amr(at.method))
		return true
	case at.tries >= maxCodeTries && res.Refusal != people.Locked:
		writeError(w, http.StatusBadRequest, "invalid_session", "too many codes; start again")
		return false
	}
	members := map[string]any{"error_description": res.Words("The code is not right.")}
	if at.method == people.Recovery {
		members["recovery_code_invalid"], members["recovery_code_used"] = res.Refusal == people.Wrong, res.Refusal == people.Used
	} else {
		name := codeFields[people.Kind(at.method)]
		members[name+"_error"], members[name+"_invalid"] = string(res.Refusal), true
	}
	s.describeFactor(*at, factors, members)
	res.AttemptsLeft = min(res.AttemptsLeft, maxCodeTries-at.tries)
	s.refuse(w, *c, res, members)
	return false
}

// pollApproval reports whether the phone approved; if not, it has answered.
func (s *Server) pollApproval(w http.ResponseWriter, c *conversation, factors []people.Factor) bool {
	at := &c.second
	now := s.Clock.Now()
	early := !at.polled.IsZero() && now.Sub(at.polled) < at.interval-time.Second
	at.polled = now
	if early {
		at.interval += pollInterval
		s.pending(w, *c, "slow_down")
		return false
	}
	decision, res := s.People.Approval(c.person.Username, at.approval)
	switch decision {
	case people.Approved:
		at.done, c.amr = true, append(c.amr, amr(people.Push))
		return true
	case people.Waiting:
		s.pending(w, *c, "authorization_pending")
		return false
	}
	members := map[string]any{"push_denied": decision == people.Denied, "push_expired": decision == people.RanOut}
	*at = second{choose: true, tries: at.tries} // what is next is the person's choice: nothing is asked again by itself
	s.describeFactor(*at, factors, members)
	if res.OK() {
		s.ask(w, *c, members)
	} else {
		s.refuse(w, *c, res, members)
	}
	return false
}

// pending answers that the phone has not decided yet.
func (s *Server) pending(w http.ResponseWriter, c conversation, code string) {
	writeJSON(w, http.StatusBadRequest, map[string]any{
		"error": code, "auth_session": s.store.converse(c),
		"interval": seconds(c.second.interval), "expires_in": seconds(c.second.sent.Until.Sub(s.Clock.Now())),
	})
}

// seconds rounds up to whole seconds, none below zero.
func seconds(d time.Duration) int { return int(max(0, d+time.Second-1) / time.Second) }
