package signin_test

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
	"latchkey/internal/signin"
)

// withoutPassword is a server that only signs in by its own page.
func withoutPassword(t *testing.T) *oauthtest.Server {
	server := oauthtest.New(t)
	server.SpoilMetadata = func(m map[string]any) { delete(m, "authorization_challenge_endpoint") }
	return server
}

func TestBrowserStages(t *testing.T) {
	k := newTalk(t, withoutPassword(t)).start()
	opening := expect[signin.Browser](k)
	if opening.Stage != signin.Opening || !strings.HasPrefix(opening.URL, "http://127.0.0.1:") || !strings.Contains(opening.URL, "/go/") {
		t.Errorf("got %+v", opening)
	}
	stages := []signin.Stage{opening.Stage}
	for {
		step := k.next()
		b, ok := step.(signin.Browser)
		if !ok {
			if _, done := step.(signin.Done); !done {
				t.Fatalf("got %T", step)
			}
			break
		}
		stages = append(stages, b.Stage)
	}
	// The answer may be here before "reached" was told; the order never changes.
	if !slices.IsSortedFunc(stages, func(a, b signin.Stage) int { return rank(a) - rank(b) }) || stages[len(stages)-1] != signin.Returned {
		t.Errorf("stages: %v", stages)
	}
	if k.browser.count() != 1 {
		t.Errorf("the browser was opened %d times", k.browser.count())
	}
}

func rank(s signin.Stage) int {
	return slices.Index([]signin.Stage{signin.Opening, signin.Reached, signin.Returned}, s)
}

func TestGenesysCloudComesBackToLocalhost(t *testing.T) {
	server := oauthtest.NewGenesys(t)
	k := newTalk(t, server).start()
	until[signin.Browser](k)
	k.signsIn()
	sent := k.sent(oauthtest.GenesysAuthorizePath)
	redirect, err := url.Parse(sent[0].Query.Get("redirect_uri"))
	if err != nil || redirect.Hostname() != "localhost" || (redirect.Path != "" && redirect.Path != "/") {
		t.Errorf("redirect_uri is %v", redirect)
	}
	if sent[0].Query.Get("code_challenge_method") != "S256" {
		t.Errorf("no proof key: %v", sent[0].Query)
	}
}

func TestAskOpensNothingByItself(t *testing.T) {
	k := newTalk(t, withoutPassword(t))
	k.opts.Ask = true
	k.start()
	choose := expect[signin.Choose](k)
	if k.browser.count() != 0 {
		t.Fatal("the browser opened before the agent said so")
	}
	k.answer(signin.Answer{ID: choose.ID, Use: "browser", Username: " " + amy + " "})
	until[signin.Browser](k)
	k.signsIn()
	if hint := k.sent(oauthtest.AuthorizePath)[0].Query.Get("login_hint"); hint != amy {
		t.Errorf("login_hint is %q", hint)
	}
}

func TestCompanyDoor(t *testing.T) {
	server := withoutPassword(t)
	k := newTalk(t, server)
	k.opts.Org.Company, k.opts.With = "Acme", signin.WithCompany
	k.start()
	until[signin.Browser](k)
	k.signsIn()
}

func TestNoOpenShowsTheLinkOnly(t *testing.T) {
	k := newTalk(t, withoutPassword(t))
	k.browser.mustNot = true
	k.opts.NoOpen = true
	k.start()
	b := expect[signin.Browser](k)
	go k.browser.browse(b.URL)
	k.signsIn()
}

func TestAZ13LauncherThatFailsLeavesAWorkingLink(t *testing.T) {
	k := newTalk(t, withoutPassword(t))
	k.browser.fail = problem.New(problem.BrowserNotOpened, problem.Because("There is no browser."))
	k.start()
	expect[signin.Browser](k)
	failed := expect[signin.Browser](k)
	if failed.Problem == nil || failed.Problem.Code != problem.BrowserNotOpened || failed.URL == "" {
		t.Fatalf("got %+v", failed)
	}
	go k.browser.browse(failed.URL)
	k.signsIn()
}

func TestOpenAgainIsTheSameAttempt(t *testing.T) {
	k := newTalk(t, withoutPassword(t))
	first := make(chan struct{})
	var once sync.Once
	k.browser.visit = func(address string) {
		closed := false // the first window is one that somebody closes
		once.Do(func() { closed = true; close(first) })
		if !closed {
			k.browser.browse(address)
		}
	}
	k.start()
	expect[signin.Browser](k)
	<-first
	k.answer(signin.Answer{Open: true})
	k.signsIn()
	if k.browser.count() != 2 || k.browser.opened[0] != k.browser.opened[1] {
		t.Errorf("opened %v", k.browser.opened)
	}
}

