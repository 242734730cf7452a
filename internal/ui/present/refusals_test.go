package present

import (
	"strings"
	"testing"
	"time"

	"latchkey/internal/config"
	"latchkey/internal/problem"
	"latchkey/internal/session"
	"latchkey/internal/signin"
	"latchkey/internal/vault"
)

// withContact is an organisation whose settings say whom to ask.
func withContact(contact string) config.Organization {
	o := acme
	o.Contact, o.ForgotPassword = contact, "https://login.acme.example/forgot?from=app"
	return o
}

// refuse signs in and lets the server refuse it.
func (s *stage) refuse(t signin.Trouble, next ...signin.Step) {
	s.t.Helper()
	s.start()
	s.say(signin.Credentials{ID: "1", ForgotPassword: s.settings.orgs[0].ForgotPassword})
	s.p.Submit("amy@acme.example", "secret")
	s.say(append([]signin.Step{t}, next...)...)
}

// A lock looks the same whether the server tells of it or this computer remembers it, when the form can be answered again.
func TestS8ALockIsNoMatterOfAttentionOnly(t *testing.T) {
	for _, again := range []bool{false, true} {
		s := newStage(t, acme)
		locked := problem.New(problem.AccountLocked)
		locked.Again = again
		s.refuse(signin.Trouble{Problem: locked, AttemptsLeft: -1, Until: morning.Add(5 * time.Minute)})
		if s.p.Frame().Problem.Soft {
			t.Errorf("again %v: soft", again)
		}
	}
}

func TestLockedAccountCountsDownAndComesBack(t *testing.T) {
	s := newStage(t, withContact("it@acme.example"))
	s.refuse(signin.Trouble{Problem: problem.New(problem.AccountLocked), AttemptsLeft: -1, Until: morning.Add(5 * time.Minute)})
	shownProblem := s.p.Frame().Problem
	if shownProblem == nil || shownProblem.Left != "5:00" || shownProblem.Action != AskIT || shownProblem.Button != "Write to IT" || !strings.Contains(shownProblem.Why, "Resetting the password does not lift it.") {
		t.Fatalf("got %+v", shownProblem)
	}
	s.pass(48 * time.Second)
	if got := s.p.Frame().Problem; got.Left != "4:12" || got.Mark != shownProblem.Mark {
		t.Errorf("got %+v", got)
	}
	begun := len(s.talks)
	s.p.Submit("Amy@acme.example", "again") // asks nobody
	if got := s.p.Frame().Problem; got == nil || got.Code != string(problem.AccountLocked) || got.Left != "4:12" {
		t.Fatalf("got %+v", got)
	}
	if len(s.talks) != begun || shown[SignIn](s).Busy.What != "" {
		t.Error("the server is asked about a locked account")
	}
	s.pass(5 * time.Minute)
	if f := s.p.Frame(); f.Problem != nil || f.Focus != FocusPassword {
		t.Errorf("afterwards: %+v, focus %s", f.Problem, f.Focus)
	}
	s.p.Submit("amy@acme.example", "again")
	if len(s.talks) == begun {
		t.Error("not tried when it is over")
	}
}

// Another account is not held up by the one that is locked.
func TestLockIsAboutOneAccount(t *testing.T) {
	s := newStage(t, acme)
	s.refuse(signin.Trouble{Problem: problem.New(problem.AccountLocked), AttemptsLeft: -1, Until: morning.Add(5 * time.Minute)})
	s.p.Submit("ben@acme.example", "secret")
	if shown[SignIn](s).Busy.What == "" {
		t.Error("not tried")
	}
}

func TestRefusalsOfferWhatHelps(t *testing.T) {
	for _, test := range []struct {
		code    problem.Code
		contact string
		want    Action
		besides Action
		button  string
	}{
		{problem.AddressRefused, "", CopyIT, NoAction, "Copy for IT"},
		{problem.AddressRefused, "it@acme.example", CopyIT, AskIT, "Copy for IT"},
		{problem.ConditionsRefused, "https://it.acme.example", CopyIT, AskIT, "Copy for IT"},
		{problem.AccountInactive, "https://it.acme.example", AskIT, CopyIT, "Open IT's page"},
		{problem.AccountDeleted, "", NoAction, NoAction, ""},
		{problem.AccountLocked, "", NoAction, NoAction, ""},
		{problem.CompanyOnly, "", Company, NoAction, "Login with Acme"},
		{problem.TenantUnknown, "", ChangeOrgs, NoAction, "Choose another organisation"},
		{problem.AccountElsewhere, "", ChangeOrgs, NoAction, "Choose another organisation"},
		{problem.CredentialsOrCodeRefused, "", Forgot, NoAction, "Forgot password"},
		{problem.IssuerChanged, "", ChangeOrgs, NoAction, "Choose another organisation"},
		{problem.IssuerChanged, "it@acme.example", AskIT, ChangeOrgs, "Write to IT"},
		{problem.IssuerChanged, "https://it.acme.example", AskIT, ChangeOrgs, "Open IT's page"},
		{problem.ConsentRefused, "", TryAgain, NoAction, "Try again"},
	} {
		s := newStage(t, withContact(test.contact))
		s.refuse(signin.Trouble{Problem: problem.New(test.code), AttemptsLeft: -1})
		got := s.p.Frame().Problem
		if got == nil || got.Action != test.want || got.Button != test.button || got.Besides != test.besides {
			t.Errorf("%s, contact %q: %+v", test.code, test.contact, got)
		}
	}
}

