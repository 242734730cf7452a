package oauth_test

import (
	"testing"

	"latchkey/internal/oauth"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
)

// The numbers of Microsoft Entra ID, in the redirect, at the exchange of a code and while a device waits.
func TestS18EntraNumbers(t *testing.T) {
	const trace = "\r\nTrace ID: 36a9bfd2-0233-4b3b-b947-5ed41fa7a600\r\nCorrelation ID: 85b60f58-62ff-4d26-b249-6a0229ba280e"
	for name, c := range map[string]struct {
		code, words string
		want        problem.Code
	}{
		"locked":           {"invalid_grant", "AADSTS50053: The account is locked, you've tried to sign in too many times with an incorrect user ID or password.", problem.AccountLocked},
		"malicious place":  {"invalid_grant", "AADSTS50053: Sign-in was blocked because it came from an IP address with malicious activity.", problem.AddressRefused},
		"disabled":         {"invalid_grant", "AADSTS50057: The user account is disabled.", problem.AccountDisabled},
		"password expired": {"invalid_grant", "AADSTS50055: The password is expired.", problem.InteractionRequired},
		"second step":      {"invalid_grant", "AADSTS50076: Due to a configuration change made by your administrator, you must use multi-factor authentication.", problem.InteractionRequired},
		"conditions":       {"interaction_required", "AADSTS53003: Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.", problem.ConditionsRefused},
		"not compliant":    {"invalid_grant", "AADSTS53000: Your device is required to be compliant to access this resource.", problem.ConditionsRefused},
		"no consent":       {"invalid_grant", "AADSTS65001: The user or administrator has not consented to use the application with ID 'x' named 'y'.", problem.ConsentRefused},
		"declined":         {"access_denied", "AADSTS65004: User declined to consent to access the app.", problem.ConsentRefused},
		"declined, older":  {"consent_required", "AADSTS65004: User declined to consent to access the app.", problem.ConsentRefused},
		"not assigned":     {"interaction_required", "AADSTS50105: The signed in user 'x' is not assigned to a role for the application 'y'.", problem.AppNotAllowed},
		"administrator":    {"access_denied", "AADSTS90094: Administrator consent is required.", problem.AppNotAllowed},
		"unknown app":      {"unauthorized_client", "AADSTS700016: Application with identifier 'x' was not found in the directory 'y'.", problem.AppUnknown},
		"longer number":    {"access_denied", "AADSTS500531: The sign-in was blocked.", problem.Denied},
		"no number":        {"access_denied", "AADSTS: 50057", problem.Denied},
	} {
		words := c.words + trace
		p := problem.From(oauth.CallbackProblem(oauth.CallbackError{Code: c.code, Description: words}))
		if p.Code != c.want {
			t.Errorf("%s: came back as %s, want %s", name, p.Code, c.want)
		}
		refused := oauthtest.Refused(400, c.code, "error_description", words)
		w := connect(t)
		w.Next(oauthtest.TokenPath, refused)
		_, err := w.client.Exchange(t.Context(), newFlow(t), secret.New("code-1"), redirectURI)
		wants(t, err, c.want)
		if problem.From(err).Why == "" {
			t.Errorf("%s: what the server says is left out", name)
		}
	}
}

// A code that is used up, a device that was too late: numbers that add nothing leave the code's own meaning.
func TestS18EntraNumbersThatSayNoMore(t *testing.T) {
	w := connect(t)
	w.Next(oauthtest.TokenPath, oauthtest.Refused(400, "invalid_grant", "error_description", "AADSTS54005: OAuth2 Authorization code was already redeemed."))
	_, err := w.client.Exchange(t.Context(), newFlow(t), secret.New("code-1"), redirectURI)
	wants(t, err, problem.CodeExchangeRefused)

	for words, want := range map[string]problem.Code{
		"AADSTS70019: Verification code expired.":                              problem.DeviceExpired,
		"AADSTS53003: Access has been blocked by Conditional Access policies.": problem.ConditionsRefused,
	} {
		w := deviceServer(t)
		d, _ := w.authorize(t, map[string]any{})
		w.Next(oauthtest.TokenPath, oauthtest.Refused(400, "invalid_grant", "error_description", words))
		_, err := w.client.DeviceWait(t.Context(), d, newFlow(t))
		wants(t, err, want)
	}
}
