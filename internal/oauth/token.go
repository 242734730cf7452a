package oauth

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/transport"
)

// Tokens are what a token endpoint grants.
type Tokens struct {
	Access  secret.Text
	Refresh secret.Text // empty: the server gave none
	Expires time.Time   // of the access token, on our clock; never zero
	Scope   string      // granted; the asked one when the server does not say
	Limited bool        // less was granted than asked for
	// ProofKey is the key that the tokens are bound to (RFC 9449): without it they are of no use. Empty: they are not bound.
	ProofKey secret.Text

	claims   *Claims     // of the verified ID token; nil when there was none
	recovery secret.Text // a recovery code in place of one that was used
}

// Claims returns the claims of the verified ID token; nil when the server sent none.
func (t *Tokens) Claims() *Claims { return t.claims }

// Kept overwrites what is of no use once somebody has taken over the tokens and their key: everything else.
func (t *Tokens) Kept() { t.recovery.Wipe() }

// Wipe overwrites the tokens.
func (t *Tokens) Wipe() {
	t.Access.Wipe()
	t.Refresh.Wipe()
	t.recovery.Wipe()
	t.ProofKey.Wipe()
}

// tokenAnswer is a successful answer of the token endpoint (RFC 6749, section 5.1). Unknown members are ignored.
type tokenAnswer struct {
	AccessToken  string   `json:"access_token"`
	TokenType    string   `json:"token_type"`
	ExpiresIn    lifetime `json:"expires_in"`
	RefreshToken string   `json:"refresh_token"`
	Scope        string   `json:"scope"`
	IDToken      string   `json:"id_token"`
	RecoveryCode text     `json:"recovery_code"` // Auth0: in place of the one that was used
	Error        member   `json:"error"`
}

// Grace is how long an answer that may carry tokens is waited for when its request is cancelled: what a server grants and
// nobody receives, nobody can revoke.
const Grace = 2 * time.Second

// Exchange redeems an authorization code, exactly once, and verifies the ID token that comes with it. redirectURI is
// empty for a code from the challenge endpoint, which was asked for without one.
func (c *Client) Exchange(ctx context.Context, f Flow, code secret.Text, redirectURI string) (*Tokens, error) {
	form := url.Values{"grant_type": {"authorization_code"}, "code": {code.Reveal()}}
	if redirectURI != "" {
		form.Set("redirect_uri", redirectURI)
	}
	native := redirectURI == ""
	if !native || c.profile().challenge {
		form.Set("code_verifier", f.Verifier.Reveal())
	}
	tokens, idToken, refused, err := c.grant(ctx, form)
	if err != nil {
		return nil, err
	}
	if refused != nil {
		return nil, refused.exchange()
	}
	// The front channel that a nonce protects is not part of a challenge, and servers forget it there: it may be
	// absent from such an ID token, never wrong.
	expect := expectation{
		nonce: f.Nonce, nonceOptional: native, signedInSince: f.SignedInSince, acr: c.acr(), acrOptional: native,
	}
	if err := c.acceptIDToken(ctx, tokens, idToken, expect); err != nil {
		c.discard(ctx, tokens)
		return nil, err
	}
	return tokens, nil
}

// acr returns the authentication contexts that the settings ask for, any of which will do.
func (c *Client) acr() []string { return strings.Fields(c.Org.ACRValues) }

// discard ends tokens that were granted and that nobody will use, as far as the server lets it in a moment.
func (c *Client) discard(ctx context.Context, t *Tokens) {
	defer t.Wipe()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), Grace)
	defer cancel()
	_, _ = c.Revoke(ctx, t.Refresh, t.Access) // the sign-in has failed already, and that is what is told
}

// exchange words the refusal of a code.
func (r *refusal) exchange() *problem.Problem {
	if r.Code == "invalid_grant" && r.entra() == nil {
		return r.problem(problem.CodeExchangeRefused)
	}
	return r.general()
}

// acceptIDToken verifies the ID token of an answer, and misses it where there must be one.
func (c *Client) acceptIDToken(ctx context.Context, t *Tokens, idToken string, e expectation) error {
	if c.Server.Genesys || c.Server.Issuer == "" || c.Server.JWKSURI == "" {
		return nil // nobody to verify it against; nothing of it is used
	}
	if idToken == "" {
		if c.Server.openID() {
			return problem.New(problem.IDTokenMissing)
		}
		return nil
	}
	claims, err := c.verifyIDToken(ctx, idToken, t.Access, e)
	t.claims = claims
	return err
}

