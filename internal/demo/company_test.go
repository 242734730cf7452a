package demo_test

import (
	"net/http"
	"strings"
	"testing"

	"latchkey/internal/demo"
	"latchkey/internal/demo/walker"
)

func TestCompanySignIn(t *testing.T) {
	w, _ := start(t)
	for name, changes := range map[string]map[string]string{
		"by the button":     nil,
		"by the hint":       {"idp_hint": "company"},
		"by her own e-mail": {"login_hint": "cora@corp.example"},
	} {
		t.Run(name, func(t *testing.T) {
			a := newApp(t)
			cora := agent(w, "acme", "cora@corp.example")
			cora.Company = changes == nil
			b := walker.New(callback)
			if err := b.Open(t.Context(), a.authorizeURL(w, changes)); err != nil {
				t.Fatal(err)
			}
			if atCompany := strings.HasPrefix(b.Address.String(), w.Company); atCompany != (changes["idp_hint"] != "") {
				t.Fatalf("started at %s", b.Address)
			}
			if err := cora.SignIn(t.Context(), b); err != nil {
				t.Fatalf("%v\n%s", err, strings.Join(b.Trail, "\n"))
			}
			if b.Answer == nil || b.Answer.Query().Get("iss") != w.Acme {
				t.Fatalf("%v at %q", b.Answer, b.Text())
			}
			tokens := a.exchange(w, b.Answer.Query().Get("code"), callback)
			info := a.get(w.Acme+"/userinfo", tokens.text("access_token"))
			if info.text("sub") != "cora" || info.text("name") != "Cora Corp" {
				t.Errorf("%v", info.body)
			}
			// The company remembers her: next time there is nothing to type.
			again := b.Another(callback)
			if err := again.Open(t.Context(), a.authorizeURL(w, map[string]string{"idp_hint": "company", "login_hint": "cora@corp.example"})); err != nil {
				t.Fatal(err)
			}
			if err := (walker.Agent{}).SignIn(t.Context(), again); err != nil || again.Answer == nil {
				t.Errorf("%v at %q", err, again.Text())
			}
		})
	}
}

func TestCompanyUnknownHere(t *testing.T) {
	w, _ := start(t)
	dan := agent(w, "acme", "dan@corp.example")
	dan.Company = true
	b := walker.New(callback)
	if err := b.Open(t.Context(), newApp(t).authorizeURL(w, nil)); err != nil {
		t.Fatal(err)
	}
	err := dan.SignIn(t.Context(), b)
	if err == nil || b.Answer != nil || !strings.Contains(b.Text(), "no account") {
		t.Errorf("%v: %q", err, b.Text())
	}
}

func TestCompanyRefused(t *testing.T) {
	w, _ := start(t)
	b := walker.New(callback)
	if err := b.Open(t.Context(), newApp(t).authorizeURL(w, map[string]string{"idp_hint": "company"})); err != nil {
		t.Fatal(err)
	}
	if err := b.Submit(t.Context(), "cancel", nil); err != nil {
		t.Fatal(err)
	}
	if b.Answer != nil || !b.Has("company") || !strings.Contains(b.Text(), "did not sign you in") {
		t.Errorf("%q", b.Text())
	}
}

func TestCompanyAnswerBelongsToItsLogin(t *testing.T) {
	w, _ := start(t)
	b := walker.New("")
	if err := b.Open(t.Context(), newApp(t).authorizeURL(w, nil)); err != nil {
		t.Fatal(err)
	}
	id := b.Address.Path[strings.LastIndex(b.Address.Path, "/")+1:]
	if err := b.Open(t.Context(), w.Acme+"/company/callback?code=x&state="+id+".guess&iss="+w.Company); err != nil {
		t.Fatal(err)
	}
	if b.Status != http.StatusUnprocessableEntity || !strings.Contains(b.Text(), "does not belong") {
		t.Errorf("%d %q", b.Status, b.Text())
	}
}

func TestChallengeCompanyAccountGoesToTheBrowser(t *testing.T) {
	w, _ := start(t)
	a := newApp(t)
	f := a.challenge(w, "", "username", "cora@corp.example", "password", "anything", "redirect_uri", callback, "state", "s")
	wantError(t, f, http.StatusBadRequest, "redirect_to_web")
	q := walk(t, agent(w, "acme", "cora@corp.example"), w.Acme+"/authorize?client_id="+demo.ClientID+"&request_uri="+f.text("request_uri"))
	if tokens := a.exchange(w, q.Get("code"), callback); tokens.status != http.StatusOK {
		t.Errorf("%v", tokens.body)
	}
}
