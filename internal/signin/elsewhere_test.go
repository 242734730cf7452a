package signin_test

import (
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
	"latchkey/internal/signin"
)

// The issuer, the sign-in page and the challenge endpoint are on three hosts: the form names the one that gets the password.
func TestMF52TheFormNamesWhereThePasswordGoes(t *testing.T) {
	server := oauthtest.New(t)
	page, challenge := httptest.NewServer(server), httptest.NewServer(server)
	t.Cleanup(page.Close)
	t.Cleanup(challenge.Close)
	server.SpoilMetadata = func(m map[string]any) {
		m["authorization_endpoint"] = page.URL + oauthtest.AuthorizePath
		m["authorization_challenge_endpoint"] = challenge.URL + oauthtest.ChallengePath
		m["token_endpoint"] = challenge.URL + oauthtest.TokenPath
	}
	k := newTalk(t, server).start()
	step := expect[signin.Credentials](k)
	if want := strings.TrimPrefix(challenge.URL, "http://"); step.Host != want {
		t.Errorf("the form names %s, and the password goes to %s", step.Host, want)
	}
	k.answer(signin.Answer{ID: step.ID, Use: "browser"})
	if b := expect[signin.Browser](k); b.Host != strings.TrimPrefix(page.URL, "http://") {
		t.Errorf("the browser goes to %s, and the step names %s", page.URL, b.Host)
	}
}

// An error that comes back is not a sign-in that came back.
func TestCB10NoReturnedForAnError(t *testing.T) {
	server := withoutPassword(t)
	server.SpoilCallback = func(q url.Values) { q.Del("code"); q.Set("error", "access_denied") }
	k := newTalk(t, server).start()
	k.ends(problem.Denied)
	if slices.ContainsFunc(k.said, func(s signin.Step) bool {
		b, ok := s.(signin.Browser)
		return ok && b.Stage == signin.Returned
	}) {
		t.Error("the agent was told that the sign-in came back")
	}
}

// Over SSH no browser can open the start address: the page's own is opened anywhere, and the answer pasted back.
func TestAZ13SignInOnAnotherComputer(t *testing.T) {
	for name, spoil := range map[string]func(*talk){
		"nothing to open it with": func(k *talk) { k.browser.fail = problem.New(problem.BrowserNotOpened) },
		"not to be opened":        func(k *talk) { k.opts.NoOpen, k.browser.mustNot = true, true },
	} {
		for kind, server := range map[string]*oauthtest.Server{"OpenID": withoutPassword(t), "Genesys Cloud": oauthtest.NewGenesys(t)} {
			t.Run(name+" "+kind, func(t *testing.T) {
				k := newTalk(t, server)
				spoil(k)
				k.start()
				step := expect[signin.Browser](k)
				if !k.opts.NoOpen {
					if step.SignInURL != "" {
						t.Errorf("the page is given away before the browser had its chance: %+v", step)
					}
					step = expect[signin.Browser](k)
				}
				if !strings.HasPrefix(step.SignInURL, server.URL+"/") {
					t.Fatalf("no address for another computer: %+v", step)
				}
				if line, err := signin.MarshalStep(step); err != nil || !strings.Contains(string(line), `"sign_in_url":"http`) {
					t.Errorf("got %s, %v", line, err)
				}
				k.answer(signin.Answer{Callback: server.Browse(t, step.SignInURL).String()})
				k.signsIn()
			})
		}
	}
}

func TestSignInURLStaysInWhenTheBrowserOpens(t *testing.T) {
	k := newTalk(t, withoutPassword(t)).start()
	k.signsIn()
	for _, s := range k.said {
		if b, ok := s.(signin.Browser); ok && b.SignInURL != "" {
			t.Errorf("got %+v", b)
		}
	}
}
