package oauth_test

import (
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/oauth"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/secret"
)

var twoPhones = []m{
	{"method": "sms", "sent_to": "+49 ••• 42"}, {"method": "sms-2", "sent_to": "+44 ••• 17"}, {"method": "voice-2", "sent_to": "+44 ••• 17"},
	{"method": "sms-1"}, {"method": "fax-2"},
}

// Somebody with two phones chooses between them, and each code goes with the name of its phone.
func TestS5TwoPhonesAtTheChallengeEndpoint(t *testing.T) {
	w := connect(t)
	i := w.interview(t,
		m{"factor_required": true, "factors": twoPhones}, m{"sms_otp_required": true, "factors": twoPhones, "sent_to": "+44 ••• 17", "expires_in": 600},
		m{"sms_otp_required": true, "factors": twoPhones, "sent_to": "+49 ••• 42", "expires_in": 600},
		m{"sms_otp_required": true, "sms_otp_invalid": true, "factors": twoPhones, "factor": "sms-2"}, m{"voice_otp_required": true, "factor": "voice-2"})
	wantMethods := func(a *oauth.ChallengeAnswer, err error, method string, others ...string) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range a.Methods {
			got = append(got, f.Method)
		}
		if diff := cmp.Diff(others, got); diff != "" || a.Method != method {
			t.Errorf("asks for %q; others: %s", a.Method, diff)
		}
	}
	a, err := i.Send(t.Context(), typed("vic@acme.example", "pw"))
	wantMethods(a, err, "", "sms", "sms-2", "voice-2")
	a, err = i.Choose(t.Context(), "sms-2")
	wantMethods(a, err, "sms-2", "sms", "voice-2")
	a, err = i.Choose(t.Context(), "sms")
	wantMethods(a, err, "sms", "sms-2", "voice-2")
	if a, ok := i.Back("sms-2"); !ok || a.SentTo != "+44 ••• 17" {
		t.Errorf("back to %+v, %v", a, ok)
	}
	a, err = i.Send(t.Context(), otp("123456"))
	wantMethods(a, err, "sms-2", "sms", "voice-2")
	a, err = i.Choose(t.Context(), "voice-2")
	wantMethods(a, err, "voice-2", "sms", "sms-2")

	sent := w.Requests(oauthtest.ChallengePath)
	asked := func(form url.Values) string { return form.Get("factor") + " " + form.Get("sms_otp") }
	var got []string
	for _, r := range sent {
		got = append(got, asked(r.Form))
	}
	if diff := cmp.Diff([]string{" ", "sms-2 ", "sms ", "sms-2 123456", "voice-2 "}, got); diff != "" {
		t.Error(diff)
	}
}

// Beside the password a phone is only preferred: what the server says counts.
func TestS5PreferredPhone(t *testing.T) {
	for name, c := range map[string]struct {
		answer m
		want   string
	}{
		"taken":            {m{"sms_otp_required": true, "factor": "sms-2", "factors": twoPhones}, "sms-2"},
		"not taken":        {m{"sms_otp_required": true, "factors": twoPhones}, "sms"},
		"another kind":     {m{"otp_required": true, "factor": "sms-2", "factors": twoPhones}, "totp"},
		"no name of phone": {m{"sms_otp_required": true, "factor": "sms-x", "factors": twoPhones}, "sms"},
	} {
		w := connect(t)
		i := w.interview(t, c.answer)
		fields := typed("vic@acme.example", "pw")
		fields[oauth.FieldMethod] = secret.New("sms-2")
		if a, err := i.Send(t.Context(), fields); err != nil || a.Method != c.want {
			t.Errorf("%s: got %+v, %v", name, a, err)
		}
	}
}

// Of two devices that approve, the one that asks has its own name.
func TestS17SecondDeviceThatApproves(t *testing.T) {
	w := connect(t)
	i := w.interview(t, m{"push_required": true, "factor": "push-2", "interval": 1, "factors": []m{{"method": "push"}}})
	a, err := i.Send(t.Context(), typed("vic@acme.example", "pw"))
	if err != nil || a.Method != "push-2" {
		t.Fatalf("got %+v, %v", a, err)
	}
}
