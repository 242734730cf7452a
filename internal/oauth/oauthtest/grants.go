package oauthtest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"latchkey/internal/config"
)

const mfaGrant = "http://auth0.com/oauth/grant-type/"

// RecoveryCode is the one that everybody has at a server of [NewGrants], and NewRecoveryCode the one that follows it.
const (
	RecoveryCode    = "RECOVERY-ONE"
	NewRecoveryCode = "RECOVERY-TWO"
)

// NewGrants starts a server whose token endpoint takes passwords in the dialect of Auth0, Okta or Keycloak. It has no
// challenge endpoint. Codes that are sent are those of the authenticator app; a push is pending until [Server.Decide].
func NewGrants(t testing.TB, dialect config.Credentials) *Server {
	t.Helper()
	s := New(t)
	s.dialect, s.Factors = dialect, []string{"totp"}
	delete(s.handlers, ChallengePath)
	s.SpoilMetadata = func(m map[string]any) { delete(m, "authorization_challenge_endpoint") }
	switch dialect {
	case config.CredentialsAuth0:
		s.handlers[AuthenticatorsPath], s.handlers[MFAChallengePath] = s.authenticators, s.auth0Challenge
	case config.CredentialsOkta:
		s.handlers[OktaChallengePath] = s.oktaChallenge
	}
	return s
}

// Decide approves or denies every push that waits.
func (s *Server) Decide(approve bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, g := range s.sessions {
		g.decided, g.dead = true, !approve
	}
}

// passwordGrant answers the grants of the dialect; thumbprint is of the key that was shown. The caller holds s.mu.
func (s *Server) passwordGrant(w http.ResponseWriter, f url.Values, thumbprint string) {
	refused := http.StatusForbidden
	if s.dialect == config.CredentialsOkta {
		refused = http.StatusBadRequest
	}
	grantType, mfa := strings.CutPrefix(f.Get("grant_type"), mfaGrant)
	if s.dialect == "" || !mfa && grantType != "password" || mfa && s.dialect == config.CredentialsKeycloak {
		s.refuse(w, http.StatusBadRequest, "unsupported_grant_type")
		return
	}
	if !mfa || grantType == "password-realm" {
		s.password(w, f, thumbprint, refused)
		return
	}
	g := s.sessions[f.Get("mfa_token")]
	if g == nil {
		if s.dialect == config.CredentialsOkta {
			Refused(refused, "invalid_grant", "error_description", "The mfa_token is invalid or expired.").write(w)
			return
		}
		Refused(http.StatusUnauthorized, "expired_token", "error_description", "mfa_token is expired").write(w)
		return
	}
	wrong := ""
	switch grantType {
	case "mfa-otp":
		if f.Get("otp") != g.user.OTP {
			wrong = "Invalid otp_code."
		}
	case "mfa-recovery-code":
		if g.recovery = NewRecoveryCode; f.Get("recovery_code") != RecoveryCode {
			wrong = "MFA Authorization rejected."
		}
	case "mfa-oob":
		method, _ := strings.CutPrefix(f.Get("oob_code"), "oob-")
		switch {
		case !slices.Contains(g.sent, method):
			wrong = "Malformed oob_code"
		case method != "push":
			if f.Get("binding_code") != g.user.OTP {
				wrong = "Invalid binding_code."
			}
		case !g.decided:
			s.refuse(w, http.StatusBadRequest, "authorization_pending")
			return
		case g.dead:
			if wrong = "MFA Authorization rejected."; s.dialect == config.CredentialsOkta {
				s.refuse(w, refused, "access_denied")
				return
			}
		}
	}
	if wrong != "" {
		Refused(refused, "invalid_grant", "error_description", wrong).write(w)
		return
	}
	g.authTime = s.Now()
	delete(s.sessions, f.Get("mfa_token"))
	s.grantTokens(w, g, "", true)
}

