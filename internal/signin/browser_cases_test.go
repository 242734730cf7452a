package signin_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"latchkey/assets"
	"latchkey/internal/clock/clocktest"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/signin"
)

// waitsForBrowser starts an attempt that waits for a browser nobody opens, and returns the address it is to come back to.
func waitsForBrowser(t *testing.T, server *oauthtest.Server) (k *talk, step signin.Browser, callback *url.URL) {
	t.Helper()
	k = newTalk(t, server)
	k.opts.NoOpen, k.opts.With = true, signin.WithBrowser
	k.start()
	step = expect[signin.Browser](k)
	return k, step, server.Browse(t, authorizationURL(t, step.URL))
}

// tab fetches a page as a navigation does and returns what the agent would see.
func tab(t *testing.T, address string) (status int, page string) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: patience}
	resp, err := client.Get(address)
	if err != nil {
		return 0, ""
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Error(err)
	}
	return resp.StatusCode, string(body)
}

// wantListeners waits until this many receivers are alive in this process.
func wantListeners(t *testing.T, want int) {
	t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		stacks := make([]byte, 1<<20)
		stacks = stacks[:runtime.Stack(stacks, true)]
		got := bytes.Count(stacks, []byte("loopback.(*Receiver).finish("))
		if got == want {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d listeners, want %d", got, want)
		}
	}
}

func TestCB01OneCodeOneTokenRequest(t *testing.T) {
	k, _, callback := waitsForBrowser(t, oauthtest.New(t))
	if status, page := tab(t, callback.String()); status != http.StatusOK || page != string(assets.NewReturnPages().Done) {
		t.Errorf("the browser ends on %d %q", status, page)
	}
	k.signsIn()
	if n := k.server.Count(oauthtest.TokenPath); n != 1 {
		t.Errorf("%d token requests", n)
	}
	if c, err := net.Dial("tcp", callback.Host); err == nil {
		_ = c.Close()
		t.Error("the port is open after the end")
	}
}

func TestCB13AndCB65TheSameAnswerAgain(t *testing.T) {
	k, _, callback := waitsForBrowser(t, oauthtest.New(t))
	for range 3 { // reloaded, restored
		tab(t, callback.String())
	}
	k.signsIn()
	if n := k.server.Count(oauthtest.TokenPath); n != 1 {
		t.Errorf("%d token requests", n)
	}
}

func TestCB14ParallelAnswers(t *testing.T) {
	k, _, callback := waitsForBrowser(t, oauthtest.New(t))
	query := callback.Query()
	var tabs sync.WaitGroup
	for i := range 100 {
		query.Set("code", fmt.Sprintf("guess-%d", i))
		address := callback.Scheme + "://" + callback.Host + callback.Path + "?" + query.Encode()
		tabs.Go(func() { tab(t, address) })
	}
	tabs.Wait()
	k.ends(problem.CodeExchangeRefused) // none of them was the server's
	if n := k.server.Count(oauthtest.TokenPath); n != 1 {
		t.Errorf("%d token requests", n)
	}
}

func TestCB10ErrorsAtTheRedirect(t *testing.T) {
	for code, want := range map[string]problem.Code{
		"invalid_request": problem.RequestRefused, "unauthorized_client": problem.AppNotAllowed,
		"unsupported_response_type": problem.RequestRefused, "invalid_scope": problem.ScopeRefused, "access_denied": problem.Denied,
		"server_error": problem.ServerUnavailable, "temporarily_unavailable": problem.ServerUnavailable,
		"login_required": problem.InteractionRequired, "consent_required": problem.InteractionRequired,
		"interaction_required": problem.InteractionRequired, "account_selection_required": problem.InteractionRequired,
		"something_else": problem.SignInRefused,
	} {
		t.Run(code, func(t *testing.T) {
			server := oauthtest.New(t)
			server.SpoilCallback = func(q url.Values) { q.Del("code"); q.Set("error", code) }
			k, _, callback := waitsForBrowser(t, server)
			tab(t, callback.String())
			k.ends(want)
			if n := server.Count(oauthtest.TokenPath); n != 0 {
				t.Errorf("%d token requests", n)
			}
		})
	}
}

// wantAnswerEnds spoils the answer: the sign-in ends with this problem, and no other endpoint is called.
func wantAnswerEnds(t *testing.T, want problem.Code, spoil func(url.Values)) {
	t.Helper()
	server := oauthtest.New(t)
	server.SpoilCallback = spoil
	k, _, callback := waitsForBrowser(t, server)
	tab(t, callback.String())
	k.ends(want)
	for _, path := range []string{oauthtest.TokenPath, oauthtest.UserInfoPath, oauthtest.RevokePath} {
		if n := server.Count(path); n != 0 {
			t.Errorf("%s was asked %d times", path, n)
		}
	}
}

func TestCB07CodeAndError(t *testing.T) {
	wantAnswerEnds(t, problem.AnswerMalformed, func(q url.Values) { q.Set("error", "access_denied") })
}

func TestCB19CodeWithNUL(t *testing.T) {
	wantAnswerEnds(t, problem.AnswerMalformed, func(q url.Values) { q.Set("code", "a\x00b") })
}

func TestCB20IssuerMissing(t *testing.T) {
	wantAnswerEnds(t, problem.AnswerIssMissing, func(q url.Values) { q.Del("iss") })
}

func TestCB22IssuerWithSlash(t *testing.T) {
	wantAnswerEnds(t, problem.AnswerIssMismatch, func(q url.Values) { q.Set("iss", q.Get("iss")+"/") })
}

func TestCB25TokenInsteadOfCode(t *testing.T) {
	wantAnswerEnds(t, problem.AnswerMalformed, func(q url.Values) { q.Del("code"); q.Set("access_token", "canary") })
}

