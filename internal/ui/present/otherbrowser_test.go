package present

import (
	"context"
	"fmt"
	"testing"
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/signin"
)

func TestPageIsOpenedInAPrivateWindowOfAnother(t *testing.T) {
	s := newStage(t, acme)
	s.toBrowser()
	opened := make(chan string, 4)
	s.p.parts.Browsers = func() []InstalledBrowser {
		return []InstalledBrowser{{ID: "firefox", Name: "Firefox", Private: true}, {ID: "falkon", Name: "Falkon"}}
	}
	s.p.parts.OpenIn = func(_ context.Context, id string, private bool, address string) error {
		opened <- fmt.Sprint(id, private, address)
		if id == "falkon" {
			return problem.New(problem.BrowserNotOpened)
		}
		return nil
	}
	s.say(s.browserStep(signin.Reached))
	if !shown[Browser](s).Others {
		t.Fatal("not offered")
	}
	s.p.OtherBrowsers()
	s.until("the list", func(f Frame) bool { _, ok := f.Screen.(Choose); return ok })
	ways := shown[Choose](s).Ways
	if len(ways) != 3 || ways[0].Title != "Private window of Firefox" || ways[2].Title != "Falkon" {
		t.Fatalf("got %+v", ways)
	}
	s.p.Use(ways[0].Use, "")
	shown[Browser](s)
	if got := <-opened; got != fmt.Sprint("firefox", true, startLink) {
		t.Errorf("opened %s", got)
	}
	s.p.OtherBrowsers()
	s.until("the list", func(f Frame) bool { _, ok := f.Screen.(Choose); return ok })
	s.p.Use(ways[2].Use, "")
	s.until("a problem", func(f Frame) bool { return f.Problem != nil && f.Problem.Code == string(problem.BrowserNotOpened) })
	if said := s.talk().said(); len(said) != 1 { // the same attempt goes on: nothing is answered
		t.Errorf("sent %+v", said)
	}
}

// The list gives way when the page has come back meanwhile.
func TestPageThatComesBackIsFollowed(t *testing.T) {
	s := newStage(t, acme)
	s.toBrowser()
	s.p.parts.Browsers = func() []InstalledBrowser { return nil }
	s.p.OtherBrowsers()
	s.until("the list", func(f Frame) bool { _, ok := f.Screen.(Choose); return ok })
	s.say(s.browserStep(signin.Returned))
	shown[Browser](s)
}

func TestRegionsAreOfferedBesideTheBrowser(t *testing.T) {
	s := newStage(t, globex)
	s.start()
	s.say(signin.Choose{ID: "1", Methods: []string{"browser"}})
	s.p.Submit("amy@globex.example", "")
	step := s.browserStep(signin.Reached)
	step.Others = nil
	s.say(step)
	if !shown[Browser](s).Ways {
		t.Fatal("no other way")
	}
	s.pass(2 * time.Minute)
	s.p.OtherWays()
	ways := shown[Choose](s).Ways
	if len(ways) != 1 || ways[0].Title != "Try another region" {
		t.Fatalf("got %+v", ways)
	}
	s.p.Use(ways[0].Use, "")
	if got := shown[Choose](s); len(got.Ways) < 10 {
		t.Errorf("got %+v", got)
	}
	s.p.Back()
	shown[Browser](s)
}
