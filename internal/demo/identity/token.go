package identity

import (
	"mime"
	"net/http"
	"strings"

	"github.com/zitadel/oidc/v3/pkg/oidc"
)

// token is the token endpoint: the library's, behind what it does not check.
func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	if !s.checkForm(w, r) {
		return
	}
	switch grant := r.PostFormValue("grant_type"); grant {
	case string(oidc.GrantTypeCode), string(oidc.GrantTypeRefreshToken):
		s.Count("grant " + grant)
		if f, yes := s.placeRefused(); yes {
			f.tell(w)
			return
		}
		if s.On(StepUp) && s.stepUp(w, r) {
			return
		}
	case string(oidc.GrantTypeDeviceCode):
		if !s.Device {
			writeError(w, http.StatusBadRequest, "unsupported_grant_type", "")
			return
		}
		s.Count("grant device_code")
	default:
		writeError(w, http.StatusBadRequest, "unsupported_grant_type", "")
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	if provedKey(r.Context()) == "" {
		s.provider.ServeHTTP(w, r)
		return
	}
	bound := &typed{ResponseWriter: w}
	s.provider.ServeHTTP(bound, r)
	bound.send()
}

// form hands a checked form on to the library.
func (s *Server) form(w http.ResponseWriter, r *http.Request) {
	if !s.checkForm(w, r) {
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	s.provider.ServeHTTP(w, r)
}

// checkForm takes parameters from a form in the body only, and each once (RFC 6749, sections 2.3.1 and 3.2).
func (s *Server) checkForm(w http.ResponseWriter, r *http.Request) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case err != nil || kind != "application/x-www-form-urlencoded":
		writeError(w, http.StatusBadRequest, "invalid_request", "the body must be a form")
		return false
	case r.URL.RawQuery != "":
		writeError(w, http.StatusBadRequest, "invalid_request", "parameters belong into the body")
		return false
	case r.ParseForm() != nil:
		writeError(w, http.StatusBadRequest, "invalid_request", "the form cannot be read")
		return false
	}
	for name, values := range r.PostForm {
		if len(values) > 1 {
			writeError(w, http.StatusBadRequest, "invalid_request", "a parameter is repeated: "+plain(name))
			return false
		}
	}
	return true
}

// userinfo answers who an access token belongs to (OpenID Connect Core, section 5.3).
func (s *Server) userinfo(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodPost {
		w.Header().Set("Allow", "GET, POST")
		writeError(w, http.StatusMethodNotAllowed, "invalid_request", "")
		return
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	proves := s.binds() && strings.EqualFold(scheme, "DPoP")
	if !proves && !strings.EqualFold(scheme, "Bearer") || token == "" {
		w.Header().Set("WWW-Authenticate", `Bearer realm="`+plain(s.Look.Name)+`"`)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	plainText, err := s.provider.Crypto().Decrypt(token)
	id, subject, _ := strings.Cut(plainText, ":")
	if key := s.store.boundTo(id); key != "" || proves { // RFC 9449, section 7
		w.Header().Set("DPoP-Nonce", s.proofs.current())
		proved, code := "", "invalid_token"
		if proof := r.Header.Values("DPoP"); proves && len(proof) == 1 {
			proved, code = s.proofs.check(proof[0], r.Method, s.address(r.URL.Path), token)
		}
		if code == "" && proved != key {
			code = "invalid_token"
		}
		if code != "" {
			w.Header().Set("WWW-Authenticate", `DPoP error="`+code+`", algs="ES256"`)
			writeError(w, http.StatusUnauthorized, code, "")
			return
		}
	}
	info := new(oidc.UserInfo)
	if err != nil || s.store.SetUserinfoFromToken(r.Context(), info, id, subject, "") != nil {
		w.Header().Set("WWW-Authenticate", `Bearer realm="`+plain(s.Look.Name)+`", error="invalid_token"`)
		writeError(w, http.StatusUnauthorized, "invalid_token", "the access token is not valid")
		return
	}
	writeJSON(w, http.StatusOK, info)
}

// writeError answers with an OAuth error (RFC 6749, section 5.2).
func writeError(w http.ResponseWriter, status int, code, description string) {
	v := map[string]any{"error": code}
	if description != "" {
		v["error_description"] = description
	}
	writeJSON(w, status, v)
}

// plain keeps the letters an error_description may hold.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 || r > 0x7e || r == '"' || r == '\\' {
			return -1
		}
		return r
	}, text)
}
