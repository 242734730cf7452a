package demo_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"latchkey/internal/demo"
	"latchkey/internal/demo/walker"
)

func TestPasskeyInAPasswordsPlace(t *testing.T) {
	w, _ := start(t)
	a := newApp(t)
	const kay = "kay@acme.example"
	f := a.challenge(w, "", "username", kay, "password", "anything", "redirect_uri", callback, "state", "s")
	wantError(t, f, http.StatusBadRequest, "redirect_to_web")
	b := walker.New(callback)
	if err := b.Open(t.Context(), w.Acme+"/authorize?client_id="+demo.ClientID+"&request_uri="+f.text("request_uri")); err != nil {
		t.Fatal(err)
	}
	if b.Has("password") || !b.Has("key") {
		t.Fatalf("%q", b.Text())
	}
	submit(t, b, "key")
	wantAnswer(t, b)
}

// The page of a key works once, for a while, and only for its own script; its address is of no use to others.
func TestKeyPageIsGuarded(t *testing.T) {
	w, clk := start(t)
	const sam = "sam@acme.example"
	begin := func() *walker.Walker {
		t.Helper()
		b := walker.New("")
		if err := b.Open(t.Context(), w.Acme+"/two-step"); err != nil {
			t.Fatal(err)
		}
		submit(t, b, "sign-in", "username", sam, "password", w.User("acme", sam).Password)
		submit(t, b, "key")
		submit(t, b, "add-key")
		return b
	}
	b := begin()
	page := b.Address.String()
	if !strings.HasPrefix(page, "http://localhost:") || !b.Has("use-key") {
		t.Fatalf("%s %q", page, b.Text())
	}
	jsonHeader := map[string]string{"Content-Type": "application/json"}
	for name, header := range map[string]map[string]string{
		"a form":       {"Content-Type": "application/x-www-form-urlencoded"},
		"another page": {"Content-Type": "application/json", "Sec-Fetch-Site": "cross-site"},
	} {
		if status, _ := send(t, http.MethodPost, page, "{}", header); status != http.StatusForbidden {
			t.Errorf("%s: %d", name, status)
		}
	}
	for range 2 { // the first answer uses it up, whatever it is
		if status, text := send(t, http.MethodPost, page, "{}", jsonHeader); status != http.StatusBadRequest || strings.Contains(text, "proof") {
			t.Errorf("%d %s", status, text)
		}
	}
	if err := b.Open(t.Context(), page); err != nil || b.Status != http.StatusNotFound {
		t.Errorf("%v %d", err, b.Status)
	}
	if err := b.Open(t.Context(), w.Acme+"/two-step?proof=made-up"); err != nil || !strings.Contains(b.Text(), "was not set up") {
		t.Errorf("%v %q", err, b.Text())
	}
	b = begin()
	page = b.Address.String()
	clk.Advance(5 * time.Minute)
	if err := b.Open(t.Context(), page); err != nil || b.Status != http.StatusNotFound {
		t.Errorf("%v %d", err, b.Status)
	}
}
