package demo_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/demo"
)

// begin sends e-mail and password.
func (a *app) begin(w *demo.World, username string) form {
	a.t.Helper()
	u := w.User("acme", username)
	f := a.challenge(w, "", "username", u.Username, "password", u.Password)
	wantError(a.t, f, http.StatusBadRequest, "insufficient_authorization")
	return f
}

// next sends the next request of a conversation.
func (a *app) next(w *demo.World, f form, pairs ...string) form {
	a.t.Helper()
	return a.challenge(w, f.text("auth_session"), pairs...)
}

// methods are what can be chosen, with where it goes.
func (f form) methods() map[string]string {
	all := map[string]string{}
	list, _ := f.body["factors"].([]any)
	for _, each := range list {
		m, _ := each.(map[string]any)
		method, _ := m["method"].(string)
		sentTo, _ := m["sent_to"].(string)
		all[method] = sentTo
	}
	return all
}

func wantCode(t *testing.T, f form) {
	t.Helper()
	if f.status != http.StatusOK || f.text("authorization_code") == "" {
		t.Errorf("%d %v", f.status, f.body)
	}
}

func TestChallengeTextMessageAndMail(t *testing.T) {
	w, clk := start(t)
	a := newApp(t)
	const mia = "mia@acme.example"
	f := a.begin(w, mia)
	if !f.flag("sms_otp_required") || f.text("sent_to") != "+49 ••• 42" || f.number("otp_digits") != 6 || f.number("resend_after") != 30 || f.number("expires_in") != 600 {
		t.Fatalf("%v", f.body)
	}
	if diff := cmp.Diff(map[string]string{"email": "m•••@acme.example"}, f.methods()); diff != "" {
		t.Error(diff)
	}
	first := w.TextMessage(mia)
	clk.Advance(20 * time.Second)
	f = a.next(w, f, "resend", "true")
	if !f.flag("resend_too_soon") || !f.flag("sms_otp_required") || f.number("resend_after") != 10 || w.TextMessage(mia) != first {
		t.Fatalf("%v", f.body)
	}
	clk.Advance(10 * time.Second)
	f = a.next(w, f, "resend", "true")
	if f.flag("resend_too_soon") || f.number("resend_after") != 30 || w.TextMessage(mia) == first {
		t.Fatalf("%v", f.body)
	}
	f = a.next(w, f, "sms_otp", first)
	if f.text("sms_otp_error") != "expired" || f.number("attempts_left") != 4 {
		t.Errorf("a code that was replaced: %v", f.body)
	}
	f = a.next(w, f, "factor", "email")
	if !f.flag("email_otp_required") || f.text("sent_to") != "m•••@acme.example" || f.methods()["sms"] != "+49 ••• 42" {
		t.Fatalf("%v", f.body)
	}
	f = a.next(w, f, "email_otp", "x")
	if f.text("email_otp_error") != "wrong" || !f.flag("email_otp_required") || f.number("expires_in") != 600 {
		t.Fatalf("%v", f.body)
	}
	code := w.MailCode(mia)
	wantCode(t, a.next(w, f, "email_otp", code))

	f = a.next(w, a.begin(w, mia), "factor", "email")
	if f = a.next(w, f, "email_otp", code); f.text("email_otp_error") == "" {
		t.Errorf("a code is good twice: %v", f.body)
	}
	clk.Advance(10*time.Minute - time.Second) // the conversation still goes on
	late := w.MailCode(mia)
	f = a.next(w, f, "factor", "email")
	clk.Advance(2 * time.Second)
	if f = a.next(w, f, "email_otp", late); f.text("email_otp_error") != "expired" {
		t.Errorf("a code is good for ever: %v", f.body)
	}
}

func TestChallengeApproval(t *testing.T) {
	w, clk := start(t)
	a := newApp(t)
	const pat = "pat@acme.example"
	ask := func() form {
		t.Helper()
		f := a.begin(w, pat)
		if !f.flag("push_required") || len(f.text("number")) != 2 || f.number("interval") != 2 || f.number("expires_in") != 120 || f.text("sent_to") != "Pat's phone" {
			t.Fatalf("%v", f.body)
		}
		return f
	}
	f := ask()
	for _, want := range []string{"authorization_pending", "slow_down"} {
		f = a.next(w, f)
		wantError(t, f, http.StatusBadRequest, want)
	}
	clk.Advance(4 * time.Second)
	if !w.Approve(pat) {
		t.Error("the phone does not ask")
	}
	wantCode(t, a.next(w, f))

	f = ask()
	if !w.Deny(pat) || w.Deny(pat) {
		t.Error("denied twice, or never")
	}
	f = a.next(w, f)
	wantError(t, f, http.StatusBadRequest, "insufficient_authorization")
	if !f.flag("push_denied") || !f.flag("factor_required") || f.number("attempts_left") != 5 {
		t.Errorf("%v", f.body)
	}
	if diff := cmp.Diff(map[string]string{"push": "Pat's phone", "totp": ""}, f.methods()); diff != "" {
		t.Error(diff)
	}
	f = a.next(w, f) // says nothing: the phone is not asked again
	if !f.flag("factor_required") || w.Approve(pat) {
		t.Errorf("%v", f.body)
	}
	f = a.next(w, f, "factor", "push")
	clk.Advance(2 * time.Minute)
	if f = a.next(w, f); !f.flag("push_expired") || f.flag("push_denied") {
		t.Errorf("%v", f.body)
	}
	f = a.next(w, f, "factor", "totp")
	if !f.flag("otp_required") {
		t.Fatalf("%v", f.body)
	}
	wantCode(t, a.next(w, f, "otp", w.TOTP(pat)))
}