func TestPastedAddress(t *testing.T) {
	k := newTalk(t, withoutPassword(t))
	k.opts.NoOpen = true
	k.start()
	b := expect[signin.Browser](k)
	for _, address := range []string{"hello", "http://127.0.0.1:1/callback?code=x&state=y", "https://login.acme.example/"} {
		k.answer(signin.Answer{Callback: address})
		k.trouble(problem.AddressNotOurs, "")
		expect[signin.Browser](k)
	}
	callback := k.server.Browse(t, authorizationURL(t, b.URL))
	k.answer(signin.Answer{Callback: callback.String()})
	k.signsIn()
}

// authorizationURL asks the start address where it leads.
func authorizationURL(t *testing.T, start string) string {
	t.Helper()
	client := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	resp, err := client.Get(start)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	return resp.Header.Get("Location")
}

func TestCB09DeniedEndsTheSignIn(t *testing.T) {
	server := withoutPassword(t)
	server.SpoilCallback = func(q url.Values) { q.Del("code"); q.Set("error", "access_denied") }
	k := newTalk(t, server).start()
	k.ends(problem.Denied)
	if n := server.Count(oauthtest.TokenPath); n != 0 {
		t.Errorf("%d token requests", n)
	}
}

func TestCB02WrongStateLeavesTheSignInAlive(t *testing.T) {
	k := newTalk(t, withoutPassword(t))
	k.opts.NoOpen = true
	k.start()
	b := expect[signin.Browser](k)
	start, _ := url.Parse(b.URL)
	for _, query := range []string{"code=evil&state=evil", "error=access_denied", "error=access_denied&state=x", "code=evil"} {
		k.browser.browse("http://" + start.Host + "/callback?" + query)
	}
	if n := k.server.Count(oauthtest.TokenPath); n != 0 {
		t.Fatalf("%d token requests for strangers", n)
	}
	go k.browser.browse(b.URL)
	k.signsIn()
}

func TestCB21AnotherIssuerEndsIt(t *testing.T) {
	server := withoutPassword(t)
	server.SpoilCallback = func(q url.Values) { q.Set("iss", q.Get("iss")+"1") }
	k := newTalk(t, server).start()
	k.ends(problem.AnswerIssMismatch)
	if n := server.Count(oauthtest.TokenPath); n != 0 {
		t.Errorf("%d token requests", n)
	}
}

func TestCB58TwoSignInsDoNotMix(t *testing.T) {
	server := withoutPassword(t)
	one, two := newTalk(t, server), newTalk(t, server)
	one.opts.NoOpen, two.opts.NoOpen = true, true
	one.start()
	two.start()
	first, second := expect[signin.Browser](one), expect[signin.Browser](two)
	callback := server.Browse(t, authorizationURL(t, first.URL))
	wrong, _ := url.Parse(second.URL)
	callback.Host = wrong.Host
	two.browser.browse(callback.String()) // the first one's answer at the second one's door
	go one.browser.browse(first.URL)
	go two.browser.browse(second.URL)
	one.signsIn()
	two.signsIn()
}

func TestCB61TooLate(t *testing.T) {
	k := newTalk(t, withoutPassword(t))
	turned := clocktest.At(time.Now())
	k.deps.Clock, k.opts.NoOpen = turned, true
	k.start()
	b := expect[signin.Browser](k)
	for until := time.Now().Add(patience); time.Now().Before(until); time.Sleep(time.Millisecond) {
		turned.Advance(time.Minute)
		if turned.Now().After(b.Deadline) {
			break
		}
	}
	k.ends(problem.BrowserNotReturned)
	if _, err := http.Get(b.URL); err == nil {
		t.Error("the port is still open")
	}
}

func TestCB70CodeThatTheServerRefusesIsNotSentAgain(t *testing.T) {
	server := withoutPassword(t)
	k := newTalk(t, server)
	server.Next(oauthtest.TokenPath, oauthtest.Refused(400, "invalid_grant"))
	k.start()
	k.ends(problem.CodeExchangeRefused)
	if n := server.Count(oauthtest.TokenPath); n != 1 {
		t.Errorf("the code was sent %d times", n)
	}
}

