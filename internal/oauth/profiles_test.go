package oauth_test

import (
	"testing"

	"latchkey/internal/config"
	"latchkey/internal/oauth"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
)

func profile(name string) func(*config.Organization) {
	return func(o *config.Organization) { o.Profile = name }
}

func TestProfileJanssen(t *testing.T) {
	w := connect(t, profile("janssen"), func(o *config.Organization) { o.ACRValues = "agents" })
	ch := w.client.NewChallenge(newFlow(t))
	w.Next(oauthtest.ChallengePath, say(map[string]any{"status": 401, "error": "otp_required", "auth_session": "s"}), say(map[string]any{"status": 401, "error": "otp_required", "auth_session": "s"}))
	for _, fields := range []map[oauth.Field]secret.Text{typed("a", "b"), otp("1")} {
		if _, err := ch.Send(t.Context(), fields); err != nil {
			t.Fatal(err)
		}
	}
	sent := w.Requests(oauthtest.ChallengePath)
	if f := sent[0].Form; f.Get("acr_values") != "agents" || f.Get("use_auth_session") != "true" || f.Get("code_challenge") == "" {
		t.Errorf("first %v", f)
	}
	if f := sent[1].Form; f.Get("acr_values") != "agents" || f.Get("otp") != "1" || f.Has("password") {
		t.Errorf("then %v", f)
	}
}

func TestProfileA12n(t *testing.T) {
	w := connect(t, profile("a12n"), func(o *config.Organization) { o.ClientSecret = "app-secret" })
	f := newFlow(t)
	ch := w.client.NewChallenge(f)
	w.Next(oauthtest.ChallengePath, say(map[string]any{"error": "totp_required", "auth_session": "s"}), say(map[string]any{"error": "email_otp_required", "auth_session": "t"}),
		oauthtest.Answer{Body: map[string]any{"code": "c"}})
	for _, fields := range []map[oauth.Field]secret.Text{typed("a", "b"), otp("1"), otp("2")} {
		if _, err := ch.Send(t.Context(), fields); err != nil {
			t.Fatal(err)
		}
	}
	sent := w.Requests(oauthtest.ChallengePath)
	if f := sent[0].Form; f.Has("code_challenge") || f.Get("scope") == "" || sent[0].Header.Get("Authorization") == "" || f.Has("client_secret") {
		t.Errorf("first %v", f)
	}
	if f := sent[1].Form; f.Get("totp_code") != "1" || f.Has("otp") || f.Has("scope") {
		t.Errorf("then %v", f)
	}
	if f := sent[2].Form; f.Get("email_otp_code") != "2" || f.Has("totp_code") {
		t.Errorf("at last %v", f)
	}
	w.Next(oauthtest.TokenPath, oauthtest.Refused(400, "invalid_grant"))
	_, err := w.client.Exchange(t.Context(), f, secret.New("c"), "")
	wants(t, err, problem.CodeExchangeRefused)
	if form := w.Requests(oauthtest.TokenPath)[0].Form; form.Has("code_verifier") {
		t.Error("a verifier goes where no challenge went")
	}
}

// The method that is preferred goes with the password to servers that know the word for it, and to no other.
func TestPreferenceGoesWithThePassword(t *testing.T) {
	for name, want := range map[string]string{"": "sms", "draft": "sms", "janssen": "", "a12n": ""} {
		w := connect(t, profile(name))
		ch := w.client.NewChallenge(newFlow(t))
		w.Next(oauthtest.ChallengePath, say(map[string]any{"error": "sms_otp_required", "auth_session": "s"}))
		fields := typed("amy", "pass")
		fields[oauth.FieldMethod] = secret.New("sms")
		if _, err := ch.Send(t.Context(), fields); err != nil {
			t.Fatal(err)
		}
		if sent := w.Requests(oauthtest.ChallengePath)[0].Form; sent.Get("factor") != want || sent.Get("password") != "pass" {
			t.Errorf("%q: %v", name, sent)
		}
	}
}
