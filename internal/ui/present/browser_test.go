package present

import (
	"strings"
	"testing"
	"time"

	"latchkey/internal/config"
	"latchkey/internal/problem"
	"latchkey/internal/signin"
)

func TestBrowserStages(t *testing.T) {
	s := newStage(t, acme)
	s.toBrowser()
	if got := shown[Browser](s); got.Stage != signin.Opening || got.Link != startLink || !got.Ways || got.Hint != "" {
		t.Fatalf("got %+v", got)
	}
	s.pass(browserQuiet - time.Second)
	if got := shown[Browser](s); got.Hint != "" {
		t.Errorf("too early: %q", got.Hint)
	}
	s.pass(time.Second)
	if got := shown[Browser](s); got.Hint == "" || got.Help {
		t.Errorf("no hint after 10 s: %+v", got)
	}
	s.say(s.browserStep(signin.Reached))
	if got := shown[Browser](s); got.Stage != signin.Reached || got.Hint != "" {
		t.Errorf("reached: %+v", got)
	}
	s.pass(pageQuiet)
	if got := shown[Browser](s); !got.Help || got.Hint == "" {
		t.Errorf("no help after a minute: %+v", got)
	}
	s.say(s.browserStep(signin.Returned))
	if got := shown[Browser](s); !got.Busy || got.Hint != "" {
		t.Errorf("returned: %+v", got)
	}
}

func TestBrowserShowsTheTimeLeftWhenItGetsShort(t *testing.T) {
	s := newStage(t, acme)
	s.toBrowser()
	s.say(s.browserStep(signin.Reached))
	s.pass(8 * time.Minute)
	if got := shown[Browser](s).Left; got != "" {
		t.Errorf("left: %q", got)
	}
	s.pass(time.Second)
	if got := shown[Browser](s).Left; got != "1:59 left" {
		t.Errorf("left: %q", got)
	}
}

func TestOpenAgainIsTheSameAttempt(t *testing.T) {
	s := newStage(t, acme)
	s.toBrowser()
	first := s.talk()
	s.pass(browserQuiet)
	s.p.OpenAgain()
	said := first.said()
	if last := said[len(said)-1]; !last.Open || last.ID != "" || s.talk() != first {
		t.Errorf("sent %+v", last)
	}
	if got := shown[Browser](s).Hint; got != "" {
		t.Errorf("the hint stays: %q", got)
	}
}

func TestPR08CopiedLinkLeavesTheClipboard(t *testing.T) {
	s := newStage(t, acme)
	s.toBrowser()
	s.p.CopyLink()
	if s.clipboard.text != startLink || !shown[Browser](s).Copied {
		t.Fatalf("clipboard %q", s.clipboard.text)
	}
	s.pass(59 * time.Second)
	if s.clipboard.text != startLink {
		t.Error("cleared too early")
	}
	s.pass(time.Second)
	if s.clipboard.text != "" {
		t.Errorf("the clipboard still has %q", s.clipboard.text)
	}
	s.p.CopyLink()
	s.clipboard.text = "something of the agent's"
	s.pass(2 * time.Minute)
	if s.clipboard.text != "something of the agent's" {
		t.Error("cleared what was not ours")
	}
}

func TestPasteBack(t *testing.T) {
	s := newStage(t, acme)
	s.toBrowser()
	s.p.PasteBack("  http://127.0.0.1:4711/callback?code=c&state=s \n")
	said := s.talk().said()
	if last := said[len(said)-1]; last.Callback != "http://127.0.0.1:4711/callback?code=c&state=s" {
		t.Fatalf("sent %+v", last)
	}
	if shown[Browser](s).Paste == 0 {
		t.Error("the address stays in the field")
	}
	s.say(signin.Trouble{Problem: problem.New(problem.AddressNotOurs), AttemptsLeft: -1}, s.browserStep(signin.Opening))
	if got := shown[Browser](s); !strings.Contains(got.Fault, "does not belong") || s.p.Frame().Problem != nil {
		t.Errorf("fault %q, problem %+v", got.Fault, s.p.Frame().Problem)
	}
	s.p.PasteBack("   ")
	if n := len(s.talk().said()); n != len(said) {
		t.Error("an empty address was sent")
	}
}