// A refused approval is followed by the list of ways: a button that leads there would do nothing.
func TestListOfWaysIsNotOfferedTwice(t *testing.T) {
	for _, code := range []problem.Code{problem.ApprovalRefused, problem.ApprovalExpired, problem.RecoveryRefused} {
		s := newStage(t, acme)
		s.toCode()
		s.say(signin.Approve{Others: []string{"totp"}}, signin.Trouble{Problem: problem.New(code), AttemptsLeft: -1}, signin.Choose{ID: "2", Methods: []string{"push", "totp"}})
		if got := s.p.Frame().Problem; got == nil || got.Action != NoAction || len(shown[Choose](s).Ways) != 2 {
			t.Errorf("%s: %+v", code, got)
		}
		s.p.Use("totp", "")
		s.say(signin.Code{ID: "3", Method: "totp"})
		if s.p.Frame().Problem != nil {
			t.Errorf("%s: what is over is still told: %+v", code, s.p.Frame().Problem)
		}
	}
}

func TestCompanyOnlyMakesItsButtonTheOne(t *testing.T) {
	s := newStage(t, acme)
	s.refuse(signin.Trouble{Problem: problem.New(problem.CompanyOnly), AttemptsLeft: -1}, signin.Credentials{ID: "2"})
	if !shown[SignIn](s).CompanyFirst {
		t.Error("the company's button is not first")
	}
	s.p.Act()
	said := s.talk().said()
	if len(said) != 2 || said[1].Use != string(signin.WithCompany) || !said[1].Password.Empty() {
		t.Errorf("sent %+v", said)
	}
}

// It is first for whom the server said it, and only until they are signed in.
func TestCompanysButtonIsFirstForOneAccount(t *testing.T) {
	s := newStage(t, acme)
	s.refuse(signin.Trouble{Problem: problem.New(problem.CompanyOnly), AttemptsLeft: -1}, signin.Credentials{ID: "2"})
	s.p.Username("ben@acme.example")
	if shown[SignIn](s).CompanyFirst {
		t.Error("first for another account")
	}
	s.p.Username("Amy@acme.example")
	if !shown[SignIn](s).CompanyFirst {
		t.Error("forgotten")
	}
	s.p.Use("company", "amy@acme.example")
	s.talk().finish(amy)
	s.until("signed in", func(f Frame) bool { _, ok := f.Screen.(SignedIn); return ok })
	s.p.SignOut()
	s.until("the form", func(f Frame) bool { _, ok := f.Screen.(SignIn); return ok })
	if shown[SignIn](s).CompanyFirst {
		t.Error("it stays first for good")
	}
}

func TestForgottenPasswordTakesTheAddressAlong(t *testing.T) {
	s := newStage(t, withContact(""))
	s.start()
	s.say(signin.Credentials{ID: "1", ForgotPassword: s.settings.orgs[0].ForgotPassword})
	s.p.Username("amy+x@acme.example")
	s.p.refreshForm()
	s.p.ForgotPassword()
	if got := shown[Forgotten](s); got.Host != "login.acme.example" || got.Mail != "amy+x@acme.example" {
		t.Errorf("got %+v", got)
	}
	s.until("the page", func(Frame) bool { return len(s.addresses()) > 0 })
	if got := s.addresses()[0]; got != "https://login.acme.example/forgot?from=app&login_hint=amy%2Bx%40acme.example" {
		t.Errorf("opened %s", got)
	}
	s.say(signin.Credentials{ID: "2", ForgotPassword: s.settings.orgs[0].ForgotPassword}) // the form below does not come up by itself
	shown[Forgotten](s)
	s.p.OpenForgotten()
	s.until("the page again", func(Frame) bool { return len(s.addresses()) > 1 })
	s.p.BackToSignIn()
	if form := shown[SignIn](s); form.Username != "amy+x@acme.example" || s.p.Frame().Focus != FocusPassword {
		t.Errorf("form %+v, focus %s", form, s.p.Frame().Focus)
	}
}

