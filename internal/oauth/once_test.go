package oauth_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/oauth"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
)

// What the agent typed goes out once. A nonce is fetched by a request without it.
func TestDV13PasswordsAreNeverSentTwice(t *testing.T) {
	w := binding(t, wantNonce)
	ch := w.client.NewChallenge(newFlow(t))
	defer ch.Close()
	send := func(fields map[oauth.Field]string) (*oauth.ChallengeAnswer, error) {
		secrets := map[oauth.Field]secret.Text{}
		for name, value := range fields {
			secrets[name] = secret.New(value)
		}
		return ch.Send(t.Context(), secrets)
	}
	amy := map[oauth.Field]string{oauth.FieldUsername: "amy@acme.example", oauth.FieldPassword: "correct horse"}
	answer, err := send(amy)
	if err != nil || !slices.Contains(answer.Need, oauth.FieldOTP) {
		t.Fatalf("got %+v, %v", answer, err)
	}
	// Minutes later the nonce is another one.
	w.clock.Advance(5 * time.Minute)
	w.NewNonce()
	if answer, err = send(map[oauth.Field]string{oauth.FieldOTP: "123456"}); err != nil || answer.Code.Empty() {
		t.Fatalf("got %+v, %v", answer, err)
	}
	count := map[string]int{}
	for _, r := range w.Requests(oauthtest.ChallengePath) {
		switch {
		case r.Form.Has("password"):
			count["password"]++
		case r.Form.Has("otp"):
			count["otp"]++
		default:
			count["bare"]++
			if r.Form.Has("auth_session") || r.Form.Has("username") {
				t.Errorf("a nonce was asked for with %v", r.Form)
			}
		}
	}
	if diff := cmp.Diff(map[string]int{"password": 1, "otp": 1, "bare": 2}, count); diff != "" {
		t.Error(diff)
	}
	// The nonce changes in that very moment: the agent is asked, the password is not sent again.
	w.Next(oauthtest.ChallengePath, oauthtest.Answer{
		Status: 400, Header: map[string]string{"DPoP-Nonce": "new"}, Body: map[string]any{"error": "use_dpop_nonce"},
	})
	before := w.Count(oauthtest.ChallengePath)
	_, err = send(amy)
	wants(t, err, problem.KeyRefused)
	if !problem.From(err).Again || w.Count(oauthtest.ChallengePath) != before+1 {
		t.Errorf("%d requests, again %v", w.Count(oauthtest.ChallengePath)-before, problem.From(err).Again)
	}
}

// A server that wants no nonce is not asked for one again.
func TestPasswordWithoutNonces(t *testing.T) {
	w := binding(t)
	ch := w.client.NewChallenge(newFlow(t))
	defer ch.Close()
	for range 2 {
		_, err := ch.Send(t.Context(), map[oauth.Field]secret.Text{
			oauth.FieldUsername: secret.New("ben@acme.example"), oauth.FieldPassword: secret.New("wrong"),
		})
		if err != nil {
			t.Fatal(err)
		}
		w.clock.Advance(time.Hour)
		w.Now = func() time.Time { return time.Now().Add(time.Hour) }
	}
	if n := w.Count(oauthtest.ChallengePath); n != 3 {
		t.Errorf("%d requests for two passwords", n)
	}
}
