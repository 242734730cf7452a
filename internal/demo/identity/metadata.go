package identity

import (
	"encoding/json"
	"net/http"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

var supportedScopes = []string{oidc.ScopeOpenID, oidc.ScopeProfile, oidc.ScopeEmail, oidc.ScopeOfflineAccess}

// document is the library's metadata and what it does not know of.
type document struct {
	*oidc.DiscoveryConfiguration
	// OAuth 2.0 for First-Party Applications, section 4
	AuthorizationChallengeEndpoint string `json:"authorization_challenge_endpoint,omitempty"`
	// RFC 9207, section 3
	ResponseIss bool `json:"authorization_response_iss_parameter_supported"`
	// RFC 9126, section 5
	PushedRequestEndpoint string `json:"pushed_authorization_request_endpoint,omitempty"`
	RequirePushed         bool   `json:"require_pushed_authorization_requests,omitempty"`
	// RFC 9449, section 5.1
	ProofAlgorithms []string `json:"dpop_signing_alg_values_supported,omitempty"`
}

// metadata serves OpenID Connect Discovery and RFC 8414: the same document at both addresses.
func (s *Server) metadata(w http.ResponseWriter, r *http.Request) {
	d := document{DiscoveryConfiguration: op.CreateDiscoveryConfig(r.Context(), s.provider, s.store), ResponseIss: true}
	d.ResponseTypesSupported = []string{"code"}
	d.ResponseModesSupported = []string{"query"}
	d.GrantTypesSupported = []oidc.GrantType{oidc.GrantTypeCode, oidc.GrantTypeRefreshToken}
	d.TokenEndpointAuthMethodsSupported = []oidc.AuthMethod{oidc.AuthMethodNone, oidc.AuthMethodBasic}
	d.RevocationEndpointAuthMethodsSupported = d.TokenEndpointAuthMethodsSupported
	d.IntrospectionEndpoint, d.IntrospectionEndpointAuthMethodsSupported = "", nil
	d.EndSessionEndpoint = ""
	d.DeviceAuthorizationEndpoint = ""
	if s.Device {
		d.DeviceAuthorizationEndpoint = s.address("/device_authorization")
		d.GrantTypesSupported = append(d.GrantTypesSupported, oidc.GrantTypeDeviceCode)
	}
	if s.Challenge && !s.On(NoChallenge) {
		d.AuthorizationChallengeEndpoint = s.address("/authorize-challenge")
	}
	if s.wantsPushed() {
		d.PushedRequestEndpoint, d.RequirePushed = s.address("/par"), true
	}
	if s.binds() {
		d.ProofAlgorithms = []string{"ES256"}
	}
	if s.On(BrokenDiscovery) {
		d.Issuer = "https://login.other.example"
	}
	writeJSON(w, http.StatusOK, d)
}

// writeJSON answers with v and keeps the answer out of caches (RFC 6749, section 5.1).
func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}