func TestCB15StateOfAnEarlierSignIn(t *testing.T) {
	server := oauthtest.New(t)
	first, _, old := waitsForBrowser(t, server)
	first.attempt.Cancel()
	first.ends(problem.GivenUp)
	k, _, callback := waitsForBrowser(t, server)
	old.Host = callback.Host
	if status, _ := tab(t, old.String()); status != http.StatusBadRequest {
		t.Errorf("status %d", status)
	}
	tab(t, callback.String())
	k.signsIn()
}

func TestCB44BrowserThatInsistsOnHTTPS(t *testing.T) {
	k, step, callback := waitsForBrowser(t, oauthtest.New(t))
	expect[signin.Browser](k) // reached, by the test's own look at the start address
	for range 3 {
		c, err := net.Dial("tcp", callback.Host)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = c.Write([]byte{0x16, 0x03, 0x01, 0x00, 0x05}) // a TLS handshake begins
		_, _ = io.ReadAll(c)
		_ = c.Close()
	}
	hint := expect[signin.Browser](k)
	if hint.Problem == nil || hint.URL != step.URL || !strings.Contains(hint.Problem.Why, "encrypted pages only") {
		t.Errorf("got %+v", hint)
	}
	tab(t, callback.String())
	k.signsIn()
}

func TestCB59SecondSignInHasItsOwnListenerAndState(t *testing.T) {
	server := oauthtest.New(t)
	first, one, _ := waitsForBrowser(t, server)
	second, other, callback := waitsForBrowser(t, server)
	if one.URL == other.URL {
		t.Error("they share an address")
	}
	first.attempt.Cancel()
	first.ends(problem.GivenUp)
	tab(t, callback.String())
	second.signsIn()
}

func TestCB62GivenUpInTheMiddle(t *testing.T) {
	k, _, callback := waitsForBrowser(t, oauthtest.New(t))
	k.attempt.Cancel()
	k.ends(problem.GivenUp)
	if status, _ := tab(t, callback.String()); status != 0 || k.keeper.count() != 0 || k.server.Count(oauthtest.TokenPath) != 0 {
		t.Errorf("status %d, %d kept", status, k.keeper.count())
	}
}

func TestCB63ComputerSleeps(t *testing.T) {
	turned := clocktest.At(time.Now())
	k := newTalk(t, withoutPassword(t))
	k.deps.Clock, k.opts.NoOpen = turned, true
	k.start()
	expect[signin.Browser](k)
	stop := make(chan struct{})
	go func() { // hours pass, whenever the attempt looks at the clock
		for {
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
				turned.Advance(9 * time.Hour)
			}
		}
	}()
	defer close(stop)
	if ended := k.ends(problem.BrowserNotReturned); ended.Problem.Fix == "" {
		t.Error("it does not say what to do")
	}
}

func TestCB68PageClaimsNothing(t *testing.T) {
	server := oauthtest.New(t)
	server.Next(oauthtest.TokenPath, oauthtest.Refused(400, "invalid_grant"))
	k, _, callback := waitsForBrowser(t, server)
	_, page := tab(t, callback.String())
	k.ends(problem.CodeExchangeRefused)
	if text := strings.ToLower(page); strings.Contains(text, "signed in") || strings.Contains(text, "success") {
		t.Errorf("the page says %q", page)
	}
}

func TestTK49TokensThatAreOnTheirWayWhenItIsCancelled(t *testing.T) {
	server := oauthtest.New(t)
	granting, release := make(chan struct{}), make(chan struct{})
	server.SpoilTokens = func(map[string]any) { close(granting); <-release }
	k, _, callback := waitsForBrowser(t, server)
	tab(t, callback.String())
	<-granting
	k.attempt.Cancel()
	if ended := until[signin.Trouble](k); ended.Problem.Code != problem.GivenUp { // told while the server still thinks
		t.Errorf("got %v", ended.Problem)
	}
	close(release)
	k.closed()
	if k.keeper.count() != 0 || server.Count(oauthtest.RevokePath) == 0 {
		t.Errorf("kept %d, revoked %d times", k.keeper.count(), server.Count(oauthtest.RevokePath))
	}
}

func TestListeningStepsWipeSecrets(t *testing.T) {
	k, _, _ := waitsForBrowser(t, oauthtest.New(t))
	typed := secret.New("typed too late")
	k.answer(signin.Answer{Callback: "x", Password: typed})
	if !typed.Empty() {
		t.Error("the password was not wiped")
	}
}

func TestTheLastStepIsNeverLost(t *testing.T) {
	k, _, _ := waitsForBrowser(t, oauthtest.New(t))
	for range 80 { // nobody reads
		k.answer2(signin.Answer{Callback: "not an address"})
	}
	k.attempt.Cancel()
	var last signin.Step
	for s := k.next(); s != nil; s = k.next() {
		last = s
	}
	if trouble, ok := last.(signin.Trouble); !ok || trouble.Problem.Code != problem.GivenUp {
		t.Errorf("the last step is %v", last)
	}
}

func TestGenesysCloudRedirectIsTheBareHost(t *testing.T) {
	k := newTalk(t, oauthtest.NewGenesys(t)).start()
	k.signsIn()
	redirect := k.sent(oauthtest.GenesysAuthorizePath)[0].Query.Get("redirect_uri")
	if host, found := strings.CutPrefix(redirect, "http://localhost:"); !found || strings.Contains(host, "/") {
		t.Errorf("redirect_uri is %s", redirect)
	}
	if again := k.sent(oauthtest.GenesysTokenPath)[0].Form.Get("redirect_uri"); again != redirect {
		t.Errorf("then %s", again)
	}
}
