package oauthtest

import (
	"crypto/sha256"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// authorize signs the first user in and sends the browser back at once.
func (s *Server) authorize(w http.ResponseWriter, r *http.Request) {
	q, ok := s.takePushed(r.URL.Query())
	if !ok {
		http.Error(w, "the request is over", http.StatusBadRequest)
		return
	}
	redirect, err := url.Parse(q.Get("redirect_uri"))
	if q.Get("client_id") != s.ClientID || err != nil || redirect.Host == "" {
		http.Error(w, "OAuth client ID or redirect URI is invalid", http.StatusBadRequest)
		return
	}
	back := url.Values{"state": {q.Get("state")}}
	if !s.genesys {
		back.Set("iss", s.URL)
	}
	g := &grant{
		user: s.Users[0], clientID: s.ClientID, scope: q.Get("scope"), redirectURI: q.Get("redirect_uri"),
		codeChallenge: q.Get("code_challenge"), nonce: q.Get("nonce"), authTime: s.Now(),
		thumbprint: q.Get("dpop_jkt"),
	}
	if q.Get("request_uri") != "" {
		s.mu.Lock()
		pushed := s.sessions[q.Get("request_uri")]
		s.mu.Unlock()
		if pushed != nil {
			g.scope, g.codeChallenge, g.nonce = pushed.scope, pushed.codeChallenge, pushed.nonce
		}
	} else if q.Get("response_type") != "code" || q.Get("code_challenge_method") != "S256" {
		back.Set("error", "invalid_request")
	}
	if back.Get("error") == "" {
		back.Set("code", s.newCode(g))
	}
	if s.SpoilCallback != nil {
		s.SpoilCallback(back)
	}
	redirect.RawQuery = back.Encode()
	http.Redirect(w, r, redirect.String(), http.StatusFound)
}

func (s *Server) newCode(g *grant) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	code := token("code")
	s.codes[code] = g
	return code
}

func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	f := r.PostForm
	if id, _, basic := r.BasicAuth(); f.Get("client_id") != s.ClientID && !(basic && id == s.ClientID) {
		s.refuse(w, http.StatusUnauthorized, "invalid_client")
		return
	}
	thumbprint, ok := s.proven(w, r, "")
	if !ok {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	// bound takes the key that was shown, and reports whether it is the one that the grant is bound to, if it is.
	bound := func(g *grant) bool {
		if g.thumbprint == "" {
			g.thumbprint = thumbprint
		}
		return g.thumbprint == thumbprint
	}
	switch f.Get("grant_type") {
	case "authorization_code":
		g := s.codes[f.Get("code")]
		delete(s.codes, f.Get("code"))
		sum := sha256.Sum256([]byte(f.Get("code_verifier")))
		if g == nil || g.redirectURI != f.Get("redirect_uri") || g.codeChallenge != "" && g.codeChallenge != Segment(sum[:]) || !bound(g) {
			s.refuse(w, http.StatusBadRequest, "invalid_grant")
			return
		}
		s.grantTokens(w, g, g.nonce, true)
	case "refresh_token":
		old := f.Get("refresh_token")
		g := s.refresh[old]
		if g != nil && s.used[old] {
			g.dead = true // reuse ends the family
		}
		if g == nil || g.dead || g.thumbprint != thumbprint {
			s.refuse(w, http.StatusBadRequest, "invalid_grant")
			return
		}
		s.used[old] = !s.NoRotate
		s.grantTokens(w, g, "", !s.NoRotate)
	case "urn:ietf:params:oauth:grant-type:device_code":
		g := s.devices[f.Get("device_code")]
		switch {
		case g == nil:
			s.refuse(w, http.StatusBadRequest, "expired_token")
		case g.dead:
			s.refuse(w, http.StatusBadRequest, "access_denied")
		case !g.decided:
			s.refuse(w, http.StatusBadRequest, "authorization_pending")
		default:
			_ = bound(g)
			delete(s.devices, f.Get("device_code"))
			s.grantTokens(w, g, "", true)
		}
	default:
		s.passwordGrant(w, f, thumbprint)
	}
}

// grantTokens answers with tokens. The caller holds s.mu.
func (s *Server) grantTokens(w http.ResponseWriter, g *grant, nonce string, withRefresh bool) {
	access := token("access")
	s.access[access] = g
	answer := map[string]any{
		"access_token": access, "token_type": "Bearer", "expires_in": int(s.Lifetime.Seconds()),
	}
	if g.thumbprint != "" {
		answer["token_type"] = "DPoP"
	}
	if g.scope != "" {
		answer["scope"] = g.scope
	}
	if withRefresh && (s.genesys || strings.Contains(g.scope, "offline_access")) {
		refresh := token("refresh")
		s.refresh[refresh] = g
		answer["refresh_token"] = refresh
	}
	if strings.Contains(g.scope, "openid") {
		answer["id_token"] = s.idToken(g, access, nonce)
	}
	if g.recovery != "" {
		answer["recovery_code"] = g.recovery
	}
	if s.SpoilTokens != nil {
		s.SpoilTokens(answer)
	}
	Answer{Body: answer}.write(w)
}

