package grants

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"latchkey/internal/demo/people"
)

// oktaGrant answers the grants of Okta's Direct Authentication. A locked or switched off account gets the words of a wrong
// password: Okta keeps the difference to itself.
func (s *Server) oktaGrant(w http.ResponseWriter, r *http.Request, form url.Values, grant string) {
	switch grant {
	case "password":
		s.oktaPassword(w, r, form)
	case grantURI + "mfa-otp", grantURI + "mfa-oob":
		if t, ok := s.begun(w, form.Get("mfa_token"), form.Get("client_id")); ok {
			s.oktaSecond(w, r, form, t, strings.TrimPrefix(grant, grantURI))
		}
	default:
		s.fail(w, http.StatusBadRequest, "unsupported_grant_type", "The authorization grant type is not supported by the authorization server.")
	}
}

func (s *Server) oktaPassword(w http.ResponseWriter, r *http.Request, form url.Values) {
	res := s.Identity.People.CheckPassword(form.Get("username"), form.Get("password"))
	if !res.OK() {
		s.fail(w, http.StatusBadRequest, "invalid_grant", "The credentials provided were invalid.")
		return
	}
	who := res.Person
	if len(s.factors(who)) == 0 {
		s.grant(w, r, form, who.Subject, []string{"pwd"}, nil)
		return
	}
	types := s.oktaTypes(who)
	if can := strings.Fields(form.Get("grant_types_supported")); len(can) > 0 && !slices.ContainsFunc(types, func(t string) bool { return slices.Contains(can, t) }) {
		s.fail(w, http.StatusBadRequest, "access_denied", "The client does not support what the policy asks for.")
		return
	}
	token := s.begin(who, form.Get("client_id"), form.Get("scope"))
	writeJSON(w, http.StatusForbidden, map[string]any{
		"error": "mfa_required", "error_description": "Verify with an additional authenticator to complete the sign-in process.",
		"mfa_token": token, "supported_challenge_types": types,
	})
}

// oktaTypes returns the challenge types of what somebody has set up.
func (s *Server) oktaTypes(who people.Person) []string {
	var types []string
	for _, f := range s.factors(who) {
		t := grantURI + "mfa-oob"
		switch f.Method {
		case people.TOTP:
			t = grantURI + "mfa-otp"
		case people.WebAuthn:
			t = "urn:okta:params:oauth:grant-type:mfa-webauthn"
		case people.Recovery:
			continue // Okta has none
		}
		if !slices.Contains(types, t) {
			types = append(types, t)
		}
	}
	return types
}

// oktaVerdicts are what is said of an approval, or a code that was sent, that does not do.
var oktaVerdicts = map[verdict]denial{
	pending: {http.StatusBadRequest, "authorization_pending",
		"No user response received on the out-of-band authenticator yet. Continue polling to wait for a response."},
	tooSoon: {http.StatusBadRequest, "slow_down", "The client is polling too often."},
	denied:  {http.StatusBadRequest, "access_denied", "The user rejected the out-of-band challenge."},
	over:    {http.StatusBadRequest, "expired_token", "The oob_code is invalid or expired."},
	wrong:   {http.StatusBadRequest, "invalid_grant", "The binding_code is invalid."},
}

// oktaSecond takes the second step.
func (s *Server) oktaSecond(w http.ResponseWriter, r *http.Request, form url.Values, t *talk, step string) {
	method := "mfa"
	if step == "mfa-otp" {
		if res := s.Identity.People.CheckCode(t.person.Username, form.Get("otp")); !res.OK() {
			s.fail(w, http.StatusBadRequest, "invalid_grant", "The passcode is invalid or was used before.")
			return
		}
		method = "otp"
	} else {
		v, _ := s.check(t, form.Get("oob_code"), form.Get("binding_code"))
		if no, refused := oktaVerdicts[v]; refused {
			s.fail(w, no.status, no.code, no.words)
			return
		}
	}
	s.Identity.People.Succeeded(t.person.Username)
	if form.Get("scope") == "" {
		form.Set("scope", t.scope)
	}
	s.done(form.Get("mfa_token"))
	s.grant(w, r, form, t.person.Subject, []string{"pwd", method}, nil)
}

// oktaChallenge begins a second step: of the channel that is hinted at, or the first that fits.
func (s *Server) oktaChallenge(w http.ResponseWriter, r *http.Request) {
	form, t, ok := s.challenged(w, r)
	if !ok {
		return
	}
	types, hint := strings.Fields(form.Get("challenge_types_supported")), form.Get("channel_hint")
	for _, f := range s.factors(t.person) {
		switch f.Method {
		case people.TOTP:
			if hint == "" && slices.Contains(types, grantURI+"mfa-otp") {
				writeJSON(w, http.StatusOK, map[string]any{"challenge_type": grantURI + "mfa-otp"})
				return
			}
		case people.Push, people.SMS, people.Voice:
			if (hint == "" || hint == f.Method) && slices.Contains(types, grantURI+"mfa-oob") {
				s.oktaAsk(w, t, f.Method)
				return
			}
		}
	}
	s.fail(w, http.StatusBadRequest, "invalid_request", "No authenticator supports the requested challenge types and channel.")
}

// oktaAsk asks by a channel.
func (s *Server) oktaAsk(w http.ResponseWriter, t *talk, channel string) {
	q, err := s.ask(t, channel)
	switch {
	case errors.Is(err, people.ErrTooSoon):
		s.fail(w, http.StatusTooManyRequests, "too_many_requests", "Too many questions were sent. Wait before you try again.")
		return
	case err != nil:
		s.fail(w, http.StatusBadRequest, "invalid_grant", "The credentials provided were invalid.")
		return
	}
	answer := map[string]any{
		"challenge_type": grantURI + "mfa-oob", "oob_code": q.oobCode, "channel": channel,
		"expires_in": int(q.until.Sub(s.clock.Now()) / time.Second),
	}
	switch {
	case channel != people.Push:
		answer["binding_method"] = "prompt"
	case q.number != "":
		answer["binding_method"], answer["binding_code"], answer["interval"] = "transfer", q.number, int(interval/time.Second)
	default:
		answer["binding_method"], answer["interval"] = "none", int(interval/time.Second)
	}
	writeJSON(w, http.StatusOK, answer)
}