// The e-mail goes to the page that the settings name, and to no other.
func TestAddressGoesToNoOtherPage(t *testing.T) {
	s := newStage(t, withContact(""))
	s.start()
	s.say(signin.Credentials{ID: "1", ForgotPassword: "https://other.example/forgot"})
	s.p.Username("amy@acme.example")
	s.p.ForgotPassword()
	s.until("the page", func(Frame) bool { return len(s.addresses()) > 0 })
	if got := s.addresses()[0]; got != "https://other.example/forgot" {
		t.Errorf("opened %s", got)
	}
}

func TestOtherAccountsAreOffered(t *testing.T) {
	s := newStage(t, acme)
	s.sessions.last = "amy@acme.example"
	s.sessions.kept = []session.Session{
		{Account: vault.Account{Org: "acme", Subject: "a"}, Username: "Amy@acme.example", State: session.Expired},
		{Account: vault.Account{Org: "acme", Subject: "b"}, Username: "ben@acme.example", State: session.SignedOut},
		{Account: vault.Account{Org: "globex", Subject: "c"}, Username: "cat@globex.example", State: session.SignedOut},
	}
	s.refuse(signin.Trouble{Problem: problem.New(problem.CredentialsRefused), AttemptsLeft: -1, Field: "password"}, signin.Credentials{ID: "2"})
	if why := s.p.Frame().Problem.Why; !strings.Contains(why, "ben@acme.example") || strings.Contains(why, "cat@") {
		t.Errorf("it says %q", why)
	}
	s.p.OtherWays()
	ways := shown[Choose](s).Ways
	if len(ways) != 1 || ways[0].Title != "ben@acme.example" {
		t.Fatalf("got %+v", ways)
	}
	s.p.Use(ways[0].Use, "")
	if form := shown[SignIn](s); form.Username != "ben@acme.example" || s.p.Frame().Focus != FocusPassword || len(s.talk().said()) != 1 {
		t.Errorf("form %+v", form)
	}
}

func TestCodeInTheSameForm(t *testing.T) {
	s := newStage(t, acme)
	s.start()
	s.say(signin.Credentials{ID: "1", Code: true})
	if !shown[SignIn](s).Code {
		t.Fatal("there is no field for the code")
	}
	s.p.SubmitWithCode("amy@acme.example", "secret", "000123")
	if talk := s.talk(); len(talk.codes) != 1 || talk.codes[0] != "000123" || talk.passwords[0] != "secret" {
		t.Errorf("sent %v %v", talk.passwords, talk.codes)
	}
	s.say(signin.Trouble{Problem: problem.New(problem.CredentialsOrCodeRefused), AttemptsLeft: -1}, signin.Credentials{ID: "2", Code: true})
	if s.p.Frame().Focus != FocusPassword {
		t.Errorf("focus %s", s.p.Frame().Focus)
	}
}

// A lock that IT has lifted keeps nobody out: one press asks the server again, and what it says counts.
func TestS8ItWasUnlocked(t *testing.T) {
	s := newStage(t, acme)
	s.refuse(signin.Trouble{Problem: problem.New(problem.AccountLocked), AttemptsLeft: -1, Until: morning.Add(5 * time.Minute)})
	if got := s.p.Frame().Problem; got.Action != Unlocked || got.Button != "It was unlocked" {
		t.Fatalf("got %+v", got)
	}
	s.p.Act()
	if last := s.begun[len(s.begun)-1]; !last.Unlocked || s.p.Frame().Problem != nil {
		t.Errorf("began with %+v, problem %+v", last, s.p.Frame().Problem)
	}
	s.say(signin.Credentials{ID: "1"})
	s.p.Submit("amy@acme.example", "secret")
	if n := len(s.talk().said()); n != 1 {
		t.Errorf("%d answers", n)
	}
}

// What a server says ends before what to do begins, also where the server sets no stop.
func TestWhatTheServerSaysEnds(t *testing.T) {
	for said, want := range map[string]string{
		"user is blocked": "user is blocked.", "Too short.": "Too short.", "Really?": "Really?", "": "", "für 3 h": "für 3 h.", "Fehler 7": "Fehler 7.",
	} {
		s := newStage(t, acme)
		s.refuse(signin.Trouble{Problem: problem.New(problem.AccountDisabled, problem.Because("%s", said)), AttemptsLeft: -1})
		if got := s.p.Frame().Problem.Why; got != want {
			t.Errorf("%q is told as %q", said, got)
		}
	}
}
