package oauth

import (
	"io"
	"net/url"
	"slices"

	"latchkey/internal/clock"
	"latchkey/internal/config"
	"latchkey/internal/transport"
)

// Server is what is known of one authorization server. An attempt keeps the Server it started with, whatever the
// server's metadata say later.
type Server struct {
	Issuer                         string // empty for Genesys Cloud and servers without discovery
	AuthorizationEndpoint          string
	TokenEndpoint                  string
	AuthorizationChallengeEndpoint string // empty: no credentials door
	DeviceAuthorizationEndpoint    string // empty: no device door
	RevocationEndpoint             string
	PushedRequestEndpoint          string // empty: requests go into the address
	RequirePushed                  bool   // and must not
	UserInfoEndpoint               string
	JWKSURI                        string
	ForgotPasswordURL              string // from the settings; empty when not known
	WorkspaceURL                   string // what "Open workspace" opens; empty when there is none
	APIURL                         string // Genesys Cloud API base address
	Genesys                        bool
	ResponseIss                    bool     // authorization_response_iss_parameter_supported (RFC 9207)
	SignInTimes                    bool     // ID tokens say when people signed in: auth_time in claims_supported
	SigningAlgs                    []string // asymmetric ID token algorithms both sides allow
	Scopes                         []string // asked for

	// passwordGrant: the settings say that the token endpoint takes passwords.
	passwordGrant bool
	// bindsTokens: it binds tokens to a key whose proofs are signed as ours are (RFC 9449).
	bindsTokens bool
	// secretInForm: a client secret goes into the form (client_secret_post); otherwise Basic, the default of RFC 8414.
	secretInForm bool
}

// Host returns the host (and port) people sign in at, as shown to them: the authorization endpoint's. It is ASCII: a
// look-alike name shows as punycode.
func (s *Server) Host() string { return host(s.AuthorizationEndpoint) }

// Origin returns the origin (RFC 6454) of its sign-in page, without a slash at the end.
func (s *Server) Origin() string { return origin(s.AuthorizationEndpoint) }

// CredentialsHost returns the host (and port) that a password typed into this program goes to: the challenge endpoint's,
// or, for the password grants, the token endpoint's. It need not be the one of the sign-in page.
func (s *Server) CredentialsHost() string { return host(s.credentialsEndpoint()) }

// credentialsEndpoint is where a password goes first; empty: nowhere.
func (s *Server) credentialsEndpoint() string {
	if s.passwordGrant {
		return s.TokenEndpoint
	}
	return s.AuthorizationChallengeEndpoint
}

func host(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil {
		return ""
	}
	return u.Host
}

// openID reports whether answers must carry an ID token: openid was asked of a server that can sign one.
func (s *Server) openID() bool {
	return s.Issuer != "" && s.JWKSURI != "" && slices.Contains(s.Scopes, "openid")
}

// Client speaks to one server for one organisation. Discover makes one. It is safe for concurrent use.
type Client struct {
	HTTP   *transport.Client
	Clock  clock.Clock
	Rand   io.Reader
	Org    config.Organization
	Server *Server
	keys   *keySet // of the server's JWKS; shared by copies of the client
	proof  *prover // of the key that this session's tokens are bound to; nil: they are not
}
