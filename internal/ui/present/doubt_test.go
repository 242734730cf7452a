package present

import (
	"strings"
	"testing"
)

// toSetup shows the form for another organisation.
func (s *stage) toSetup() {
	s.t.Helper()
	s.start()
	s.p.Organizations()
	s.p.AddOrganization()
	shown[Setup](s)
}

func TestMF52LookAlikeIsShownLetterByLetter(t *testing.T) {
	for _, test := range []struct {
		name, place, really, odd, like string
		marked                         string // what differs
	}{
		{"another script", "https://login.acmе.example", "login.xn--acm-hdd.example", "The е is Cyrillic.", "login.acme.example", "е"},
		{"another letter", "https://logln.acme.example", "", "", "login.acme.example", "l"},
		{"a region", "login.mypurec1oud.ie", "", "", "mypurecloud.ie", "1"},
	} {
		s := newStage(t, acme)
		s.toSetup()
		s.p.SaveOrganization(test.place, "client-1")
		screen, ok := s.p.Frame().Screen.(Doubt)
		if !ok {
			t.Errorf("%s: no doubt, but %T", test.name, s.p.Frame().Screen)
			continue
		}
		var like, marked strings.Builder
		for _, l := range screen.Like {
			like.WriteString(l.Text)
		}
		for _, l := range screen.Host {
			if l.Differs {
				marked.WriteString(l.Text)
			}
		}
		if !strings.Contains(like.String(), test.like) || !strings.Contains(marked.String(), test.marked) || screen.Odd != test.odd || test.really != "" && screen.Really == "" || screen.Why == "" {
			t.Errorf("%s: like %q, marked %q, %+v", test.name, like.String(), marked.String(), screen)
		}
		if len(s.settings.added) != 0 {
			t.Errorf("%s: added before anybody said so", test.name)
		}
		s.p.Back()
		if got := shown[Setup](s); got.Place != test.place || got.Client != "client-1" {
			t.Errorf("%s: the form is %+v", test.name, got)
		}
		s.p.SaveOrganization(test.place, "client-1")
		s.p.AddDoubtful()
		s.p.AddDoubtful()
		s.until("the organisation", func(Frame) bool {
			s.settings.mu.Lock()
			defer s.settings.mu.Unlock()
			return len(s.settings.added) > 0
		})
		s.drain()
		if len(s.settings.added) != 1 || s.settings.added[0].ClientID != "client-1" {
			t.Errorf("%s: added %+v", test.name, s.settings.added)
		}
	}
}

func TestOrdinaryAddressIsNotDoubted(t *testing.T) {
	for _, place := range []string{"https://id.globex.example", "euw2", "login.acme.example/realms/two", "http://127.0.0.1:4001"} {
		s := newStage(t, acme)
		s.toSetup()
		s.p.SaveOrganization(place, "client-1")
		s.until("the organisation", func(Frame) bool {
			s.settings.mu.Lock()
			defer s.settings.mu.Unlock()
			return len(s.settings.added) == 1
		})
	}
}

func TestPlainHTTPIsRefusedWithAReason(t *testing.T) {
	s := newStage(t, acme)
	s.toSetup()
	s.p.SaveOrganization("HTTP://login.globex.example", "client-1")
	if got := shown[Setup](s); got.Fault != FocusPlace || !strings.Contains(got.Why, "not encrypted") || len(s.settings.added) != 0 {
		t.Errorf("got %+v", got)
	}
}