func TestCB69SomebodyElseMustBeConfirmed(t *testing.T) {
	for _, c := range []struct {
		name string
		say  signin.Answer
		kept int
	}{
		{"goes on", signin.Answer{Use: "continue"}, 1},
		{"cancels", signin.Answer{Cancel: true}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := withoutPassword(t)
			k := newTalk(t, server)
			k.opts.Username = "ben@acme.example"
			k.start()
			confirm := until[signin.Confirm](k)
			if confirm.Username != amy || confirm.Expected != "ben@acme.example" {
				t.Errorf("got %+v", confirm)
			}
			c.say.ID = confirm.ID
			k.answer(c.say)
			if c.kept == 1 {
				k.signsIn()
				return
			}
			k.ends(problem.GivenUp)
			if k.keeper.count() != 0 || server.Count(oauthtest.RevokePath) == 0 {
				t.Errorf("kept %d, revoked %d times", k.keeper.count(), server.Count(oauthtest.RevokePath))
			}
		})
	}
}

func TestTK49TokensThatComeAfterCancelAreRevoked(t *testing.T) {
	server := withoutPassword(t)
	k := newTalk(t, server)
	k.opts.Username = "somebody-else"
	k.start()
	until[signin.Confirm](k) // the tokens are here, nothing is kept
	k.attempt.Cancel()
	k.ends(problem.GivenUp)
	if k.keeper.count() != 0 || server.Count(oauthtest.RevokePath) == 0 {
		t.Errorf("kept %d, revoked %d times", k.keeper.count(), server.Count(oauthtest.RevokePath))
	}
}

func TestDV08DeviceCodeIsNeverOpenedByItself(t *testing.T) {
	server := oauthtest.New(t)
	k := newTalk(t, server)
	k.browser.mustNot = true
	k.deps.Clock = fastClock{}
	k.opts.With = signin.WithDevice
	k.start()
	d := expect[signin.Device](k)
	if d.UserCode == "" || d.VerificationURI == "" || d.Deadline.IsZero() {
		t.Errorf("got %+v", d)
	}
	server.DecideDevice(true)
	k.signsIn()
}

func TestDeviceDenied(t *testing.T) {
	server := oauthtest.New(t)
	k := newTalk(t, server)
	k.deps.Clock = fastClock{}
	k.opts.With = signin.WithDevice
	k.start()
	expect[signin.Device](k)
	server.DecideDevice(false)
	k.ends(problem.Denied)
}

func TestFromDeviceToBrowser(t *testing.T) {
	k := newTalk(t, oauthtest.New(t))
	k.opts.With = signin.WithDevice
	k.start()
	expect[signin.Device](k)
	k.answer(signin.Answer{Use: "browser"})
	until[signin.Browser](k)
	k.signsIn()
}

func TestDoorThatIsNotThere(t *testing.T) {
	k := newTalk(t, withoutPassword(t))
	k.opts.With = signin.WithPassword
	k.start()
	k.trouble(problem.MethodNotAvailable, "")
	choose := expect[signin.Choose](k)
	if slices.Contains(choose.Methods, "password") || !slices.Contains(choose.Methods, "browser") {
		t.Errorf("offered %v", choose.Methods)
	}
}

func TestDiscoveryThatFailsEndsIt(t *testing.T) {
	server := oauthtest.New(t)
	server.SpoilMetadata = func(m map[string]any) { m["issuer"] = "https://evil.example" }
	newTalk(t, server).start().ends(problem.IssuerMismatch)
}

func TestNotices(t *testing.T) {
	server := oauthtest.New(t)
	k := newTalk(t, server)
	asked := make(chan struct{})
	k.deps.Probe = func(ctx ctx) error {
		close(asked)
		return problem.New(problem.KeychainLocked)
	}
	k.start()
	notice := until[signin.Notice](k)
	if notice.Problem.Code != problem.KeychainLocked {
		t.Errorf("got %v", notice.Problem)
	}
	<-asked
}

func TestKeeperThatFailsEndsTheTokens(t *testing.T) {
	server := withoutPassword(t)
	k := newTalk(t, server)
	k.keeper.fail = errors.New("disk gone")
	k.start()
	k.ends(problem.UnexpectedError)
	if server.Count(oauthtest.RevokePath) == 0 {
		t.Error("the tokens live on")
	}
}
