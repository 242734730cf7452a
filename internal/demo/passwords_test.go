package demo_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"latchkey/internal/demo"
	"latchkey/internal/demo/walker"
)

const goodPassword = "Seventeen grey geese 17"

func TestChallengeExpiredPassword(t *testing.T) {
	w, _ := start(t)
	a := newApp(t)
	const eve = "eve@acme.example"
	old := w.User("acme", eve).Password
	f := a.begin(w, eve)
	if !f.flag("new_password_required") || !f.flag("password_expired") {
		t.Fatalf("%v", f.body)
	}
	rules, _ := f.body["password_rules"].(map[string]any)
	if rules["min_length"] != 12.0 || rules["max_length"] != 400.0 || rules["history"] != 5.0 || rules["upper"] != true || rules["words"] == nil {
		t.Errorf("%v", rules)
	}
	for _, c := range []struct{ password, want string }{{"short", "weak"}, {"Password1234!", "known"}, {old, "reused"}} {
		f = a.next(w, f, "new_password", c.password)
		if f.text("password_error") != c.want || f.text("password_message") == "" || !f.flag("new_password_required") {
			t.Errorf("%s: %v", c.password, f.body)
		}
	}
	wantCode(t, a.next(w, f, "new_password", goodPassword))
	if w.User("acme", eve).Password != goodPassword {
		t.Error("the account has the old one still")
	}
	if f := a.challenge(w, "", "username", eve, "password", old); f.status == http.StatusOK {
		t.Error("the old one works")
	}
	wantCode(t, a.challenge(w, "", "username", eve, "password", goodPassword))
}

func TestFirstPasswordComesAfterTheCode(t *testing.T) {
	w, _ := start(t)
	const nia = "nia@acme.example"
	a := newApp(t)
	f := a.begin(w, nia)
	if f.flag("new_password_required") || !f.flag("otp_required") {
		t.Fatalf("%v", f.body)
	}
	if f = a.next(w, f, "new_password", goodPassword); f.flag("new_password_required") || w.User("acme", nia).Password == goodPassword {
		t.Fatalf("taken without the code: %v", f.body)
	}
	f = a.next(w, f, "otp", w.TOTP(nia))
	if !f.flag("new_password_required") || f.flag("password_expired") {
		t.Fatalf("%v", f.body)
	}

	w.ForgetUsedCodes(nia)
	b := passwordPage(t, w, nia)
	submit(t, b, "continue", "code", w.TOTP(nia))
	if !b.Has("new_password") || !strings.Contains(b.Text(), "administrator") {
		t.Fatalf("%q", b.Text())
	}
	submit(t, b, "set", "new_password", goodPassword, "again", goodPassword+"x")
	if b.Status != http.StatusUnprocessableEntity {
		t.Errorf("%q", b.Text())
	}
	submit(t, b, "set", "new_password", goodPassword, "again", goodPassword)
	wantAnswer(t, b)
	if w.User("acme", nia).Password != goodPassword {
		t.Error("the account has the old one still")
	}
}

// resetLink asks for a link and returns it from the mailbox.
func resetLink(t *testing.T, w *demo.World, query url.Values) string {
	t.Helper()
	b := walker.New("")
	if err := b.Open(t.Context(), w.Acme+"/forgot?"+query.Encode()); err != nil {
		t.Fatal(err)
	}
	before := len(w.Mail.Messages())
	submit(t, b, "reset")
	mail := w.Mail.Messages()
	if len(mail) == before {
		return ""
	}
	return regexp.MustCompile(`http://\S+`).FindString(mail[0].Text)
}

