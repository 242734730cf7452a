package oauth_test

import (
	"testing"
	"time"

	"latchkey/internal/config"
	"latchkey/internal/oauth"
	"latchkey/internal/oauth/oauthtest"
)

// Another method is tried, and then the code that was on its way arrives: it is asked for again without a request, and goes
// under its own name.
func TestS5BackToACodeThatWasSent(t *testing.T) {
	w := connect(t)
	i := w.interview(t,
		m{"sms_otp_required": true, "factors": twoFactors, "sent_to": "+49 ••• 42", "expires_in": 600},
		m{"otp_required": true, "factors": twoFactors}, m{"sms_otp_invalid": true, "factors": twoFactors}, m{"otp_required": true, "factors": twoFactors})
	if _, ok := i.Back("sms"); ok {
		t.Error("there is nothing to go back to")
	}
	signIn(t, i)
	if _, err := i.Choose(t.Context(), "totp"); err != nil {
		t.Fatal(err)
	}
	before := w.Count(oauthtest.ChallengePath)
	a, ok := i.Back("sms")
	if !ok || !a.Until.After(time.Now()) || a.Method != "sms" || a.SentTo != "+49 ••• 42" || w.Count(oauthtest.ChallengePath) != before {
		t.Fatalf("got %+v, %v", a, ok)
	}
	if _, ok := i.Back("totp"); ok {
		t.Error("a code that nobody sent is no code to go back to")
	}
	if _, err := i.Send(t.Context(), otp("123456")); err != nil {
		t.Fatal(err)
	}
	all := w.Requests(oauthtest.ChallengePath)
	if form := all[len(all)-1].Form; form.Get("sms_otp") != "123456" || form.Has("otp") {
		t.Errorf("sent %v", form)
	}
	if _, err := i.Send(t.Context(), typed("amy@acme.example", "again")); err != nil {
		t.Fatal(err)
	}
	if _, ok := i.Back("sms"); ok {
		t.Error("the code may be somebody else's")
	}
}

func TestS5BackToAMessageOfAPasswordGrant(t *testing.T) {
	w, i := grants(t, config.CredentialsAuth0, "totp", "sms", "email")
	signIn(t, i)
	for _, method := range []string{"sms", "email", "totp"} { // each message has a code of its own
		if _, err := i.Choose(t.Context(), method); err != nil {
			t.Fatal(err)
		}
	}
	before := w.Count(oauthtest.MFAChallengePath)
	if a, ok := i.Back("sms"); !ok || a.Method != "sms" || !a.Until.IsZero() && !a.Until.After(time.Now()) {
		t.Fatalf("got %+v, %v", a, ok)
	}
	a, err := i.Send(t.Context(), otp("123456"))
	w.signedIn(t, a, err)
	if w.Count(oauthtest.MFAChallengePath) != before {
		t.Error("something was sent again")
	}
	all := w.Requests(oauthtest.TokenPath)
	if form := all[len(all)-1].Form; form.Get("oob_code") != "oob-sms" || form.Get("binding_code") != "123456" {
		t.Errorf("sent %v", form)
	}
}

// Whoever types a new password may be somebody else, and whoever is done needs no code any more.
func TestS5CodesOfAnotherPasswordAreForgotten(t *testing.T) {
	for name, after := range map[string]func(*testing.T, oauth.Interview){
		"a new password": func(t *testing.T, i oauth.Interview) { signIn(t, i) },
		"the end":        func(_ *testing.T, i oauth.Interview) { i.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			_, i := grants(t, config.CredentialsAuth0, "totp", "sms")
			signIn(t, i)
			if _, err := i.Choose(t.Context(), "sms"); err != nil {
				t.Fatal(err)
			}
			after(t, i)
			if a, ok := i.Back("sms"); ok {
				t.Errorf("asks for a code of before: %+v", a)
			}
		})
	}
}

func TestS5CodeSentAgainReplacesTheOneBefore(t *testing.T) {
	_, i := grants(t, config.CredentialsAuth0, "totp", "sms")
	signIn(t, i)
	if _, err := i.Choose(t.Context(), "sms"); err != nil {
		t.Fatal(err)
	}
	before := oauth.SentCode(i, "sms")
	if before.Empty() {
		t.Fatal("nothing is kept")
	}
	if _, err := i.Resend(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after := oauth.SentCode(i, "sms"); !before.Empty() || after.Reveal() != "oob-sms" {
		t.Errorf("kept of the message before: %v, of this one: %v", !before.Empty(), !after.Empty())
	}
}
