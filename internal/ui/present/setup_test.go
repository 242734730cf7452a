package present

import (
	"testing"

	"latchkey/internal/config"
	"latchkey/internal/problem"
	"latchkey/internal/session"
	"latchkey/internal/signin"
)

func TestFirstStartAsksWhere(t *testing.T) {
	s := newStage(t)
	s.p.Start()
	s.until("the question", func(f Frame) bool { _, ok := f.Screen.(Setup); return ok })
	if got := shown[Setup](s); !got.First || s.p.Frame().Focus != FocusPlace {
		t.Fatalf("got %+v", got)
	}
	s.p.Back() // there is nowhere to go back to
	shown[Setup](s)
	s.p.PlaceTyped("euw2")
	if got := shown[Setup](s); got.Host != "login.euw2.pure.cloud" || !got.Genesys {
		t.Errorf("got %+v", got)
	}
	s.p.SaveOrganization("euw2", "")
	if got := shown[Setup](s); got.Fault != FocusClient || got.Why == "" {
		t.Errorf("got %+v", got)
	}
	s.p.SaveOrganization("nonsense", "3f0a")
	if got := shown[Setup](s); got.Fault != FocusPlace || got.Why == "" {
		t.Errorf("got %+v", got)
	}
	s.p.SaveOrganization("euw2", " 3f0a ")
	s.until("the form", func(f Frame) bool { _, ok := f.Screen.(SignIn); return ok })
	if added := s.settings.added; len(added) != 1 || added[0].ID != "euw2" || added[0].Region != "euw2" || added[0].ClientID != "3f0a" {
		t.Errorf("added %+v", added)
	}
}

func TestSettingsThatCannotBeSaved(t *testing.T) {
	s := newStage(t)
	s.settings.full = problem.New(problem.SettingsNotSaved)
	s.p.Start()
	s.until("the question", func(f Frame) bool { _, ok := f.Screen.(Setup); return ok })
	s.p.SaveOrganization("login.acme.example", "latchkey")
	s.until("a problem", func(f Frame) bool { return f.Problem != nil })
	if got := shown[Setup](s); got.Busy.What != "" || s.p.Frame().Problem.Code != string(problem.SettingsNotSaved) {
		t.Errorf("got %+v", got)
	}
}

func TestBrokenSettingsAreReadAgain(t *testing.T) {
	s := newStage(t, acme)
	s.loadError = problem.New(problem.SettingsSyntax, problem.Because("config.toml, line 4"))
	s.p.Start()
	s.until("a problem", func(f Frame) bool { return f.Problem != nil })
	shown[Waiting](s)
	if p := s.p.Frame().Problem; p.Action != ReadAgain || !s.p.Settled() || s.p.Frame().Where.Name != "Latchkey" {
		t.Fatalf("problem %+v", p)
	}
	s.loadError = nil
	s.p.Act()
	s.until("the form", func(f Frame) bool { _, ok := f.Screen.(SignIn); return ok })
	if s.p.Frame().Problem != nil || s.loads != 2 {
		t.Errorf("problem %+v, %d loads", s.p.Frame().Problem, s.loads)
	}
}

func TestPlace(t *testing.T) {
	for _, test := range []struct {
		typed, id, issuer, region string
	}{
		{"euw2", "euw2", "", "euw2"},
		{" EMEA (London) ", "euw2", "", "euw2"},
		{"https://apps.euw2.pure.cloud/directory", "euw2", "", "euw2"},
		{"login.acme.example", "acme", "https://login.acme.example", ""},
		{"https://login.acme.example/", "acme", "https://login.acme.example", ""},
		{"https://login.acme.example/realms/eu", "acme", "https://login.acme.example/realms/eu", ""},
		{"https://acme.example/tenant/.well-known/openid-configuration", "acme", "https://acme.example/tenant", ""},
		{"http://127.0.0.1:4001", "local", "http://127.0.0.1:4001", ""},
		{"http://localhost:4001/", "local", "http://localhost:4001", ""},
		{"sso.auth.acme.co.example", "acme", "https://sso.auth.acme.co.example", ""},
	} {
		o, ok := Place(test.typed)
		if !ok || o.ID != test.id || o.Issuer != test.issuer || o.Region != test.region || o.Credentials != config.CredentialsAuto || o.Name == "" {
			t.Errorf("%q: %+v, %v", test.typed, o, ok)
		}
	}
	for _, typed := range []string{
		"", "   ", "acme", "http://login.acme.example", "ftp://acme.example", "https://user:pass@acme.example", "https://acme.example/?a=b",
		"https://acme.example/#x", "javascript:alert(1)", "file:///etc/passwd", "https://", "acme example",
	} {
		if o, ok := Place(typed); ok {
			t.Errorf("%q was understood as %+v", typed, o)
		}
	}
}

