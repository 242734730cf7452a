package demo_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"latchkey/internal/demo"
	"latchkey/internal/demo/walker"
)

func TestChallengePasswordAndCode(t *testing.T) {
	w, _ := start(t)
	a := newApp(t)
	amy := w.User("acme", "amy@acme.example")
	f := a.challenge(w, "", "username", amy.Username, "password", amy.Password)
	wantError(t, f, http.StatusBadRequest, "insufficient_authorization")
	if !f.flag("otp_required") || f.number("otp_digits") != 6 || f.text("auth_session") == "" || f.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%v", f.body)
	}
	done := a.challenge(w, f.text("auth_session"), "otp", w.TOTP(amy.Username))
	if done.status != http.StatusOK || done.text("authorization_code") == "" {
		t.Fatalf("%d %v", done.status, done.body)
	}
	// Every session is good once.
	wantError(t, a.challenge(w, f.text("auth_session"), "otp", w.TOTP(amy.Username)), http.StatusBadRequest, "invalid_session")
	tokens := a.exchange(w, done.text("authorization_code"), "")
	if tokens.status != http.StatusOK || tokens.text("refresh_token") == "" || tokens.text("id_token") == "" {
		t.Fatalf("%d %v", tokens.status, tokens.body)
	}
	wantError(t, a.exchange(w, done.text("authorization_code"), ""), http.StatusBadRequest, "invalid_grant")
	for what, want := range map[string]int{"POST /authorize-challenge": 3, "totp wanted": 1, "code issued": 1, "grant authorization_code": 2} {
		if n := w.Count("acme", what); n != want {
			t.Errorf("%s: counted %d, want %d", what, n, want)
		}
	}
	w.ResetCounts()
	if n := w.Count("acme", "code issued"); n != 0 {
		t.Errorf("counts go on: %d", n)
	}
}

func TestChallengeEverythingAtOnce(t *testing.T) {
	w, _ := start(t)
	a := newApp(t)
	amy := w.User("acme", "amy@acme.example")
	f := a.challenge(w, "", "username", "  AMY@acme.example ", "password", amy.Password, "otp", w.TOTP(amy.Username))
	if f.status != http.StatusOK {
		t.Fatalf("%d %v", f.status, f.body)
	}
}

func TestChallengeStepByStep(t *testing.T) {
	w, _ := start(t)
	a := newApp(t)
	ben := w.User("acme", "ben@acme.example")
	f := a.challenge(w, "")
	if wantError(t, f, http.StatusBadRequest, "insufficient_authorization"); !f.flag("username_required") || !f.flag("password_required") {
		t.Fatalf("%v", f.body)
	}
	f = a.challenge(w, f.text("auth_session"), "username", ben.Username)
	if f.flag("username_required") || !f.flag("password_required") {
		t.Fatalf("%v", f.body)
	}
	if f = a.challenge(w, f.text("auth_session"), "password", ben.Password); f.status != http.StatusOK {
		t.Fatalf("%d %v", f.status, f.body)
	}
}

func TestChallengeUnusualPasswords(t *testing.T) {
	w, _ := start(t)
	a := newApp(t)
	for _, name := range []string{"una.söderström@acme.example", "lin@acme.example"} {
		u := w.User("acme", name)
		if f := a.challenge(w, "", "username", u.Username, "password", u.Password); f.status != http.StatusOK {
			t.Errorf("%s: %d %v", name, f.status, f.body)
		}
		if f := a.challenge(w, "", "username", u.Username, "password", strings.TrimSpace(u.Password)+"x"); f.status == http.StatusOK {
			t.Errorf("%s: a wrong password is taken", name)
		}
	}
	una := w.User("acme", "una.söderström@acme.example")
	if f := a.challenge(w, "", "username", una.Username, "password", strings.TrimSpace(una.Password)); f.status == http.StatusOK {
		t.Error("a trimmed password is taken")
	}
	// The same letters typed as letter and accent, as on a Mac.
	if f := a.challenge(w, "", "username", una.Username, "password", strings.NewReplacer("ü", "u\u0308", "ö", "o\u0308").Replace(una.Password)); f.status != http.StatusOK {
		t.Errorf("decomposed letters: %v", f.body)
	}
}

