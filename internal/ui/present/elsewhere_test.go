package present

import (
	"testing"

	"latchkey/internal/config"
	"latchkey/internal/problem"
	"latchkey/internal/signin"
)

// Where the server says that the account lives is one click away, and first in the list.
func TestPlaceThatTheServerNamesIsOneClickAway(t *testing.T) {
	s := newStage(t, globex)
	s.start()
	s.say(signin.Choose{ID: "1", Methods: []string{"browser"}})
	s.p.Submit("amy@globex.example", "")
	s.say(signin.Trouble{Problem: problem.New(problem.AccountElsewhere), AttemptsLeft: -1, Region: "euc1"})
	got := s.p.Frame().Problem
	if got.Action != GoThere || got.Button != "Go to EMEA (Frankfurt)" || got.Besides != OtherRegion {
		t.Fatalf("got %+v", got)
	}
	s.p.ActBesides()
	if list := shown[Choose](s); list.Ways[0].Title != "EMEA (Frankfurt)" || len(list.Ways) != len(config.Regions())-1 {
		t.Errorf("first is %+v of %d", list.Ways[0], len(list.Ways))
	}
	s.p.Back()
	s.p.Submit("amy@globex.example", "")
	s.say(signin.Trouble{Problem: problem.New(problem.AccountElsewhere), AttemptsLeft: -1, Region: "euc1"})
	s.p.Act()
	s.until("the other region", func(f Frame) bool { return f.Where.Host == "login.mypurecloud.de" })
	if form := shown[SignIn](s); form.Username != "amy@globex.example" {
		t.Errorf("form %+v", form)
	}
}

func TestOrganisationThatTheServerNamesIsOneClickAway(t *testing.T) {
	for _, test := range []struct {
		trouble signin.Trouble
		want    Action
		button  string
	}{
		{signin.Trouble{Org: "globex"}, GoThere, "Go to Globex"},
		{signin.Trouble{Org: "hooli"}, ChangeOrgs, "Choose another organisation"},
		{signin.Trouble{Region: "euc1"}, ChangeOrgs, "Choose another organisation"}, // there is no app for that region here
	} {
		s := newStage(t, acme, globex)
		test.trouble.Problem, test.trouble.AttemptsLeft = problem.New(problem.AccountElsewhere), -1
		s.refuse(test.trouble, signin.Credentials{ID: "2"})
		got := s.p.Frame().Problem
		if got.Action != test.want || got.Button != test.button {
			t.Errorf("%+v: got %+v", test.trouble, got)
		}
		if s.p.Act(); test.want == GoThere && (s.p.org.ID != "globex" || shown[SignIn](s).Username != "amy@acme.example") {
			t.Errorf("at %s: %+v", s.p.org.ID, s.p.Frame().Screen)
		}
	}
}

func TestAnotherRegionIsTriedAndKept(t *testing.T) {
	s := newStage(t, globex)
	s.start()
	s.say(signin.Choose{ID: "1", Methods: []string{"browser"}})
	s.p.Submit("amy@globex.example", "")
	s.say(signin.Trouble{Problem: problem.New(problem.AccountElsewhere), AttemptsLeft: -1})
	if got := s.p.Frame().Problem; got == nil || got.Action != OtherRegion {
		t.Fatalf("got %+v", got)
	}
	s.p.Act()
	list := shown[Choose](s)
	if len(list.Ways) != len(config.Regions())-1 {
		t.Errorf("%d regions", len(list.Ways))
	}
	s.p.Use("region:euc1", "")
	s.until("the other region", func(f Frame) bool { return f.Where.Host == "login.mypurecloud.de" })
	added := s.settings.added
	if len(added) != 1 || added[0].ID != "globex-euc1" || added[0].Region != "euc1" || added[0].ClientID != globex.ClientID || added[0].Endpoints != (config.Endpoints{}) {
		t.Errorf("added %+v", added)
	}
	if form := shown[SignIn](s); form.Username != "amy@globex.example" {
		t.Errorf("form %+v", form)
	}
	s.p.org = globex
	s.p.OtherRegions()
	s.p.Use("region:euc1", "")
	s.drain()
	if len(s.settings.added) != 1 || s.p.org.ID != "globex-euc1" {
		t.Errorf("added twice: %+v", s.settings.added)
	}
}

// A server that is not the one it was can be looked at letter by letter, and the settings can be read again.
func TestChangedServerIsComparedLetterByLetter(t *testing.T) {
	s := newStage(t, globex, acme)
	s.p.o.Org = "acme"
	s.start()
	moved := signin.Trouble{Problem: problem.New(problem.IssuerChanged, problem.Because("It moved.")), AttemptsLeft: -1, Was: "login.acme.example", Now: "login.xn--cme-5cd.example"}
	s.say(moved)
	if got := s.p.Frame().Problem; got.Action != Compare || got.Besides != ChangeOrgs {
		t.Fatalf("got %+v", got)
	}
	s.p.Act()
	got := shown[Doubt](s)
	differs := func(letters []Letter) (text string) {
		for _, l := range letters {
			if l.Differs {
				text += l.Text
			}
		}
		return text
	}
	if !got.Moved || Spelled(got.Host) != "login.аcme.example" || differs(got.Host) != "а" || differs(got.Like) != "a" || got.Really != moved.Now || got.Odd != "The а is Cyrillic." || got.Why != "It moved." { // Cyrillic
		t.Errorf("got %+v", got)
	}
	s.p.AddDoubtful()
	if len(s.settings.added) > 0 {
		t.Error("added")
	}
	s.p.Back()
	if p := s.p.Frame().Problem; p == nil || p.Code != string(problem.IssuerChanged) || p.Action != Compare {
		t.Errorf("afterwards %+v", p)
	}
	s.p.Act()
	loads, begun := s.loads, len(s.talks)
	s.p.CheckAgain()
	s.until("another attempt", func(Frame) bool { s.mu.Lock(); defer s.mu.Unlock(); return len(s.talks) > begun })
	if s.loads != loads+1 || s.p.org.ID != "acme" || s.p.Frame().Problem != nil {
		t.Errorf("read %d times, at %s", s.loads, s.p.org.ID)
	}
}