// A look-alike from another script shows what it is: the host is written in ASCII wherever it is shown.
func TestMF52LookAlikeHostIsShownAsItIs(t *testing.T) {
	o, ok := Place("https://\u0430cme.example")
	if ok && HostOf(o) != "xn--cme-5cd.example" {
		t.Errorf("shown as %q", HostOf(o))
	}
}

func TestNamesOfOrganizationsStayApart(t *testing.T) {
	s := newStage(t, acme)
	s.start()
	s.p.Organizations()
	s.p.AddOrganization()
	if got := shown[Setup](s); got.First {
		t.Errorf("got %+v", got)
	}
	s.p.SaveOrganization("sso.acme.example", "latchkey")
	s.until("saved", func(Frame) bool { return len(s.settings.All()) == 2 })
	if got := s.settings.added[0].ID; got != "acme-2" {
		t.Errorf("id %q", got)
	}
}

func TestSwitchingOrganizations(t *testing.T) {
	s := newStage(t, acme, globex)
	s.sessions.kept = nil
	s.toCode()
	code := s.talk()
	s.sessions.mu.Lock()
	s.sessions.kept = []session.Session{{Account: amy.Account, State: session.SignedIn, Name: "Amy Agent"}}
	s.sessions.mu.Unlock()
	s.p.Organizations()
	s.until("who is signed in", func(Frame) bool { return shown[Orgs](s).Rows[0].Sub == "Signed in as Amy Agent" })
	rows := shown[Orgs](s).Rows
	if len(rows) != 2 || !rows[0].Current || rows[1].Sub != "login.euw2.pure.cloud" {
		t.Fatalf("rows %+v", rows)
	}
	s.p.Back()
	shown[Code](s)
	s.p.Organizations()
	s.p.Switch("acme")
	shown[Code](s)
	s.p.Organizations()
	s.p.Switch("globex")
	if got := s.p.Frame().Where; got.Name != "Globex" || got.Host != "login.euw2.pure.cloud" {
		t.Errorf("where %+v", got)
	}
	if !code.cancelled {
		t.Error("the attempt at the other organisation goes on")
	}
	if form := shown[SignIn](s); form.Password {
		t.Errorf("form %+v", form)
	}
}

func TestUnknownOrganizationOnTheCommandLine(t *testing.T) {
	s := newStage(t, acme)
	s.p.o.Org = "umbrella"
	s.p.Start()
	s.until("a problem", func(f Frame) bool { return f.Problem != nil })
	if got := s.p.Frame().Problem; got.Action != ChangeOrgs {
		t.Fatalf("problem %+v", got)
	}
	s.p.Act()
	s.p.Switch("acme")
	shown[SignIn](s)
}

func TestStepsBelowTheListOfOrganizations(t *testing.T) {
	s := newStage(t, acme, globex)
	s.start()
	s.p.Organizations()
	s.say(signin.Credentials{ID: "1", ForgotPassword: "https://login.acme.example/forgot"})
	shown[Orgs](s)
	s.p.Back()
	if form := shown[SignIn](s); !form.Forgot {
		t.Errorf("form %+v", form)
	}
}

// A server that is there already is not added a second time by the way.
func TestServerThatIsThereIsNotAddedTwice(t *testing.T) {
	s := newStage(t, globex, acme)
	s.start()
	s.p.AddOrganization()
	s.p.PlaceTyped("LOGIN.acme.example/")
	if got := shown[Setup](s); got.Known != acme.Name {
		t.Errorf("got %+v", got)
	}
	s.p.SaveOrganization("LOGIN.acme.example/", acme.ClientID)
	s.drain()
	if f := s.p.Frame(); len(s.settings.added) != 0 || s.p.org.ID != "acme" || f.Notice == nil || f.Notice.Title != "Acme Contact Center was there already" {
		t.Errorf("added %+v, at %s, notice %+v", s.settings.added, s.p.org.ID, f.Notice)
	}
	s.p.AddOrganization()
	s.p.SaveOrganization("login.acme.example", "another-app")
	s.until("another organisation", func(Frame) bool { return s.p.org.ID == "acme-2" })
}
