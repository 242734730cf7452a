package oauth

import (
	"testing"
	"time"

	"latchkey/internal/config"
	"latchkey/internal/problem"
)

// The library's verifier lets one large provider leave the scheme out of iss. Here iss is the issuer, for everybody.
func TestID14NoExceptionForAnyIssuer(t *testing.T) {
	c := fuzzClient()
	c.Server.Issuer = "https://accounts.google.com"
	now := timestamp{c.Clock.Now()}
	claims := claimSet{
		Issuer: "accounts.google.com", Subject: "s", Audience: audience{c.Org.ClientID}, IssuedAt: now, Expires: timestamp{now.Add(time.Hour)},
	}
	if err := c.checkClaims(&claims, expectation{nonceOptional: true}); !problem.Has(err, problem.IDTokenInvalid) {
		t.Errorf("without the scheme: %v", err)
	}
	claims.Issuer = c.Server.Issuer
	if err := c.checkClaims(&claims, expectation{nonceOptional: true}); err != nil {
		t.Errorf("the issuer itself: %v", err)
	}
	claims.Audience, claims.AuthorizedParty = audience{"other"}, &c.Org.ClientID
	if err := c.checkClaims(&claims, expectation{nonceOptional: true}); !problem.Has(err, problem.IDTokenInvalid) {
		t.Errorf("another audience: %v", err)
	}
}

func TestDS04RemoteServerNamesNothingOnThisComputer(t *testing.T) {
	good := metadata{
		Issuer: "https://login.example", AuthorizationEndpoint: "https://a.example/a", TokenEndpoint: "https://t.example/t", JWKSURI: "https://k.example/j",
	}
	if _, err := good.server(config.Organization{}); err != nil {
		t.Fatal(err)
	}
	for _, local := range []string{"http://127.0.0.1:8080/", "https://127.9.9.9/", "http://[::1]/", "https://localhost/", "https://LOCALHOST/"} {
		for name, spoil := range map[string]func(m *metadata){
			"authorization": func(m *metadata) { m.AuthorizationEndpoint = local }, "token": func(m *metadata) { m.TokenEndpoint = local },
			"challenge": func(m *metadata) { m.AuthorizationChallengeEndpoint = local }, "device": func(m *metadata) { m.DeviceAuthorizationEndpoint = local },
			"revocation": func(m *metadata) { m.RevocationEndpoint = local }, "userinfo": func(m *metadata) { m.UserInfoEndpoint = local },
			"keys": func(m *metadata) { m.JWKSURI = local },
		} {
			m := good
			spoil(&m)
			if _, err := m.server(config.Organization{}); !problem.Has(err, problem.EndpointUnsafe) {
				t.Errorf("%s at %s: %v", name, local, err)
			}
		}
	}
}

func TestOriginsAreComparedAsOrigins(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"https://a.example/x", "https://A.EXAMPLE:443/y?z", true}, {"http://127.0.0.1:80/", "http://127.0.0.1/", true}, {"http://[::1]:1/", "http://[::1]:1/x", true},
		{"https://a.example/", "https://a.example:444/", false}, {"https://a.example/", "https://b.example/", false}, {"http://localhost/", "https://localhost/", false},
		{"https://a.example/", "https://a.example.evil/", false},
	} {
		if got := sameOrigin(c.a, c.b); got != c.same {
			t.Errorf("%s and %s: %v", c.a, c.b, got)
		}
	}
}
