package grants

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"latchkey/internal/demo/people"
)

// grantURI is what the grant types of Auth0's MFA API begin with. Okta uses the same.
const grantURI = "http://auth0.com/oauth/grant-type/"

// auth0Grant answers the grants that are Auth0's own.
func (s *Server) auth0Grant(w http.ResponseWriter, r *http.Request, form url.Values, grant string) {
	switch grant {
	case "password", grantURI + "password-realm":
		s.auth0Password(w, r, form, grant)
	case grantURI + "mfa-otp", grantURI + "mfa-oob", grantURI + "mfa-recovery-code":
		if t, ok := s.begun(w, form.Get("mfa_token"), form.Get("client_id")); ok {
			s.auth0Second(w, r, form, t, strings.TrimPrefix(grant, grantURI))
		}
	default:
		s.fail(w, http.StatusForbidden, "unauthorized_client", "Grant type '"+letters(grant)+"' not allowed for the client.")
	}
}

func (s *Server) auth0Password(w http.ResponseWriter, r *http.Request, form url.Values, grant string) {
	switch {
	case form.Get("username") == "" || form.Get("password") == "":
		s.fail(w, http.StatusBadRequest, "invalid_request", "Missing required parameter: username or password")
		return
	case grant != "password" && form.Get("realm") != s.Realm:
		s.fail(w, http.StatusBadRequest, "invalid_request", "Unknown or invalid realm.")
		return
	case form.Get("audience") != "" && form.Get("audience") != s.Audience:
		s.fail(w, http.StatusForbidden, "access_denied", "Service not found: "+letters(form.Get("audience")))
		return
	}
	res := s.Identity.People.CheckPassword(form.Get("username"), form.Get("password"))
	if !res.OK() {
		s.auth0Refuse(w, res, "Wrong email or password.")
		return
	}
	who := res.Person
	if len(s.factors(who)) == 0 && !who.Enrol {
		s.grant(w, r, form, who.Subject, []string{"pwd"}, nil)
		return
	}
	token := s.begin(who, form.Get("client_id"), form.Get("scope"))
	writeJSON(w, http.StatusForbidden, map[string]any{
		"error": "mfa_required", "error_description": "Multifactor authentication required", "mfa_token": token,
	})
}

// auth0Verdicts are what is said of an approval, or a code that was sent, that does not do.
var auth0Verdicts = map[verdict]denial{
	pending: {http.StatusBadRequest, "authorization_pending", "Authorization pending: please repeat the request in a few seconds."},
	tooSoon: {http.StatusBadRequest, "slow_down", "You are polling faster than allowed."},
	denied:  {http.StatusForbidden, "invalid_grant", "MFA Authorization rejected."},
	over:    {http.StatusForbidden, "invalid_grant", "Malformed oob_code"},
}

// auth0Second takes the second step.
func (s *Server) auth0Second(w http.ResponseWriter, r *http.Request, form url.Values, t *talk, step string) {
	token, subject := form.Get("mfa_token"), t.person.Subject
	form.Set("scope", t.scope)
	var more map[string]any
	method := "mfa"
	switch step {
	case "mfa-otp":
		if res := s.Identity.People.CheckCode(t.person.Username, form.Get("otp")); !res.OK() {
			s.auth0Refuse(w, res, "Invalid otp_code.")
			return
		}
		method = "otp"
	case "mfa-recovery-code":
		if res := s.Identity.People.CheckRecovery(t.person.Username, form.Get("recovery_code")); !res.OK() {
			s.auth0Refuse(w, res, "MFA Authorization rejected.")
			return
		}
		more = map[string]any{"recovery_code": s.Identity.People.RenewRecovery(t.person.Username)}
	default:
		v, res := s.check(t, form.Get("oob_code"), form.Get("binding_code"))
		if v == wrong {
			s.auth0Refuse(w, res, "Invalid binding_code.")
			return
		}
		if no, refused := auth0Verdicts[v]; refused {
			s.fail(w, no.status, no.code, no.words)
			return
		}
	}
	s.Identity.People.Succeeded(t.person.Username)
	s.done(token)
	s.grant(w, r, form, subject, []string{"pwd", method}, more)
}