func TestChallengeWrongPasswordAndLock(t *testing.T) {
	w, clk := start(t)
	a := newApp(t)
	ben := w.User("acme", "ben@acme.example")
	for _, name := range []string{ben.Username, "nobody@acme.example"} {
		session := ""
		for left := 5; left > 0; left-- {
			f := a.challenge(w, session, "username", name, "password", "wrong")
			if wantError(t, f, http.StatusBadRequest, "insufficient_authorization"); f.number("attempts_left") != left || !f.flag("password_required") || f.text("error_description") == "" {
				t.Fatalf("%s: %v, want %d left", name, f.body, left)
			}
			session = f.text("auth_session")
		}
		f := a.challenge(w, session, "username", name, "password", "wrong")
		wantError(t, f, http.StatusBadRequest, "account_locked")
		if until, err := time.Parse(time.RFC3339, f.text("locked_until")); err != nil || !until.Equal(clk.Now().Add(5*time.Minute)) || f.header.Get("Retry-After") != "300" {
			t.Fatalf("%s: %v, Retry-After %q", name, f.body, f.header.Get("Retry-After"))
		}
	}
	wantError(t, a.challenge(w, "", "username", ben.Username, "password", ben.Password), http.StatusBadRequest, "account_locked")
	clk.Advance(5 * time.Minute)
	if f := a.challenge(w, "", "username", ben.Username, "password", ben.Password); f.status != http.StatusOK {
		t.Errorf("still locked: %v", f.body)
	}
}

func TestChallengeCodes(t *testing.T) {
	w, clk := start(t)
	a := newApp(t)
	amy := w.User("acme", "amy@acme.example")
	begin := func() form { return a.challenge(w, "", "username", amy.Username, "password", amy.Password) }
	used := w.TOTP(amy.Username)
	if f := a.challenge(w, begin().text("auth_session"), "otp", used); f.status != http.StatusOK {
		t.Fatalf("%v", f.body)
	}
	f := a.challenge(w, begin().text("auth_session"), "otp", used)
	if wantError(t, f, http.StatusBadRequest, "insufficient_authorization"); f.text("otp_error") != "used" || !f.flag("otp_required") {
		t.Errorf("used code: %v", f.body)
	}
	// One step to either side is fine, two are not.
	clk.Advance(10 * time.Minute)
	early := w.TOTP(amy.Username)
	clk.Advance(90 * time.Second)
	f = a.challenge(w, begin().text("auth_session"), "otp", early)
	if f.text("otp_error") != "wrong" || f.number("attempts_left") != 4 {
		t.Errorf("old code: %v", f.body)
	}
	now := w.TOTP(amy.Username)
	clk.Advance(30 * time.Second)
	if f = a.challenge(w, f.text("auth_session"), "otp", now); f.status != http.StatusOK {
		t.Errorf("code of the step before: %v", f.body)
	}
}

func TestChallengeFiveCodesASession(t *testing.T) {
	w, _ := start(t)
	a := newApp(t)
	amy := w.User("acme", "amy@acme.example")
	f := a.challenge(w, "", "username", amy.Username, "password", amy.Password)
	for left := 4; left > 0; left-- {
		if f = a.challenge(w, f.text("auth_session"), "otp", "abcdef"); f.number("attempts_left") != left {
			t.Fatalf("%v, want %d left", f.body, left)
		}
	}
	wantError(t, a.challenge(w, f.text("auth_session"), "otp", "abcdef"), http.StatusBadRequest, "invalid_session")
	f = a.challenge(w, "", "username", amy.Username, "password", amy.Password)
	wantError(t, a.challenge(w, f.text("auth_session"), "otp", "abcdef"), http.StatusBadRequest, "account_locked")
}

