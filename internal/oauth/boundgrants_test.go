package oauth_test

import (
	"testing"
	"time"

	"latchkey/internal/config"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/secret"
)

// Tokens of a password are bound to a key, too: every request for them has a proof with that key, what has a code sent has
// none. With nonces, neither the password nor a code goes out twice.
func TestPasswordGrantsAreBoundToOneKey(t *testing.T) {
	for _, c := range []struct {
		dialect   config.Credentials
		challenge string
	}{
		{config.CredentialsAuth0, oauthtest.MFAChallengePath}, {config.CredentialsOkta, oauthtest.OktaChallengePath}, {config.CredentialsKeycloak, ""},
	} {
		for _, nonces := range []bool{false, true} {
			s := oauthtest.NewGrants(t, c.dialect)
			s.Factors, s.BindTokens, s.WantNonce = []string{"sms", "totp"}, true, nonces
			w := discover(t, s)
			i := w.client.Interview(newFlow(t))
			t.Cleanup(i.Close)
			fields := typed("amy@acme.example", "correct horse")
			if c.challenge == "" {
				fields["otp"] = secret.New("123456")
			}
			a, err := i.Send(t.Context(), fields)
			if c.challenge != "" && err == nil {
				if a, err = i.Choose(t.Context(), "sms"); err == nil {
					w.NewNonce()
					w.clock.Advance(time.Minute)
					a, err = i.Send(t.Context(), otp("123456"))
				}
				if r := w.Requests(c.challenge); len(r) != 1 || r[0].Header.Get("DPoP") != "" {
					t.Errorf("%s: a code was asked for with %+v", c.dialect, r)
				}
			}
			w.signedIn(t, a, err)
			key := a.Tokens.ProofKey
			passwords, codes := 0, 0
			thumbprints := map[string]bool{}
			for _, r := range w.Requests(oauthtest.TokenPath) {
				p, err := oauthtest.ReadProof(r.Header.Get("DPoP"))
				if err != nil {
					t.Fatalf("%s: %v", c.dialect, err)
				}
				thumbprints[p.Thumbprint] = true
				if r.Form.Has("password") {
					passwords++
				}
				if r.Form.Has("binding_code") || r.Form.Has("otp") {
					codes++
				} else if r.Form.Has("mfa_token") {
					t.Errorf("%s: a nonce was asked for in the middle of a conversation: %v", c.dialect, r.Form)
				}
			}
			if passwords != 1 || codes != 1 || len(thumbprints) != 1 || key.Empty() {
				t.Errorf("%s: %d passwords, %d codes, %d keys", c.dialect, passwords, codes, len(thumbprints))
			}
		}
	}
}