func TestBrowserThatCannotBeStarted(t *testing.T) {
	s := newStage(t, acme)
	s.toBrowser()
	step := s.browserStep(signin.Opening)
	step.Problem = problem.New(problem.BrowserNotOpened)
	s.say(step)
	if f := s.p.Frame(); f.Problem == nil || f.Problem.Code != string(problem.BrowserNotOpened) || f.Problem.Action != NoAction || !shown[Browser](s).Closed {
		t.Fatalf("problem %+v", f.Problem) // the screen's own button copies the link: once is enough
	}
	s.p.CopyLink()
	if s.clipboard.text != startLink || !shown[Browser](s).Copied {
		t.Errorf("clipboard %q", s.clipboard.text)
	}
	s.pass(30 * time.Second)
	if got := shown[Browser](s); got.Hint != "" || !got.Closed {
		t.Errorf("it is said twice: %+v", got)
	}
	s.p.OpenAgain()
	if shown[Browser](s).Closed || s.p.Frame().Problem != nil {
		t.Error("what is tried again has failed already")
	}
	s.say(step)
	if !shown[Browser](s).Closed || s.p.Frame().Problem == nil {
		t.Error("a second failure is not told")
	}
	s.say(s.browserStep(signin.Reached))
	if s.p.Frame().Problem != nil || shown[Browser](s).Closed {
		t.Error("the problem stays although the browser is there")
	}
}

// Why it goes on in the browser stays in sight, also when the browser does not open.
func TestReasonStaysWhenTheBrowserDoesNotOpen(t *testing.T) {
	s := newStage(t, acme)
	step := s.browserStep(signin.Opening)
	failed := step
	failed.Problem = problem.New(problem.BrowserNotOpened)
	s.refuse(signin.Trouble{Problem: problem.New(problem.CompanyOnly), AttemptsLeft: -1}, step, failed)
	if got := shown[Browser](s); !strings.Contains(got.Why, "its own sign-in page only") || s.p.Frame().Problem.Code != string(problem.BrowserNotOpened) {
		t.Errorf("got %+v, %+v", got, s.p.Frame().Problem)
	}
	s.pass(time.Minute)
	if got := shown[Browser](s); got.Why == "" {
		t.Errorf("later: %+v", got)
	}
}

// The one thing to do about a page of Genesys Cloud that does not know the agent is to look in another region.
func TestPageThatHangsOffersAnotherRegion(t *testing.T) {
	for _, test := range []struct {
		org  config.Organization
		want Action
	}{{globex, OtherRegion}, {acme, NoAction}} {
		s := newStage(t, test.org)
		s.start()
		s.say(signin.Choose{ID: "1", Methods: []string{"browser"}})
		s.p.Submit("amy@globex.example", "")
		step := s.browserStep(signin.Reached)
		step.Problem = problem.New(problem.BrowserNotReturned)
		s.say(s.browserStep(signin.Reached), step)
		if got := s.p.Frame().Problem; got == nil || got.Action != test.want || shown[Browser](s).Closed {
			t.Errorf("%s: %+v", test.org.ID, got)
		}
	}
}

// A list that lies above the waiting screen is not swept away by a stage, but by the answer.
func TestStagesBelowAList(t *testing.T) {
	s := newStage(t, acme)
	s.toBrowser()
	s.p.OtherWays()
	s.say(s.browserStep(signin.Reached))
	shown[Choose](s)
	s.p.Back()
	if got := shown[Browser](s); got.Stage != signin.Reached {
		t.Errorf("got %+v", got)
	}
	s.p.OtherWays()
	s.say(s.browserStep(signin.Returned))
	if got := shown[Browser](s); !got.Busy {
		t.Errorf("got %+v", got)
	}
}

