package oauth

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/config"
	"latchkey/internal/secret"
	"latchkey/internal/transport"
)

func fuzzClient() *Client {
	return &Client{
		HTTP: transport.New(transport.Options{}), Clock: clocktest.At(time.Unix(1_800_000_000, 0)), Rand: rand.Reader,
		Org:    config.Organization{ClientID: "client"},
		Server: &Server{Issuer: "https://login.example", JWKSURI: "https://login.example/jwks", SigningAlgs: signingAlgs, Scopes: defaultScopes},
	}
}

func answerOf(status int, body []byte) *transport.Response {
	return &transport.Response{Status: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: body}
}

// Whatever a token endpoint says: either a problem, or tokens that can be used and do not live for ever.
func FuzzTokenAnswer(f *testing.F) {
	f.Add([]byte(`{"access_token":"a","token_type":"Bearer","expires_in":3600,"refresh_token":"r","scope":"openid","id_token":"a.b.c"}`))
	f.Add([]byte(`{"access_token":"a","token_type":"bearer","expires_in":"1e9","auth_session":7}`))
	f.Add([]byte(`{"error":"invalid_grant"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		c := fuzzClient()
		var answer tokenAnswer
		if answerOf(200, body).DecodeJSON(&answer) != nil {
			return
		}
		tokens, err := c.tokens(answer, c.Clock.Now())
		if err != nil {
			return
		}
		if tokens.Access.Empty() || !printable(tokens.Access.Reveal()) || !printable(tokens.Refresh.Reveal()) {
			t.Error("a token that cannot be used")
		}
		if life := tokens.Expires.Sub(c.Clock.Now()); life < 0 || life > longestLifetime {
			t.Errorf("lives %v", life)
		}
	})
}

// Whatever a challenge endpoint says: a problem, or an answer that says what to do next.
func FuzzChallengeAnswer(f *testing.F) {
	for _, body := range []string{
		`{"error":"insufficient_authorization","auth_session":"s","otp_required":true,"attempts_left":3}`, `{"authorization_code":"c"}`,
		`{"error":"redirect_to_web","request_uri":"urn:x","expires_in":60}`, `{"error":"account_locked","locked_until":"2030-01-01T00:00:00Z"}`,
		`{"error":"insufficient_authorization","required":["username","password"]}`, `{"error":"invalid_session"}`, `{"required":7}`,
	} {
		f.Add(400, []byte(body))
		f.Add(200, []byte(body))
	}
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		c := fuzzClient()
		ch := c.NewChallenge(Flow{Verifier: secret.New("v"), Nonce: secret.New("n")})
		a, err := ch.read(answerOf(status, body), url.Values{"password": {"canary-password"}}, map[Field]secret.Text{FieldPassword: secret.New("canary-password")})
		switch {
		case err != nil && strings.Contains(err.Error(), "canary-password"):
			t.Error("the problem shows the password")
		case err != nil:
		case a.Code.Empty() && !a.Web && len(a.Need) == 0:
			t.Errorf("a dead end: %+v", a)
		case a.RequestURI != "" && (!a.Web || !printable(a.RequestURI)):
			t.Errorf("got %+v", a)
		}
	})
}

// Whatever stands in a list of authenticators, what is offered can be led through.
func FuzzAuthenticators(f *testing.F) {
	f.Add([]byte(`[{"id":"sms|dev_1","authenticator_type":"oob","active":true,"oob_channel":"sms","name":"+49"}]`))
	f.Add([]byte(`[]`))
	f.Add([]byte(`{"error":"expired_token"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		list, ok := auth0Factors(answerOf(200, body))
		if !ok && list != nil {
			t.Errorf("got %+v", list)
		}
		for _, factor := range list {
			if !knownMethod(Kind(factor.Method)) || !printable(factor.id) {
				t.Errorf("got %+v", factor)
			}
		}
	})
}

// Whatever a server says was sent: a problem, the browser, or something that can be answered within bounds.
func FuzzSecondStep(f *testing.F) {
	f.Add([]byte(`{"challenge_type":"oob","oob_code":"x","binding_method":"transfer","binding_code":"95","interval":5,"expires_in":300}`))
	f.Add([]byte(`{"challenge_type":"http://auth0.com/oauth/grant-type/mfa-oob","oob_code":"x","binding_method":"prompt","binding_code":7}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var said members
		if answerOf(200, body).DecodeJSON(&said) != nil {
			return
		}
		g := &passwordGrant{client: fuzzClient(), second: okta{}}
		a, err := g.sent(Factor{Method: methodPush}, said)
		switch {
		case err != nil || a.Web:
		case len(a.Need) != 1:
			t.Errorf("a dead end: %+v", a)
		case a.asks(FieldApproval) && (a.every < shortInterval || a.every > longInterval || len([]rune(a.Number)) > maxNumber || a.Until.IsZero()):
			t.Errorf("got %+v", a)
		}
	})
}

// Whatever a token endpoint says to a code: a problem, or something to go on with, and never what was sent.
func FuzzSecondStepRefused(f *testing.F) {
	f.Add([]byte(`{"error":"invalid_grant","error_description":"Invalid otp_code."}`))
	f.Add([]byte(`{"error":"authorization_pending","interval":-1}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		c := fuzzClient()
		refused, err := c.refused(answerOf(400, body), url.Values{"otp": {"canary-code"}})
		if err != nil {
			return
		}
		for _, need := range []Field{FieldOTP, FieldApproval} {
			g := &passwordGrant{client: c, second: auth0{}, last: &ChallengeAnswer{Need: []Field{need}, Method: methodPush}}
			a, err := g.secondRefused(refused)
			switch {
			case err != nil && strings.Contains(err.Error(), "canary-code"):
				t.Error("the problem shows the code")
			case err == nil && !a.Web && len(a.Need) == 0:
				t.Errorf("a dead end: %+v", a)
			}
		}
	})
}

// No ID token is believed that our key did not sign.
func FuzzIDToken(f *testing.F) {
	f.Add("eyJhbGciOiJFUzI1NiJ9.e30.AAAA")
	f.Add("eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL2xvZ2luLmV4YW1wbGUifQ.")
	f.Add("a.b.c.d.e")
	f.Add(`{"payload":"e30","signatures":[]}`)
	f.Fuzz(func(t *testing.T, raw string) {
		c := fuzzClient()
		c.keys = newKeySet(c.HTTP, c.Clock, "https://login.example/jwks")
		c.keys.fetched, c.keys.refetched = c.Clock.Now(), c.Clock.Now() // there are none, and none are asked for
		if claims, err := c.verifyIDToken(t.Context(), raw, secret.New("a"), expectation{nonceOptional: true}); err == nil || claims != nil {
			t.Errorf("believed %q", raw)
		}
	})
}

// Claims of any shape are either refused or within their bounds.
func FuzzClaims(f *testing.F) {
	f.Add([]byte(`{"iss":"https://login.example","sub":"s","aud":"client","exp":1800000100,"iat":1800000000}`))
	f.Add([]byte(`{"iss":"https://login.example","sub":"s","aud":["client"],"exp":1e400,"iat":-1,"azp":null}`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		c := fuzzClient()
		var s claimSet
		if strictJSON(payload, &s) != nil || c.checkClaims(&s, expectation{nonceOptional: true}) != nil {
			return
		}
		if s.Issuer != c.Server.Issuer || s.Subject == "" || s.Expires.Before(c.Clock.Now().Add(-ClockLeeway)) || s.IssuedAt.After(c.Clock.Now().Add(ClockLeeway)) {
			t.Errorf("accepted %s", payload)
		}
	})
}

// Metadata of any shape make a server whose addresses are safe, or none.
func FuzzMetadata(f *testing.F) {
	f.Add([]byte(`{"issuer":"https://login.example","authorization_endpoint":"https://login.example/a","token_endpoint":"https://login.example/t","jwks_uri":"https://login.example/j"}`))
	f.Add([]byte(`{"issuer":"https://login.example","authorization_endpoint":"http://127.0.0.1/a","token_endpoint":"file:///x","authorization_challenge_endpoint":"https://evil.example/"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var m metadata
		if answerOf(200, body).DecodeJSON(&m) != nil {
			return
		}
		m.Issuer = "https://login.example"
		s, err := m.server(config.Organization{})
		if err != nil || s.check() != nil {
			return
		}
		for _, address := range s.endpoints() {
			if address != "" && !strings.HasPrefix(strings.ToLower(address), "https://") {
				t.Errorf("took %q", address)
			}
		}
		if s.AuthorizationChallengeEndpoint != "" && !sameOrigin(s.AuthorizationChallengeEndpoint, s.TokenEndpoint) {
			t.Error("the password goes elsewhere")
		}
	})
}