// auth0Refuse says why a password or a code does not do. What is locked says so, and a switched off account too.
func (s *Server) auth0Refuse(w http.ResponseWriter, res people.Result, wrong string) {
	switch res.Refusal {
	case people.Locked:
		wait := max(1, int(res.Until.Sub(s.clock.Now()).Round(time.Second)/time.Second))
		w.Header().Set("Retry-After", strconv.Itoa(wait))
		s.fail(w, http.StatusTooManyRequests, "too_many_attempts", "Your account has been blocked after multiple consecutive login attempts.")
	case people.Disabled:
		s.fail(w, http.StatusUnauthorized, "unauthorized", "user is blocked")
	default:
		s.fail(w, http.StatusForbidden, "invalid_grant", wrong)
	}
}

// auth0Authenticators lists what somebody has set up; an empty list asks to set something up.
func (s *Server) auth0Authenticators(w http.ResponseWriter, r *http.Request) {
	_, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	t, ok := s.begun(w, token, "")
	if !ok {
		return
	}
	list := []map[string]any{}
	for _, f := range s.factors(t.person) {
		list = append(list, auth0Authenticator(f))
	}
	writeJSON(w, http.StatusOK, list)
}

// auth0Authenticator describes a factor as the list of authenticators does.
func auth0Authenticator(f people.Factor) map[string]any {
	a := map[string]any{"id": f.Method + "|dev_1", "active": true}
	switch f.Method {
	case people.TOTP:
		a["authenticator_type"] = "otp"
	case people.Recovery:
		a["authenticator_type"] = "recovery-code"
	case people.WebAuthn:
		a["authenticator_type"] = "webauthn-roaming"
	case people.Push:
		a["authenticator_type"], a["oob_channel"] = "oob", "auth0" // Guardian
	default:
		a["authenticator_type"], a["oob_channel"] = "oob", f.Method
	}
	if f.SentTo != "" {
		a["name"] = f.SentTo
	}
	return a
}

// auth0Challenge begins a second step: a chosen one, or the first that fits.
func (s *Server) auth0Challenge(w http.ResponseWriter, r *http.Request) {
	form, t, ok := s.challenged(w, r)
	if !ok {
		return
	}
	types := strings.Fields(form.Get("challenge_type"))
	if len(types) == 0 {
		types = []string{"otp", "oob"}
	}
	wish := form.Get("authenticator_id")
	for _, f := range s.factors(t.person) {
		a := auth0Authenticator(f)
		kind, _ := a["authenticator_type"].(string)
		if !slices.Contains(types, kind) || wish != "" && wish != a["id"] {
			continue
		}
		if kind == "otp" {
			writeJSON(w, http.StatusOK, map[string]any{"challenge_type": "otp"})
			return
		}
		q, err := s.ask(t, f.Method)
		if err != nil {
			s.auth0NotAsked(w, t, err)
			return
		}
		answer := map[string]any{"challenge_type": "oob", "oob_code": q.oobCode}
		if f.Method != people.Push {
			answer["binding_method"] = "prompt"
		}
		writeJSON(w, http.StatusOK, answer)
		return
	}
	s.fail(w, http.StatusForbidden, "unsupported_challenge_type", "User does not have any of the requested authenticators.")
}

// auth0NotAsked says why nothing was sent.
func (s *Server) auth0NotAsked(w http.ResponseWriter, t *talk, err error) {
	switch {
	case errors.Is(err, people.ErrLocked):
		s.auth0Refuse(w, s.Identity.People.CheckPassword(t.person.Username, t.person.Password), "")
	case errors.Is(err, people.ErrTooSoon):
		s.fail(w, http.StatusTooManyRequests, "too_many_attempts", "Too many questions were sent. Wait before you try again.")
	default:
		s.fail(w, http.StatusForbidden, "access_denied", "The message could not be sent.")
	}
}

// letters keeps what an error_description may hold.
func letters(text string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 || r > 0x7e || r == '"' || r == '\\' {
			return -1
		}
		return r
	}, text)
}