func TestForgottenPassword(t *testing.T) {
	w, clk := start(t)
	a := newApp(t)
	const ben = "ben@acme.example"
	tokens := a.signIn(w)
	back := "http://127.0.0.1:40123/back"
	link := resetLink(t, w, url.Values{"login_hint": {ben}, "return": {back}})
	other := resetLink(t, w, url.Values{"username": {"BEN@acme.example"}})
	b := walker.New("")
	open := func(address string) {
		t.Helper()
		if err := b.Open(t.Context(), address); err != nil {
			t.Fatal(err)
		}
	}
	open(link)
	open(link) // looking does not use it up
	submit(t, b, "set", "new_password", "short", "again", "short")
	if b.Status != http.StatusUnprocessableEntity || !strings.Contains(b.Text(), "needs 12") {
		t.Errorf("%d %q", b.Status, b.Text())
	}
	submit(t, b, "set", "new_password", goodPassword, "again", goodPassword)
	if b.Status != http.StatusOK || !strings.Contains(b.Text(), "Go back to the app") || b.Link() != back+"?username=ben%40acme.example" {
		t.Errorf("%d %q %q", b.Status, b.Text(), b.Link())
	}
	wantCode(t, a.challenge(w, "", "username", ben, "password", goodPassword))
	wantError(t, a.refresh(w, tokens.text("refresh_token")), http.StatusBadRequest, "invalid_grant")
	for _, address := range []string{link, other} { // one was used, the other is older than the password
		if open(address); b.Status != http.StatusNotFound || b.Has("new_password") {
			t.Errorf("%d %q", b.Status, b.Text())
		}
	}
	link = resetLink(t, w, url.Values{"username": {ben}})
	clk.Advance(15 * time.Minute)
	if open(link); b.Status != http.StatusNotFound {
		t.Errorf("good for ever: %d %q", b.Status, b.Text())
	}
	if mail := w.Mail.Messages(); !strings.Contains(mail[1].Subject, "was changed") {
		t.Errorf("%+v", mail)
	}
}

func TestForgottenPasswordTellsNothing(t *testing.T) {
	w, _ := start(t)
	pages := map[string]bool{}
	for _, name := range []string{"ben@acme.example", "nobody@acme.example", "cora@corp.example", "dee@acme.example"} {
		b := walker.New("")
		if err := b.Open(t.Context(), w.Acme+"/forgot?username="+name); err != nil {
			t.Fatal(err)
		}
		if b.Value("username") != name {
			t.Errorf("%q is filled in", b.Value("username"))
		}
		submit(t, b, "reset")
		pages[b.Text()] = true
	}
	if len(pages) != 1 {
		t.Errorf("%v", pages)
	}
	for range 3 {
		resetLink(t, w, url.Values{"username": {"ben@acme.example"}})
	}
	if link := resetLink(t, w, url.Values{"username": {"ben@acme.example"}}); link != "" {
		t.Error("the mailbox is flooded")
	}
}

// A new password does not lift a lock, as in Genesys Cloud.
func TestResetDoesNotUnlock(t *testing.T) {
	w, _ := start(t)
	turn(t, w, "locked")
	const amy = "amy@acme.example"
	b := walker.New("")
	if err := b.Open(t.Context(), resetLink(t, w, url.Values{"username": {amy}})); err != nil {
		t.Fatal(err)
	}
	submit(t, b, "set", "new_password", goodPassword, "again", goodPassword)
	if !strings.Contains(b.Text(), "locked until") || b.Link() != "" {
		t.Errorf("%q %q", b.Text(), b.Link())
	}
	wantError(t, newApp(t).challenge(w, "", "username", amy, "password", goodPassword), http.StatusBadRequest, "account_locked")
}

// The way back leads to apps on this computer and nowhere else, and only by a click.
func TestWayBackIsNoOpenRedirect(t *testing.T) {
	w, _ := start(t)
	for _, back := range []string{
		"https://evil.example/", "http://evil.example:80/", "http://127.0.0.1/", "https://127.0.0.1:1/", "javascript:alert(1)", "//evil.example:1/",
		"http://127.0.0.1:1@evil.example:2/", "http://127.0.0.2:1/", "http://127.0.0.1:1/?x=1", "http://127.0.0.1:1/#x", "http://a@127.0.0.1:1/",
	} {
		b := walker.New("")
		if err := b.Open(t.Context(), w.Acme+"/forgot?return="+url.QueryEscape(back)); err != nil {
			t.Fatal(err)
		}
		if b.Has("return") {
			t.Errorf("%s is taken", back)
		}
	}
}
