package config

import (
	"net/url"
	"slices"
)

// Credentials says how an organisation's server takes e-mail and password from an app of its own.
type Credentials string

// The values of the setting "credentials".
const (
	CredentialsAuto     Credentials = "auto"     // what the server advertises: the authorization challenge endpoint
	CredentialsOff      Credentials = "off"      // never ask for a password in the app
	CredentialsAuth0    Credentials = "auth0"    // password grant with mfa_required, Auth0's dialect
	CredentialsOkta     Credentials = "okta"     // the same in Okta's dialect
	CredentialsKeycloak Credentials = "keycloak" // password grant with otp
)

// DPoPOff is the value of the setting "dpop" with which access tokens can be used by any program that is given one.
const DPoPOff = "off"

// Organization is one place to sign in to: a Genesys Cloud region with an organisation, or an OAuth 2.0 / OpenID
// Connect server. It holds no secret: a client secret of an installed app is not one (RFC 8252, section 8.5).
type Organization struct {
	ID           string // the key under [organizations], lower-case
	Name         string // as shown; the ID when the settings give none
	Issuer       string // issuer identifier (RFC 8414); empty for Genesys Cloud
	Region       string // Genesys Cloud region key such as "euw2" ([Region.Key]); empty for any other server
	ClientID     string
	ClientSecret string
	Company      string // shows the button "Login with Company"; empty for none
	Org          string // Genesys Cloud organisation short name
	Provider     string // Genesys Cloud identity provider, only with Org
	StatusURL    string
	Scopes       []string    // asked for; empty means the default for the kind of server
	Credentials  Credentials // never empty
	Profile      string      // dialect of the challenge endpoint: "", "draft", "janssen" or "a12n"; empty finds out
	RedirectHost string      // host of the loopback redirect: "127.0.0.1", "::1" or "localhost"
	RedirectPort int         // 0 for any free port
	ACRValues    string      // acr_values: sent with every sign-in, and the ID token must name one of them (Janssen chooses its script by it)

	DPoP string // "auto": tokens are bound to a key where the server does that (RFC 9449); DPoPOff: never. Empty is "auto"

	Audience string // for the password grants: whom the access token is for (Auth0)
	Realm    string // for the password grants: where the account is looked up (Auth0's password-realm)
	// Contact is whom agents ask for help: an e-mail address, or a page; empty when the settings give none.
	Contact string
	// TwoStepURL is the page on which agents set up two-step verification; empty when the settings give none.
	TwoStepURL string

	// ForgotPassword is where a forgotten password is reset; empty when the settings give none.
	ForgotPassword string
	// ForgotReturn says that the page at ForgotPassword leads back: it takes an address of this computer, as the parameter "return".
	ForgotReturn bool
	// WorkspaceURL is what "Open workspace" opens; empty for none. A region has its own.
	WorkspaceURL string

	// TimeServers and VoiceServers are asked by diagnostics only: NTP and STUN, each "host" or "host:port".
	TimeServers, VoiceServers []string

	// Endpoints named in the settings. For a region they override the region's own (a stand-in can be used in its
	// place); for another server they override or replace discovery.
	Endpoints Endpoints
}

// Endpoints are addresses of one authorization server. An empty one is not named.
type Endpoints struct {
	Authorization          string // authorization endpoint (RFC 6749, section 3.1)
	Token                  string // token endpoint (RFC 6749, section 3.2)
	AuthorizationChallenge string // authorization challenge endpoint (OAuth 2.0 for First-Party Applications)
	DeviceAuthorization    string // device authorization endpoint (RFC 8628)
	Revocation             string // revocation endpoint (RFC 7009)
	UserInfo               string // userinfo endpoint (OpenID Connect Core)
	API                    string // base address of the Genesys Cloud API
	Login                  string // base address of the Genesys Cloud login host
}

// Hosts are those where the organisation's people sign in, as the settings name them, with their ports; a region's own are not
// among them.
func (o Organization) Hosts() []string {
	var hosts []string
	e := o.Endpoints
	for _, address := range []string{o.Issuer, e.Login, e.Authorization, e.AuthorizationChallenge, e.Token, e.DeviceAuthorization} {
		if u, err := url.Parse(address); err == nil && u.Host != "" && !slices.Contains(hosts, u.Host) {
			hosts = append(hosts, u.Host)
		}
	}
	return hosts
}

// Genesys reports whether the organisation lives in a Genesys Cloud region.
func (o Organization) Genesys() bool { return o.Region != "" }
