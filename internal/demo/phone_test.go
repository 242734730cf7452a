package demo_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"latchkey/internal/demo"
	"latchkey/internal/demo/walker"
)

// passwordPage opens Acme's sign-in page and sends e-mail and password.
func passwordPage(t *testing.T, w *demo.World, username string) *walker.Walker {
	t.Helper()
	b := walker.New(callback)
	if err := b.Open(t.Context(), newApp(t).authorizeURL(w, nil)); err != nil {
		t.Fatal(err)
	}
	u := w.User("acme", username)
	submit(t, b, "sign-in", "username", u.Username, "password", u.Password)
	return b
}

// submit sends the form of a button.
func submit(t *testing.T, b *walker.Walker, button string, pairs ...string) {
	t.Helper()
	fields := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		fields[pairs[i]] = pairs[i+1]
	}
	if err := b.Submit(t.Context(), button, fields); err != nil {
		t.Fatal(err)
	}
}

func wantAnswer(t *testing.T, b *walker.Walker) {
	t.Helper()
	if b.Answer == nil || b.Answer.Query().Get("code") == "" {
		t.Errorf("%v %q", b.Answer, b.Text())
	}
}

func TestPagesWithOtherFactors(t *testing.T) {
	w, _ := start(t)
	const mia, pat, rex, vic = "mia@acme.example", "pat@acme.example", "rex@acme.example", "vic@acme.example"

	b := passwordPage(t, w, mia)
	if !strings.Contains(b.Text(), "+49 ••• 42") {
		t.Errorf("%q", b.Text())
	}
	submit(t, b, "resend")
	if b.Status != http.StatusUnprocessableEntity || !strings.Contains(b.Text(), "a moment ago") {
		t.Errorf("%d %q", b.Status, b.Text())
	}
	submit(t, b, "method-email")
	submit(t, b, "continue", "code", w.MailCode(mia))
	wantAnswer(t, b)

	b = passwordPage(t, w, rex)
	submit(t, b, "method-recovery")
	submit(t, b, "continue", "code", w.RecoveryCodes(rex)[4])
	wantAnswer(t, b)

	b = passwordPage(t, w, vic)
	if !b.Has("method-voice") || b.Has("code") {
		t.Errorf("%q", b.Text())
	}
	submit(t, b, "method-webauthn")
	submit(t, b, "key")
	wantAnswer(t, b)
}

func TestPageWaitsForThePhone(t *testing.T) {
	w, _ := start(t)
	const pat = "pat@acme.example"
	b := passwordPage(t, w, pat)
	here := strings.TrimSuffix(b.Address.String(), "/password")
	look := func() {
		t.Helper()
		if err := b.Open(t.Context(), here); err != nil {
			t.Fatal(err)
		}
	}
	if look(); !b.Has("number") {
		t.Fatalf("%q", b.Text())
	}
	w.Deny(pat)
	if look(); !b.Has("method-push") || !strings.Contains(b.Text(), "denied") {
		t.Errorf("%q", b.Text())
	}
	submit(t, b, "method-push")
	w.Approve(pat)
	look()
	wantAnswer(t, b)
}

func TestPhone(t *testing.T) {
	w, _ := start(t)
	const mia, pat = "mia@acme.example", "pat@acme.example"
	jsonHeader := map[string]string{"Content-Type": "application/json"}
	a := newApp(t)
	a.begin(w, mia)
	f := a.begin(w, pat)
	var state struct {
		Codes     map[string]string
		Messages  []struct{ To, Code, Text string }
		Approvals []struct {
			Username string
			Choices  []string
		}
	}
	_, text := send(t, http.MethodGet, w.Phone+"/state", "", nil)
	if err := json.Unmarshal([]byte(text), &state); err != nil {
		t.Fatal(err)
	}
	if state.Codes[pat] != w.TOTP(pat) || len(state.Messages) != 1 || state.Messages[0].Code != w.TextMessage(mia) ||
		len(state.Approvals) != 1 || state.Approvals[0].Username != pat || len(state.Approvals[0].Choices) != 3 {
		t.Errorf("%s", text)
	}
	phone := walker.New("")
	if err := phone.Open(t.Context(), w.Phone); err != nil {
		t.Fatal(err)
	}
	if code := w.TextMessage(mia); !strings.Contains(phone.Text(), code[:3]+" "+code[3:]) || !strings.Contains(phone.Text(), "It is not me") {
		t.Errorf("%q", phone.Text())
	}
	approve := `{"username":"` + pat + `","number":"` + f.text("number") + `"}`
	for name, c := range map[string]struct {
		body   string
		header map[string]string
		want   int
	}{
		"form":         {approve, map[string]string{"Content-Type": "text/plain"}, http.StatusUnsupportedMediaType},
		"other origin": {approve, map[string]string{"Content-Type": "application/json", "Origin": "https://evil.example"}, http.StatusForbidden},
		"both":         {`{"username":"` + pat + `","number":"11","deny":true}`, jsonHeader, http.StatusBadRequest},
		"neither":      {`{"username":"` + pat + `"}`, jsonHeader, http.StatusBadRequest},
		"nobody":       {`{"username":"amy@acme.example","deny":true}`, jsonHeader, http.StatusNotFound},
	} {
		if status, text := send(t, http.MethodPost, w.Phone+"/approve", c.body, c.header); status != c.want {
			t.Errorf("%s: %d %s, want %d", name, status, text, c.want)
		}
	}
	if status, _ := send(t, http.MethodPost, w.Phone+"/answer", "", map[string]string{"Sec-Fetch-Site": "cross-site"}); status != http.StatusForbidden {
		t.Errorf("a page elsewhere denies: %d", status)
	}
	if status, text := send(t, http.MethodPost, w.Phone+"/approve", approve, jsonHeader); status != http.StatusOK {
		t.Fatalf("%d %s", status, text)
	}
	wantCode(t, a.next(w, f))
}