func TestAnotherWayFromTheBrowser(t *testing.T) {
	s := newStage(t, acme)
	s.toBrowser()
	s.p.OtherWays()
	s.p.Use("password", "")
	said := s.talk().said()
	if last := said[len(said)-1]; last.Use != "password" || last.ID != "" {
		t.Fatalf("sent %+v", last)
	}
	s.say(signin.Credentials{ID: "9"})
	shown[SignIn](s)
}

func TestRefusalAtThePageCanBeTriedTheSameWay(t *testing.T) {
	s := newStage(t, acme)
	s.toBrowser()
	first := s.talk()
	s.say(signin.Trouble{Problem: problem.New(problem.Denied), AttemptsLeft: -1})
	first.end()
	s.until("the end", func(Frame) bool { return s.p.run == nil })
	f := s.p.Frame()
	if f.Problem == nil || f.Problem.Action != TryAgain {
		t.Fatalf("problem %+v", f.Problem)
	}
	s.p.Act()
	s.say(signin.Credentials{ID: "1"})
	if said := s.talk().said(); s.talk() == first || len(said) != 1 || said[0].Use != "company" {
		t.Errorf("sent %+v", said)
	}
}

func TestGivenUpIsNoProblem(t *testing.T) {
	s := newStage(t, acme)
	s.toBrowser()
	first := s.talk()
	s.say(signin.Trouble{Problem: problem.New(problem.GivenUp), AttemptsLeft: -1})
	shown[SignIn](s)
	if s.p.Frame().Problem != nil || s.talk() == first {
		t.Errorf("problem %+v", s.p.Frame().Problem)
	}
}

func TestDeviceCountsDown(t *testing.T) {
	s := newStage(t, acme)
	s.start()
	s.say(signin.Credentials{ID: "1", Others: []signin.Door{signin.WithDevice}})
	s.p.Use("device", "")
	s.say(signin.Device{
		UserCode: "WDJB-MJHT", VerificationURI: "https://login.acme.example/device",
		VerificationURIComplete: "https://login.acme.example/device?user_code=WDJB-MJHT",
		Deadline:                morning.Add(10 * time.Minute), Others: []signin.Door{signin.WithBrowser},
	})
	if got := shown[Device](s); got.Left != "10:00" || got.Code != "WDJB-MJHT" || !got.Ways {
		t.Fatalf("got %+v", got)
	}
	s.pass(61 * time.Second)
	if got := shown[Device](s).Left; got != "8:59" {
		t.Errorf("left %q", got)
	}
	s.p.OpenDevicePage()
	s.until("the page", func(Frame) bool { return len(s.addresses()) > 0 })
	if got := s.addresses()[0]; got != "https://login.acme.example/device?user_code=WDJB-MJHT" {
		t.Errorf("opened %s", got)
	}
}

// Where a password was typed and the browser opens, the screen says why; an agent who chose the browser knows.
func TestS17WhyItGoesOnInTheBrowserIsToldToWhoDidNotChooseIt(t *testing.T) {
	for name, test := range map[string]struct {
		acts func(*Presenter)
		told bool
	}{
		"a password":           {func(p *Presenter) { p.Submit("sam@acme.example", "secret") }, true},
		"the browser":          {func(p *Presenter) { p.Use(string(signin.WithBrowser), "sam@acme.example") }, false},
		"the company's button": {func(p *Presenter) { p.Use(string(signin.WithCompany), "sam@acme.example") }, false},
	} {
		s := newStage(t, acme)
		s.start()
		s.say(signin.Credentials{ID: "1", Others: []signin.Door{signin.WithBrowser}})
		test.acts(s.p)
		s.say(signin.Browser{Stage: signin.Opening})
		s.say(signin.Browser{Stage: signin.Reached})
		if why := shown[Browser](s).Why; strings.Contains(why, "only the browser can do") != test.told {
			t.Errorf("%s: told %q", name, why)
		}
	}
}