func TestChallengeSessionEnds(t *testing.T) {
	w, clk := start(t)
	a := newApp(t)
	amy := w.User("acme", "amy@acme.example")
	f := a.challenge(w, "", "username", amy.Username, "password", amy.Password)
	clk.Advance(10*time.Minute + time.Second)
	wantError(t, a.challenge(w, f.text("auth_session"), "otp", w.TOTP(amy.Username)), http.StatusBadRequest, "invalid_session")
	wantError(t, a.challenge(w, "made-up", "otp", "123456"), http.StatusBadRequest, "invalid_session")
	wantError(t, a.post(w.Acme+"/authorize-challenge", "client_id", "nobody", "username", "x"), http.StatusUnauthorized, "invalid_client")
	f = a.challenge(w, "", "username", amy.Username, "password", amy.Password)
	wantError(t, a.post(w.Acme+"/authorize-challenge", "client_id", "acme-contact-center", "auth_session", f.text("auth_session"), "otp", w.TOTP(amy.Username)), http.StatusBadRequest, "invalid_client")
}

func TestChallengeClosedAccounts(t *testing.T) {
	w, _ := start(t)
	a := newApp(t)
	for name, want := range map[string]string{"lou@acme.example": "account_locked", "dee@acme.example": "account_disabled", "kim@acme.example": "redirect_to_web"} {
		u := w.User("acme", name)
		f := a.challenge(w, "", "username", u.Username, "password", u.Password)
		if wantError(t, f, http.StatusBadRequest, want); f.text("request_uri") != "" {
			t.Errorf("%s: %v", name, f.body)
		}
	}
	wantError(t, a.challenge(w, "", "username", "dee@acme.example", "password", "wrong"), http.StatusBadRequest, "insufficient_authorization")
}

func TestChallengeGoesOnInTheBrowser(t *testing.T) {
	w, clk := start(t)
	sam := w.User("acme", "sam@acme.example")
	for name, early := range map[string]bool{"redirect said at first": true, "redirect said in the browser": false} {
		t.Run(name, func(t *testing.T) {
			a := newApp(t)
			pairs := []string{"username", sam.Username, "password", sam.Password}
			address := w.Acme + "/authorize?client_id=" + demo.ClientID + "&request_uri="
			more := ""
			if early {
				pairs = append(pairs, "redirect_uri", callback, "state", "the-state")
			} else {
				more = "&state=the-state&redirect_uri=" + callback
			}
			f := a.challenge(w, "", pairs...)
			wantError(t, f, http.StatusBadRequest, "redirect_to_web")
			if f.number("expires_in") != 300 || f.text("request_uri") == "" {
				t.Fatalf("%v", f.body)
			}
			b := walker.New(callback)
			if err := b.Open(t.Context(), address+f.text("request_uri")+more); err != nil {
				t.Fatal(err)
			}
			if !b.Has("key") || b.Has("password") {
				t.Fatalf("the password is asked again: %q", b.Text())
			}
			if err := b.Submit(t.Context(), "key", nil); err != nil || b.Answer == nil {
				t.Fatalf("%v %q", err, b.Text())
			}
			if q := b.Answer.Query(); q.Get("state") != "the-state" || q.Get("iss") != w.Acme {
				t.Errorf("%v", q)
			}
			if tokens := a.exchange(w, b.Answer.Query().Get("code"), callback); tokens.status != http.StatusOK {
				t.Errorf("%v", tokens.body)
			}
			if err := b.Open(t.Context(), address+f.text("request_uri")+more); err != nil {
				t.Fatal(err)
			}
			if b.Answer != nil || b.Status != http.StatusBadRequest {
				t.Errorf("a request_uri works twice: %q", b.Text())
			}
		})
	}
	t.Run("too late", func(t *testing.T) {
		f := newApp(t).challenge(w, "", "username", sam.Username, "password", sam.Password, "redirect_uri", callback)
		clk.Advance(6 * time.Minute)
		b := walker.New(callback)
		if err := b.Open(t.Context(), w.Acme+"/authorize?client_id="+demo.ClientID+"&request_uri="+f.text("request_uri")); err != nil {
			t.Fatal(err)
		}
		if b.Answer != nil || b.Status != http.StatusBadRequest {
			t.Errorf("%d %q", b.Status, b.Text())
		}
	})
}