func TestChallengeRecoveryCodes(t *testing.T) {
	w, _ := start(t)
	a := newApp(t)
	const rex = "rex@acme.example"
	if w.User("acme", rex).TOTPSecret != "" || w.TOTP(rex) != "" {
		t.Error("the phone is not lost")
	}
	codes := w.RecoveryCodes(rex)
	if len(codes) != 10 {
		t.Fatalf("%v", codes)
	}
	f := a.begin(w, rex)
	if _, ok := f.methods()["recovery"]; !ok || !f.flag("otp_required") {
		t.Fatalf("%v", f.body)
	}
	if f = a.next(w, f, "factor", "recovery"); !f.flag("recovery_code_required") || f.body["otp_digits"] != nil {
		t.Fatalf("%v", f.body)
	}
	if f = a.next(w, f, "recovery_code", "nonsense"); !f.flag("recovery_code_invalid") || f.number("attempts_left") != 4 {
		t.Fatalf("%v", f.body)
	}
	wantCode(t, a.next(w, f, "recovery_code", codes[0]))
	f = a.next(w, a.begin(w, rex), "recovery_code", codes[0])
	if !f.flag("recovery_code_used") || f.flag("recovery_code_invalid") || !f.flag("recovery_code_required") {
		t.Errorf("%v", f.body)
	}
	if left := w.RecoveryCodes(rex); len(left) != 9 || slices.Contains(left, codes[0]) {
		t.Errorf("%v", left)
	}
}

func TestChallengeChoice(t *testing.T) {
	w, _ := start(t)
	a := newApp(t)
	const vic = "vic@acme.example"
	f := a.begin(w, vic)
	if !f.flag("factor_required") || f.flag("otp_required") || len(f.methods()) != 7 || w.TextMessage(vic) != "" {
		t.Fatalf("%v", f.body)
	}
	if f = a.next(w, f, "factor", "pigeon"); !f.flag("factor_required") {
		t.Fatalf("%v", f.body)
	}
	if f = a.next(w, f, "factor", "voice"); !f.flag("voice_otp_required") || f.text("sent_to") != "+44 ••• 17" {
		t.Fatalf("%v", f.body)
	}
	wantCode(t, a.next(w, f, "voice_otp", w.TextMessage(vic)))

	f = a.next(w, a.begin(w, vic), "factor", "webauthn")
	if wantError(t, f, http.StatusBadRequest, "redirect_to_web"); f.text("request_uri") == "" {
		t.Errorf("%v", f.body)
	}
}

// Failures are counted over the password and every other factor.
func TestChallengeLocksOverAllFactors(t *testing.T) {
	w, _ := start(t)
	a := newApp(t)
	const vic = "vic@acme.example"
	a.challenge(w, "", "username", vic, "password", "wrong")
	f := a.next(w, a.begin(w, vic), "otp", "x")
	f = a.next(w, f, "recovery_code", "x")
	f = a.next(w, a.next(w, f, "factor", "sms"), "sms_otp", "x")
	f = a.next(w, f, "factor", "push")
	w.Deny(vic)
	if f = a.next(w, f); f.number("attempts_left") != 1 {
		t.Fatalf("%v", f.body)
	}
	f = a.next(w, a.next(w, f, "factor", "email"), "email_otp", "x")
	wantError(t, f, http.StatusBadRequest, "account_locked")
	wantError(t, a.challenge(w, "", "username", vic, "password", w.User("acme", vic).Password), http.StatusBadRequest, "account_locked")
}

func TestChallengeCodesThatDoNotGetOut(t *testing.T) {
	w, _ := start(t)
	a := newApp(t)
	turn(t, w, "undelivered")
	f := a.begin(w, "mia@acme.example")
	if !f.flag("not_sent") || !f.flag("sms_otp_required") || f.body["resend_after"] != 0.0 || w.TextMessage("mia@acme.example") != "" {
		t.Fatalf("%v", f.body)
	}
	if err := w.SetScenario("undelivered", false); err != nil {
		t.Fatal(err)
	}
	if f = a.next(w, f, "resend", "true"); f.flag("not_sent") || f.number("resend_after") != 30 {
		t.Fatalf("%v", f.body)
	}
	wantCode(t, a.next(w, f, "sms_otp", w.TextMessage("mia@acme.example")))
}
