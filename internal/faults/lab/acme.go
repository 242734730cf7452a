//go:build linux

package lab

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/http"
)

// AcmeIssuer is the address of Acme's sign-in server.
const AcmeIssuer = "https://login.acme.example"

// ServeAcme starts an OpenID Connect provider as far as it can be looked at without signing in.
func (l *Lab) ServeAcme() (*Site, error) {
	keys, err := publicKeys()
	if err != nil {
		return nil, err
	}
	metadata := map[string]any{
		"issuer": AcmeIssuer, "authorization_endpoint": AcmeIssuer + "/authorize", "token_endpoint": AcmeIssuer + "/token",
		"authorization_challenge_endpoint": AcmeIssuer + "/challenge", "jwks_uri": AcmeIssuer + "/keys",
		"userinfo_endpoint": AcmeIssuer + "/userinfo", "revocation_endpoint": AcmeIssuer + "/revoke",
		"response_types_supported": []string{"code"}, "grant_types_supported": []string{"authorization_code", "refresh_token"},
		"subject_types_supported": []string{"public"}, "id_token_signing_alg_values_supported": []string{"ES256"},
		"scopes_supported":                               []string{"openid", "profile", "email", "offline_access"},
		"code_challenge_methods_supported":               []string{"S256"},
		"token_endpoint_auth_methods_supported":          []string{"none"},
		"authorization_response_iss_parameter_supported": true,
	}
	routes := http.NewServeMux()
	routes.HandleFunc("GET /.well-known/openid-configuration", always(http.StatusOK, metadata))
	routes.HandleFunc("GET /.well-known/oauth-authorization-server", always(http.StatusOK, metadata))
	routes.HandleFunc("GET /keys", always(http.StatusOK, keys))
	routes.HandleFunc("/authorize", signInPage)
	routes.HandleFunc("/token", oauthError)
	routes.HandleFunc("/challenge", oauthError)
	routes.HandleFunc("/revoke", oauthError)
	routes.HandleFunc("/userinfo", always(http.StatusUnauthorized, map[string]any{"error": "invalid_token"}))
	return l.Site("login.acme.example", Acme, routes)
}

// publicKeys makes a set of keys (RFC 7517) that nothing is signed with.
func publicKeys() (any, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	point, err := key.PublicKey.Bytes()
	if err != nil {
		return nil, err
	}
	text := base64.RawURLEncoding.EncodeToString
	return map[string]any{"keys": []any{map[string]any{
		"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "1", "x": text(point[1:33]), "y": text(point[33:]),
	}}}, nil
}

func always(status int, value any) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(value)
	}
}

// oauthError answers as a token endpoint does when it is asked for nothing that exists (RFC 6749, section 5.2).
func oauthError(w http.ResponseWriter, r *http.Request) {
	name := "invalid_grant"
	switch r.FormValue("grant_type") {
	case "":
		name = "invalid_request"
	case "authorization_code", "refresh_token":
	default:
		name = "unsupported_grant_type"
	}
	w.Header().Set("Cache-Control", "no-store")
	always(http.StatusBadRequest, map[string]any{"error": name})(w, r)
}

func signInPage(w http.ResponseWriter, r *http.Request) {
	Page(http.StatusOK, "Sign in")(nil).ServeHTTP(w, r)
}
