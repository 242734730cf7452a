package oauth_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"latchkey/internal/oauth"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
)

type m = map[string]any

var (
	factorsOnly = cmpopts.IgnoreUnexported(oauth.Factor{})
	twoFactors  = []m{{"method": "sms", "sent_to": "+49 ••• 42"}, {"method": "totp"}}
)

// interview starts a conversation whose password was right, and whose next answers are these.
func (w *world) interview(t *testing.T, answers ...m) oauth.Interview {
	t.Helper()
	for _, a := range answers {
		if _, ok := a["error"]; !ok && a["status"] == nil {
			a["error"] = "insufficient_authorization"
		}
		if _, ok := a["auth_session"]; !ok {
			a["auth_session"] = "session-of-the-test"
		}
		w.Next(oauthtest.ChallengePath, say(a))
	}
	ch := w.client.Interview(newFlow(t))
	t.Cleanup(ch.Close)
	return ch
}

func TestMF46MF47FactorsOfTheChallenge(t *testing.T) {
	type facts struct {
		Need    []oauth.Field
		Method  string
		SentTo  string
		Methods []oauth.Factor
		Refused problem.Code
		Resend  time.Duration // -1: cannot be sent again
		Until   time.Duration // -1: not known
		Web     bool
	}
	sms := oauth.Factor{Method: "sms", SentTo: "+49 ••• 42"}
	for name, c := range map[string]struct {
		before []m // answers to the password, and to what act did not send yet
		act    func(*testing.T, oauth.Interview) (*oauth.ChallengeAnswer, error)
		answer m
		want   facts
	}{
		"a code by SMS": {
			answer: m{"sms_otp_required": true, "factors": twoFactors, "sent_to": "+49 ••• 42", "resend_after": 30, "expires_in": 600},
			want:   facts{Need: askCode, Method: "sms", SentTo: "+49 ••• 42", Methods: []oauth.Factor{{Method: "totp"}}, Resend: 30 * time.Second, Until: 10 * time.Minute},
		},
		"by a call": {
			answer: m{"voice_otp_required": true, "factors": []m{{"method": "voice", "sent_to": "+49 7"}}},
			want:   facts{Need: askCode, Method: "voice", SentTo: "+49 7", Resend: -1, Until: -1},
		},
		"a recovery code": {
			answer: m{"recovery_code_required": true}, want: facts{Need: askCode, Method: "recovery", Resend: -1, Until: -1},
		},
		"to be chosen": {
			answer: m{"factor_required": true, "factors": append([]m{{"method": "webauthn"}, {"method": "sms", "sent_to": "another"}}, twoFactors...)},
			want:   facts{Need: []oauth.Field{oauth.FieldMethod}, Methods: []oauth.Factor{{Method: "sms", SentTo: "another"}, {Method: "totp"}}, Resend: -1, Until: -1},
		},
		"any second step, and which there are": {
			answer: m{"error": "mfa_required", "factors": twoFactors},
			want:   facts{Need: []oauth.Field{oauth.FieldMethod}, Methods: []oauth.Factor{sms, {Method: "totp"}}, Resend: -1, Until: -1},
		},
		"only what is done in the browser (MF-53)": {
			answer: m{"factor_required": true, "factors": []m{{"method": "webauthn"}}}, want: facts{Web: true},
		},
		"factors that are none": {answer: m{"factor_required": true, "factors": "sms"}, want: facts{Web: true}},
		"chosen": {
			before: []m{{"factor_required": true, "factors": twoFactors}}, act: choose("sms"),
			answer: m{"sms_otp_required": true, "resend_after": 0},
			want:   facts{Need: askCode, Method: "sms", SentTo: "+49 ••• 42", Methods: []oauth.Factor{{Method: "totp"}}, Resend: 0, Until: -1},
		},
		"chosen, but not sent": {
			before: []m{{"factor_required": true, "factors": twoFactors}}, act: choose("sms"),
			answer: m{"not_sent": true},
			want:   facts{Need: []oauth.Field{oauth.FieldMethod}, Methods: []oauth.Factor{sms, {Method: "totp"}}, Refused: problem.CodeNotSent, Resend: -1, Until: -1},
		},
		"chosen too soon (MF-47)": {
			before: []m{{"factor_required": true, "factors": twoFactors}}, act: choose("sms"),
			answer: m{"resend_too_soon": true, "resend_after": 20},
			want: facts{Need: []oauth.Field{oauth.FieldMethod}, Methods: []oauth.Factor{sms, {Method: "totp"}}, Refused: problem.ResendTooSoon,
				Resend: 20 * time.Second, Until: -1},
		},
		"sent again": {
			before: []m{{"sms_otp_required": true, "factors": twoFactors, "resend_after": 30}}, act: oneMore,
			answer: m{"sms_otp_required": true, "resend_after": 60},
			want:   facts{Need: askCode, Method: "sms", SentTo: "+49 ••• 42", Methods: []oauth.Factor{{Method: "totp"}}, Resend: time.Minute, Until: -1},
		},
		"sent again too soon": {
			before: []m{{"sms_otp_required": true, "factors": twoFactors, "resend_after": 30, "otp_digits": 8, "expires_in": 600}}, act: oneMore,
			answer: m{"resend_too_soon": true, "resend_after": 20},
			want: facts{Need: askCode, Method: "sms", SentTo: "+49 ••• 42", Methods: []oauth.Factor{{Method: "totp"}}, Refused: problem.ResendTooSoon,
				Resend: 20 * time.Second, Until: 10 * time.Minute},
		},
		"asked to wait": {
			before: []m{{"sms_otp_required": true, "factors": twoFactors, "resend_after": 30}}, act: oneMore,
			answer: m{"status": 429, "error": "too_many_requests"},
			want: facts{Need: askCode, Method: "sms", SentTo: "+49 ••• 42", Methods: []oauth.Factor{{Method: "totp"}}, Refused: problem.TooManyTries,
				Resend: 30 * time.Second, Until: -1},
		},
		"expired (MF-46)": {
			before: []m{{"sms_otp_required": true, "factors": twoFactors, "resend_after": 30}}, act: enter("123456"),
			answer: m{"sms_otp_required": true, "sms_otp_error": "expired"},
			want: facts{Need: askCode, Method: "sms", SentTo: "+49 ••• 42", Methods: []oauth.Factor{{Method: "totp"}}, Refused: problem.CodeExpired,
				Resend: 30 * time.Second, Until: -1},
		},
		"wrong, by the general name": {
			before: []m{{"email_otp_required": true, "sent_to": "a•••@acme.example"}}, act: enter("123456"),
			answer: m{"otp_error": "wrong"},
			want:   facts{Need: askCode, Method: "email", SentTo: "a•••@acme.example", Refused: problem.CodeRefused, Resend: -1, Until: -1},
		},
		"wrong, without a word": {
			before: []m{{"voice_otp_required": true}}, act: enter("123456"), answer: m{},
			want: facts{Need: askCode, Method: "voice", Refused: problem.CodeRefused, Resend: -1, Until: -1},
		},
		"right, and one more of another kind": {
			before: []m{{"otp_required": true}}, act: enter("123456"), answer: m{"email_otp_required": true},
			want: facts{Need: askCode, Method: "email", Resend: -1, Until: -1},
		},
		"recovery code wrong": {
			before: []m{{"recovery_code_required": true}}, act: enter("abcd"), answer: m{"recovery_code_required": true, "recovery_code_invalid": true},
			want: facts{Need: askCode, Method: "recovery", Refused: problem.RecoveryRefused, Resend: -1, Until: -1},
		},
		"recovery code used": {
			before: []m{{"recovery_code_required": true}}, act: enter("abcd"), answer: m{"recovery_code_used": true},
			want: facts{Need: askCode, Method: "recovery", Refused: problem.RecoveryRefused, Resend: -1, Until: -1},
		},
		"nonsense": {
			answer: m{"sms_otp_required": true, "factors": []any{m{"method": 7}, m{"method": "push\n"}}, "resend_after": -1, "expires_in": "soon", "sent_to": 7},
			want:   facts{Need: askCode, Method: "sms", Resend: -1, Until: -1},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := connect(t)
			i := w.interview(t, append(c.before, c.answer)...)
			act := c.act
			if act == nil {
				act = signIn
			} else if _, err := signIn(t, i); err != nil {
				t.Fatal(err)
			}
			a, err := act(t, i)
			if err != nil {
				t.Fatal(err)
			}
			got := facts{Need: a.Need, Method: a.Method, SentTo: a.SentTo, Methods: a.Methods, Resend: -1, Until: -1, Web: a.Web}
			if a.Refused != nil {
				got.Refused = a.Refused.Code
			}
			if !a.ResendAt.IsZero() {
				got.Resend = a.ResendAt.Sub(w.clock.Now())
			}
			if !a.Until.IsZero() {
				got.Until = a.Until.Sub(w.clock.Now())
			}
			if c.want.Web {
				c.want.Resend, c.want.Until = -1, -1
			}
			if diff := cmp.Diff(c.want, got, factorsOnly); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func signIn(t *testing.T, i oauth.Interview) (*oauth.ChallengeAnswer, error) {
	return i.Send(t.Context(), typed("amy@acme.example", "correct horse"))
}

func oneMore(t *testing.T, i oauth.Interview) (*oauth.ChallengeAnswer, error) {
	return i.Resend(t.Context())
}

func choose(method string) func(*testing.T, oauth.Interview) (*oauth.ChallengeAnswer, error) {
	return func(t *testing.T, i oauth.Interview) (*oauth.ChallengeAnswer, error) {
		return i.Choose(t.Context(), method)
	}
}

func enter(code string) func(*testing.T, oauth.Interview) (*oauth.ChallengeAnswer, error) {
	return func(t *testing.T, i oauth.Interview) (*oauth.ChallengeAnswer, error) {
		return i.Send(t.Context(), otp(code))
	}
}

// What is sent, in the words of the profile, with the newest session and nothing of what went before.
func TestWhatFactorsAreSentAs(t *testing.T) {
	w := connect(t)
	i := w.interview(t, m{"factor_required": true, "factors": twoFactors}, m{"sms_otp_required": true}, m{"sms_otp_required": true}, m{"recovery_code_required": true},
		m{"new_password_required": true}, m{"status": 200, "authorization_code": "c", "recovery_code": "new-one"})
	var last *oauth.ChallengeAnswer
	for _, act := range []func() (*oauth.ChallengeAnswer, error){
		func() (*oauth.ChallengeAnswer, error) { return signIn(t, i) },
		func() (*oauth.ChallengeAnswer, error) { return i.Choose(t.Context(), "sms") },
		func() (*oauth.ChallengeAnswer, error) { return i.Resend(t.Context()) },
		func() (*oauth.ChallengeAnswer, error) { return i.Send(t.Context(), otp("1")) },
		func() (*oauth.ChallengeAnswer, error) { return i.Send(t.Context(), otp("abcd-efgh")) },
		func() (*oauth.ChallengeAnswer, error) {
			return i.Send(t.Context(), map[oauth.Field]secret.Text{oauth.FieldNewPassword: secret.New("  a new one  ")})
		},
	} {
		var err error
		if last, err = act(); err != nil {
			t.Fatal(err)
		}
	}
	var sent []string
	for _, r := range w.Requests(oauthtest.ChallengePath)[1:] {
		for _, own := range []string{"client_id", "response_type", "auth_session"} {
			r.Form.Del(own)
		}
		sent = append(sent, r.Form.Encode())
	}
	if diff := cmp.Diff([]string{"factor=sms", "resend=true", "sms_otp=1", "recovery_code=abcd-efgh", "new_password=++a+new+one++"}, sent); diff != "" {
		t.Error(diff)
	}
	if last.Code.Reveal() != "c" || last.RecoveryCode.Reveal() != "new-one" {
		t.Errorf("got %+v", last)
	}
}
