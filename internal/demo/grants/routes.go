package grants

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// paths are where a product has what every server has.
type paths struct{ authorize, token, keys, revoke, userinfo string }

func (d Dialect) paths() paths {
	switch d {
	case Auth0:
		return paths{"/authorize", "/oauth/token", "/.well-known/jwks.json", "/oauth/revoke", "/userinfo"}
	case Okta:
		const v1 = "/oauth2/default/v1/"
		return paths{v1 + "authorize", v1 + "token", v1 + "keys", v1 + "revoke", v1 + "userinfo"}
	default:
		const connect = "/realms/umbrella/protocol/openid-connect/"
		return paths{connect + "auth", connect + "token", connect + "certs", connect + "revoke", connect + "userinfo"}
	}
}

// routes puts the server together: its own token endpoint in front of the pages and endpoints of package identity, which
// keep the addresses they have there out of sight.
func (s *Server) routes() {
	p := s.Dialect.paths()
	s.mux.HandleFunc("GET "+strings.TrimPrefix(strings.TrimSuffix(s.Issuer(), "/"), s.base)+"/.well-known/openid-configuration", s.metadata)
	s.mux.HandleFunc("GET "+p.authorize, s.at("/authorize"))
	s.mux.HandleFunc("GET "+p.keys, s.at("/keys"))
	s.mux.HandleFunc("POST "+p.revoke, s.at("/revoke"))
	s.mux.HandleFunc(p.userinfo, s.at("/userinfo"))
	s.mux.HandleFunc("POST "+p.token, s.token)
	switch s.Dialect {
	case Auth0:
		s.mux.HandleFunc("GET /mfa/authenticators", s.auth0Authenticators)
		s.mux.HandleFunc("POST /mfa/challenge", s.auth0Challenge)
	case Okta:
		s.mux.HandleFunc("POST "+strings.TrimSuffix(p.token, "token")+"challenge", s.oktaChallenge)
	}
	for _, page := range []string{"/login/", "/style.css", "/workspace", "/{$}"} {
		s.mux.Handle(page, s.inner)
	}
}

// at hands a request on to another address of the identity server.
func (s *Server) at(path string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { s.inner.ServeHTTP(w, moved(r, path)) }
}

func moved(r *http.Request, path string) *http.Request {
	to := r.Clone(r.Context())
	to.URL = &url.URL{Path: path, RawQuery: r.URL.RawQuery}
	return to
}

// metadata serves OpenID Connect Discovery. As with the real ones, the grants that take a password are listed, what comes
// after mfa_required is not.
func (s *Server) metadata(w http.ResponseWriter, _ *http.Request) {
	p := s.Dialect.paths()
	grants := []string{"authorization_code", "refresh_token", "password"}
	writeJSON(w, http.StatusOK, map[string]any{
		"issuer": s.Issuer(), "authorization_endpoint": s.base + p.authorize, "token_endpoint": s.base + p.token,
		"jwks_uri": s.base + p.keys, "revocation_endpoint": s.base + p.revoke, "userinfo_endpoint": s.base + p.userinfo,
		"scopes_supported": []string{"openid", "profile", "email", "offline_access"}, "response_types_supported": []string{"code"},
		"response_modes_supported": []string{"query"}, "grant_types_supported": grants, "subject_types_supported": []string{"public"},
		"id_token_signing_alg_values_supported":          []string{"ES256"},
		"token_endpoint_auth_methods_supported":          []string{"none"},
		"code_challenge_methods_supported":               []string{"S256"},
		"authorization_response_iss_parameter_supported": true,
	})
}

// token is the token endpoint. Auth0's takes JSON too.
func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	form, ok := s.form(w, r)
	if !ok {
		return
	}
	switch grant := form.Get("grant_type"); grant {
	case "authorization_code", "refresh_token":
		body := moved(r, "/oauth/token")
		body.PostForm, body.Form = nil, nil
		encoded := form.Encode()
		body.Body, body.ContentLength = http.NoBody, int64(len(encoded))
		body.Body = reader(encoded)
		body.Header.Set("Content-Type", formType)
		s.inner.ServeHTTP(w, body)
	default:
		if !s.inner.Known(form.Get("client_id")) {
			s.fail(w, http.StatusUnauthorized, "invalid_client", "Unknown client")
			return
		}
		if s.refused(w) {
			return
		}
		name := grant[strings.LastIndexAny(grant, "/:")+1:]
		s.Identity.Count("grant " + name)
		handler := map[Dialect]func(http.ResponseWriter, *http.Request, url.Values, string){
			Auth0: s.auth0Grant, Okta: s.oktaGrant, Keycloak: s.keycloakGrant,
		}[s.Dialect]
		handler(w, r, form, grant)
	}
}

// grant answers with tokens, and with more members beside them.
func (s *Server) grant(w http.ResponseWriter, r *http.Request, form url.Values, subject string, amr []string, more map[string]any) {
	tokens, err := s.inner.Grant(r.Context(), form.Get("client_id"), subject, strings.Fields(form.Get("scope")), amr)
	if err != nil {
		s.fail(w, http.StatusInternalServerError, "server_error", "")
		return
	}
	answer := map[string]any{
		"access_token": tokens.AccessToken, "token_type": "Bearer", "expires_in": tokens.ExpiresIn, "scope": strings.Join(tokens.Scope, " "),
	}
	if slices.Contains(tokens.Scope, "openid") {
		answer["id_token"] = tokens.IDToken
	}
	if tokens.RefreshToken != "" {
		answer["refresh_token"] = tokens.RefreshToken
	}
	for name, value := range more {
		answer[name] = value
	}
	writeJSON(w, http.StatusOK, answer)
}

// fail answers with an OAuth error (RFC 6749, section 5.2).
func (s *Server) fail(w http.ResponseWriter, status int, code, description string) {
	s.Identity.Count("refused " + code)
	writeJSON(w, status, map[string]any{"error": code, "error_description": description})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}
