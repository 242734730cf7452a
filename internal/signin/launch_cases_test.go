package signin_test

import (
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
	"latchkey/internal/signin"
)

func TestAZ15CommandLinesHaveNoSecret(t *testing.T) {
	k := newTalk(t, withoutPassword(t)).start()
	k.signsIn()
	asked, redeemed := k.sent(oauthtest.AuthorizePath)[0].Query, k.sent(oauthtest.TokenPath)[0].Form
	for _, address := range k.browser.opened { // what becomes the launcher's argument
		for _, value := range []string{asked.Get("state"), asked.Get("nonce"), asked.Get("code_challenge"), redeemed.Get("code_verifier"), redeemed.Get("code")} {
			if value == "" || strings.Contains(address, value) {
				t.Errorf("%s holds %q", address, value)
			}
		}
	}
}

func TestAZ16LoginHintIsEncoded(t *testing.T) {
	const odd = `amy&org=x#f%41 +😀@acme.example`
	k := newTalk(t, withoutPassword(t))
	k.opts.Username, k.opts.NoOpen = odd, true
	k.start()
	step := expect[signin.Browser](k)
	address, err := url.Parse(authorizationURL(t, step.URL))
	if err != nil || address.Query().Get("login_hint") != odd || address.Query().Has("org") || address.Fragment != "" {
		t.Errorf("got %v, %v", address, err)
	}
	k.attempt.Cancel()
	k.ends(problem.GivenUp)
	if strings.Contains(k.log.String(), "amy") {
		t.Errorf("the log names them: %s", k.log)
	}
}

func TestAZ21NoPortWithoutABrowserSignIn(t *testing.T) {
	k := newTalk(t, oauthtest.New(t)).start()
	step := expect[signin.Credentials](k)
	wantListeners(t, 0)
	k.browser.visit = func(string) {}
	k.answer(signin.Answer{ID: step.ID, Use: "browser"})
	expect[signin.Browser](k)
	wantListeners(t, 1)
	k.answer(signin.Answer{Use: "password"})
	until[signin.Credentials](k)
	wantListeners(t, 0)
}

func TestAZ22OneWindowAndOneListener(t *testing.T) {
	k := newTalk(t, withoutPassword(t))
	k.opts.Ask = true
	k.browser.visit = func(string) {}
	k.start()
	choose := expect[signin.Choose](k)
	k.answer(signin.Answer{ID: choose.ID, Use: "browser"})
	if err := k.attempt.Answer(signin.Answer{ID: choose.ID, Use: "browser"}); err == nil {
		t.Error("the second click counted")
	}
	step := expect[signin.Browser](k)
	if err := k.attempt.Answer(signin.Answer{Use: "browser"}); err == nil {
		t.Error("the browser was started while it waits")
	}
	authorizationURL(t, step.URL)
	until[signin.Browser](k) // reached
	wantListeners(t, 1)
	if n := k.browser.count(); n != 1 {
		t.Errorf("%d windows", n)
	}
}

func TestAZ22ImpatientlyOpenedAgain(t *testing.T) {
	k := newTalk(t, withoutPassword(t))
	slow := &slowLauncher{working: make(chan struct{}, 8), release: make(chan struct{})}
	k.deps.Browser = slow
	k.start()
	step := expect[signin.Browser](k)
	<-slow.working
	for range 3 {
		for k.attempt.Answer(signin.Answer{Open: true}) != nil { // the one before is being taken
			runtime.Gosched()
		}
	}
	k.answer2(signin.Answer{Callback: "not an address"}) // answers are taken in order
	until[signin.Trouble](k)
	if n := len(slow.working); n != 0 {
		t.Errorf("%d more windows while the first one opens", n)
	}
	close(slow.release)
	for len(slow.working) == 0 { // now it opens again
		_ = k.attempt.Answer(signin.Answer{Open: true})
		runtime.Gosched()
	}
	k.browser.browse(step.URL)
	k.signsIn()
}

// answer2 answers as soon as the answer before it was taken.
func (k *talk) answer2(a signin.Answer) {
	for k.attempt.Answer(a) != nil {
		runtime.Gosched()
	}
}

type slowLauncher struct{ working, release chan struct{} }

func (s *slowLauncher) Open(ctx ctx, _ string) error {
	s.working <- struct{}{}
	select {
	case <-s.release:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func TestAZ17AskedToSignInAgain(t *testing.T) {
	k := newTalk(t, withoutPassword(t))
	k.opts.Prompt = "login"
	k.start()
	k.signsIn()
	if asked := k.sent(oauthtest.AuthorizePath)[0].Query; asked.Get("prompt") != "login" || asked.Get("max_age") != "0" {
		t.Errorf("asked %v", asked)
	}
}

func TestDV05DeviceCodeExpires(t *testing.T) {
	k := newTalk(t, oauthtest.New(t))
	turned := clocktest.At(time.Now())
	k.deps.Clock, k.opts.With = turned, signin.WithDevice
	k.start()
	expect[signin.Device](k)
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
				turned.Advance(time.Minute)
			}
		}
	}()
	k.ends(problem.DeviceExpired)
	if n := k.server.Count(oauthtest.RevokePath); n != 0 || k.keeper.count() != 0 {
		t.Errorf("%d revocations, %d kept", n, k.keeper.count())
	}
}
