package demo_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/google/go-cmp/cmp"

	"latchkey/internal/demo"
	"latchkey/internal/demo/panel"
	"latchkey/internal/demo/walker"
)

func TestTwoStepIsSetUp(t *testing.T) {
	w, clk := start(t)
	const ben = "ben@acme.example"
	u := w.User("acme", ben)
	b := walker.New("")
	if err := b.Open(t.Context(), w.Acme+"/two-step?login_hint="+ben); err != nil {
		t.Fatal(err)
	}
	if b.Value("username") != ben {
		t.Fatalf("%q", b.Text())
	}
	submit(t, b, "sign-in", "password", u.Password)
	code := w.TOTP(ben)
	if !b.Has("secret") || code == "" {
		t.Fatalf("%q", b.Text())
	}
	submit(t, b, "confirm", "code", "nonsense")
	if b.Status != http.StatusUnprocessableEntity || !b.Has("secret") || w.TOTP(ben) != code {
		t.Errorf("%d %q", b.Status, b.Text())
	}
	wantCode(t, newApp(t).challenge(w, "", "username", ben, "password", u.Password)) // not asked for before it is confirmed
	submit(t, b, "confirm", "code", code[:3]+" "+code[3:])
	codes := w.RecoveryCodes(ben)
	if !b.Has("recovery") || len(codes) != 10 || !strings.Contains(b.Text(), codes[9]) {
		t.Fatalf("%q", b.Text())
	}
	if mail := w.Mail.Messages(); !slices.ContainsFunc(mail, func(m panel.Message) bool { return m.Subject == "Two-step verification is on" }) {
		t.Errorf("%+v", mail)
	}
	a := newApp(t)
	f := a.begin(w, ben)
	if f = a.next(w, f, "otp", code); f.text("otp_error") != "used" {
		t.Errorf("the code that confirmed it works again: %v", f.body)
	}
	clk.Advance(30 * time.Second)
	wantCode(t, a.next(w, f, "otp", w.TOTP(ben)))
	if err := b.Open(t.Context(), w.Acme+"/two-step"); err != nil || b.Has("secret") || !strings.Contains(b.Text(), "It is on") {
		t.Errorf("%v %q", err, b.Text())
	}
}

// claims returns what the ID token and userinfo say beside who it is.
func (a *app) claims(w *demo.World, f form) (id, info map[string]any) {
	a.t.Helper()
	ctx := oidc.ClientContext(a.t.Context(), a.http)
	provider, err := oidc.NewProvider(ctx, w.Acme)
	if err != nil {
		a.t.Fatal(err)
	}
	token, err := provider.Verifier(&oidc.Config{ClientID: demo.ClientID, SkipExpiryCheck: true}).Verify(ctx, f.text("id_token"))
	if err != nil {
		a.t.Fatal(err)
	}
	all := map[string]any{}
	if err := token.Claims(&all); err != nil {
		a.t.Fatal(err)
	}
	pick := func(from map[string]any) map[string]any {
		picked := map[string]any{}
		for _, name := range []string{"amr", "last_login", "last_login_method", "last_login_ip"} {
			if v, ok := from[name]; ok {
				picked[name] = v
			}
		}
		return picked
	}
	return pick(all), pick(a.get(w.Acme+"/userinfo", f.text("access_token")).body)
}

func TestLastSignInIsTold(t *testing.T) {
	w, clk := start(t)
	a := newApp(t)
	check := func(f form, want map[string]any) {
		t.Helper()
		id, info := a.claims(w, f)
		for name, got := range map[string]map[string]any{"ID token": id, "userinfo": info} {
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
	}
	pwd := []any{"pwd"}
	check(a.signIn(w), map[string]any{"amr": pwd})
	clk.Advance(time.Minute)
	f := a.exchange(w, walk(t, agent(w, "acme", "ben@acme.example"), a.authorizeURL(w, nil)).Get("code"), callback)
	check(f, map[string]any{"amr": pwd, "last_login": "2026-11-23T09:30:00Z", "last_login_method": "password", "last_login_ip": "127.0.0.1"})
	clk.Advance(time.Hour)
	check(a.refresh(w, f.text("refresh_token")), map[string]any{"amr": pwd, "last_login": "2026-11-23T09:30:00Z", "last_login_method": "password", "last_login_ip": "127.0.0.1"})
	check(a.signIn(w), map[string]any{"amr": pwd, "last_login": "2026-11-23T09:31:00Z", "last_login_method": "browser", "last_login_ip": "127.0.0.1"})
	if mail := w.Mail.Messages(); len(mail) != 1 || mail[0].Subject != "A new sign-in" || mail[0].To != "ben@acme.example" {
		t.Errorf("%+v", mail)
	}
	const zoe = "zoe@acme.example"
	f = a.next(w, a.begin(w, zoe), "email_otp", w.MailCode(zoe))
	check(a.exchange(w, f.text("authorization_code"), ""), map[string]any{
		"amr": []any{"pwd", "otp"}, "last_login": "2026-11-23T02:30:00Z", "last_login_method": "browser", "last_login_ip": "203.0.113.77",
	})
}