// grant sends one token request, once (RFC 6749, section 3.2): nothing is ever tried twice with other client
// authentication. It returns the tokens with the raw ID token, or how the server refused.
func (c *Client) grant(ctx context.Context, form url.Values) (*Tokens, string, *refusal, error) {
	asked := c.Clock.Now() // before the request: the token's life began no earlier
	r, err := c.post(ctx, c.Server.TokenEndpoint, form)
	if err != nil {
		return nil, "", nil, err
	}
	if r.Status != http.StatusOK {
		refused, err := c.refused(r, form)
		return nil, "", refused, err
	}
	var answer tokenAnswer
	if err := r.DecodeJSON(&answer); err != nil {
		return nil, "", nil, asMalformed(err)
	}
	if len(answer.Error) > 0 && string(answer.Error) != "null" { // an error is one, whatever the status says
		refused, err := c.refused(r, form)
		return nil, "", refused, err
	}
	tokens, err := c.tokens(answer, asked)
	if err == nil && !strings.EqualFold(answer.TokenType, c.tokenType()) {
		// The key was shown, and the server bound nothing to it: whoever finds these tokens could use them (RFC 9449, section 5).
		c.discard(ctx, tokens)
		return nil, "", nil, problem.New(problem.TokenNotBound)
	}
	return tokens, answer.IDToken, nil, err
}

// tokenType is the kind of access tokens that is asked for.
func (c *Client) tokenType() string {
	if c.proof != nil {
		return "DPoP"
	}
	return "Bearer"
}

// tokens checks an answer and takes it over.
func (c *Client) tokens(a tokenAnswer, asked time.Time) (*Tokens, error) {
	malformed := func(why string) error { return problem.New(problem.TokenMalformed, problem.Because("%s", why)) }
	switch {
	case a.AccessToken == "" || !printable(a.AccessToken):
		return nil, malformed("The key to what you work with is missing or damaged.")
	case !printable(a.RefreshToken):
		return nil, malformed("What keeps the sign-in alive is damaged.")
	case !strings.EqualFold(a.TokenType, "Bearer") && !strings.EqualFold(a.TokenType, c.tokenType()): // RFC 6749, section 7.1: not one we can use
		return nil, malformed("The key to what you work with is of a kind that Latchkey cannot use.")
	}
	t := &Tokens{
		Access:  secret.New(a.AccessToken),
		Refresh: secret.New(a.RefreshToken),
		Expires: a.ExpiresIn.from(asked),

		ProofKey: c.proofKey(),
	}
	if printable(string(a.RecoveryCode)) && len(a.RecoveryCode) <= maxCode {
		t.recovery = secret.New(string(a.RecoveryCode))
	}
	t.Scope, t.Limited = granted(c.Server.Scopes, a.Scope)
	return t, nil
}

// granted compares the granted scope with the asked one (RFC 6749, section 5.1). What was not asked for is left out.
// offline_access does not count as missing: whether there is a refresh token shows it.
func granted(asked []string, answer string) (scope string, limited bool) {
	got := strings.Fields(transport.Clean(answer, 2000))
	if len(got) == 0 {
		return strings.Join(asked, " "), false
	}
	if len(asked) == 0 {
		return strings.Join(got, " "), false
	}
	var both []string
	for _, s := range asked {
		if slices.Contains(got, s) {
			both = append(both, s)
		} else if s != "offline_access" {
			limited = true
		}
	}
	return strings.Join(both, " "), limited
}

// identified returns a request with the form and the client's identification.
func (c *Client) identified(endpoint string, form url.Values) transport.Request {
	request := transport.Request{Method: http.MethodPost, URL: endpoint, Form: form}
	switch {
	case c.Org.ClientSecret == "":
		form.Set("client_id", c.Org.ClientID)
	case c.Server.secretInForm:
		form.Set("client_id", c.Org.ClientID)
		form.Set("client_secret", c.Org.ClientSecret)
	default:
		request.BasicUser, request.BasicPassword = c.Org.ClientID, c.Org.ClientSecret
	}
	return request
}

// asMalformed names an answer that should have granted something and cannot be read.
func asMalformed(err error) error {
	if problem.Has(err, problem.ServerAnswer) {
		return problem.New(problem.TokenMalformed, problem.Caused(err))
	}
	return err
}