// password takes the first step.
func (s *Server) password(w http.ResponseWriter, f url.Values, thumbprint string, refused int) {
	user, found := s.user(f.Get("username"))
	ok := found && f.Get("password") == user.Password
	g := &grant{user: user, clientID: s.ClientID, scope: f.Get("scope"), authTime: s.Now(), thumbprint: thumbprint}
	if s.dialect == config.CredentialsKeycloak {
		if ok = ok && (user.OTP == "" || f.Get("otp") == user.OTP); !ok {
			Refused(http.StatusUnauthorized, "invalid_grant", "error_description", "Invalid user credentials").write(w)
			return
		}
		s.grantTokens(w, g, "", true)
		return
	}
	switch {
	case !ok:
		Refused(refused, "invalid_grant", "error_description", "Wrong email or password.").write(w)
	case user.OTP == "":
		s.grantTokens(w, g, "", true)
	default:
		id := token("mfa")
		s.sessions[id] = g
		body := map[string]any{"error": "mfa_required", "error_description": "more is needed", "mfa_token": id}
		if s.dialect == config.CredentialsOkta {
			body["supported_challenge_types"] = s.challengeTypes()
		}
		Answer{Status: http.StatusForbidden, Body: body}.write(w)
	}
}

func (s *Server) challengeTypes() []string {
	types := []string{}
	for _, f := range s.Factors {
		kind := mfaGrant + "mfa-oob"
		if f == "totp" {
			kind = mfaGrant + "mfa-otp"
		}
		if !slices.Contains(types, kind) {
			types = append(types, kind)
		}
	}
	return types
}

func (s *Server) authenticators(w http.ResponseWriter, r *http.Request) {
	id, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	s.mu.Lock()
	known := s.sessions[id] != nil
	s.mu.Unlock()
	if !known {
		s.refuse(w, http.StatusUnauthorized, "expired_token")
		return
	}
	list := []map[string]any{}
	for _, f := range s.Factors {
		a := map[string]any{"id": f + "|dev_1", "active": true, "authenticator_type": "oob", "oob_channel": f, "name": "to " + f}
		switch f {
		case "totp":
			a["authenticator_type"] = "otp"
		case "recovery":
			a["authenticator_type"] = "recovery-code"
		case "push":
			a["oob_channel"] = "auth0"
		}
		list = append(list, a)
	}
	Answer{Body: list}.write(w)
}

func (s *Server) auth0Challenge(w http.ResponseWriter, r *http.Request) {
	var asked map[string]string
	if r.Header.Get("Content-Type") != "application/json" || json.NewDecoder(r.Body).Decode(&asked) != nil || asked["client_id"] != s.ClientID {
		s.refuse(w, http.StatusBadRequest, "invalid_request")
		return
	}
	method, _, _ := strings.Cut(asked["authenticator_id"], "|")
	s.sendCode(w, asked["mfa_token"], method, map[string]any{"challenge_type": "oob", "oob_code": "oob-" + method})
}

func (s *Server) oktaChallenge(w http.ResponseWriter, r *http.Request) {
	method := r.PostForm.Get("channel_hint")
	s.sendCode(w, r.PostForm.Get("mfa_token"), method, map[string]any{
		"challenge_type": mfaGrant + "mfa-oob", "oob_code": "oob-" + method, "expires_in": 300, "interval": 4,
	})
}

func (s *Server) sendCode(w http.ResponseWriter, id, method string, answer map[string]any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.sessions[id]
	if g == nil || !slices.Contains(s.Factors, method) {
		s.refuse(w, http.StatusBadRequest, "invalid_request")
		return
	}
	g.sent, g.decided, g.dead = append(g.sent, method), false, false
	switch {
	case method != "push":
		answer["binding_method"] = "prompt"
	case s.dialect == config.CredentialsOkta:
		answer["binding_method"], answer["binding_code"] = "transfer", "95"
	}
	Answer{Body: answer}.write(w)
}