func (s *Server) idToken(g *grant, access, nonce string) string {
	now := s.Now()
	claims := map[string]any{
		"iss": s.URL, "sub": g.user.Subject, "aud": g.clientID, "iat": now.Unix(), "exp": now.Add(s.Lifetime).Unix(),
		"auth_time": g.authTime.Unix(), "name": g.user.Name, "email": g.user.Email, "preferred_username": g.user.Username,
	}
	if nonce != "" {
		claims["nonce"] = nonce
	}
	key := s.Keys[0]
	header := map[string]any{"alg": key.Alg, "kid": key.ID, "typ": "JWT"}
	if strings.HasSuffix(key.Alg, "256") {
		sum := sha256.Sum256([]byte(access))
		claims["at_hash"] = Segment(sum[:16])
	}
	if s.SpoilHeader != nil {
		s.SpoilHeader(header)
	}
	if s.SpoilClaims != nil {
		s.SpoilClaims(claims)
	}
	compact := key.Sign(header, must(json.Marshal(claims)))
	if s.SpoilIDToken != nil {
		compact = s.SpoilIDToken(compact)
	}
	return compact
}

func (s *Server) bearer(r *http.Request) *grant {
	scheme, access, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.access[access]
	if g == nil || g.dead || (g.thumbprint != "") != (scheme == "DPoP") {
		return nil
	}
	return g
}

func (s *Server) userInfo(w http.ResponseWriter, r *http.Request) {
	scheme, access, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if scheme != "DPoP" {
		access = ""
	}
	thumbprint, ok := s.proven(w, r, access)
	if !ok {
		return
	}
	g := s.bearer(r)
	if g != nil && g.thumbprint != thumbprint {
		g = nil
	}
	if g == nil {
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
		s.refuse(w, http.StatusUnauthorized, "invalid_token")
		return
	}
	claims := map[string]any{
		"sub": g.user.Subject, "name": g.user.Name, "email": g.user.Email, "preferred_username": g.user.Username,
	}
	if s.SpoilUserInfo != nil {
		s.SpoilUserInfo(claims)
	}
	Answer{Body: claims}.write(w)
}

func (s *Server) revoke(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, known := range []map[string]*grant{s.refresh, s.access} {
		if g := known[r.PostForm.Get("token")]; g != nil {
			g.dead = true
		}
	}
	w.WriteHeader(http.StatusOK)
}

// ExpireTokens makes every access token useless, as if its time had come.
func (s *Server) ExpireTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.access)
}

// EndSessions ends every sign-in there was: no refresh token works afterwards.
func (s *Server) EndSessions() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, g := range s.refresh {
		g.dead = true
	}
	clear(s.access)
}

// device starts a device authorization (RFC 8628, section 3.2).
func (s *Server) device(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	code, userCode := token("device"), "WDJB-MJHT"
	s.devices[code] = &grant{clientID: s.ClientID, scope: r.PostForm.Get("scope"), userCode: userCode}
	Answer{Body: map[string]any{
		"device_code": code, "user_code": userCode, "verification_uri": s.URL + "/go",
		"verification_uri_complete": s.URL + "/go?user_code=" + userCode, "expires_in": 300, "interval": 5,
	}}.write(w)
}

// DecideDevice lets the first user approve or deny every device that waits.
func (s *Server) DecideDevice(approve bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, g := range s.devices {
		g.user, g.decided, g.dead, g.authTime = s.Users[0], true, !approve, s.Now()
	}
}

// usersMe and tokensMe are the API of Genesys Cloud.
func (s *Server) usersMe(w http.ResponseWriter, r *http.Request) {
	g := s.bearer(r)
	if g == nil {
		Answer{Status: http.StatusUnauthorized, Body: map[string]any{"code": "bad.credentials", "status": 401}}.write(w)
		return
	}
	me := map[string]any{"id": g.user.Subject, "name": g.user.Name, "email": g.user.Email, "username": g.user.Username}
	if slices.Contains(strings.Split(r.URL.Query().Get("expand"), ","), "organization") {
		me["organization"] = map[string]any{"id": "org-1", "name": "Globex Corp", "thirdPartyOrgName": g.user.Org}
	}
	if s.SpoilUserInfo != nil {
		s.SpoilUserInfo(me)
	}
	Answer{Body: me}.write(w)
}

func (s *Server) tokensMe(w http.ResponseWriter, r *http.Request) {
	g := s.bearer(r)
	if r.Method != http.MethodDelete || g == nil {
		Answer{Status: http.StatusUnauthorized, Body: map[string]any{"code": "bad.credentials", "status": 401}}.write(w)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	g.dead = true
	w.WriteHeader(http.StatusNoContent)
}
