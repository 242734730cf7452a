package present

import (
	"strings"
	"testing"

	"latchkey/internal/config"
	"latchkey/internal/problem"
	"latchkey/internal/signin"
)

// The host above the form is the one that the password goes to, whoever named it last.
func TestS21TheHostOfThePasswordIsShown(t *testing.T) {
	s := newStage(t, acme)
	s.start()
	s.say(signin.Credentials{ID: "1", Host: "passwords.evil.example"})
	if got := s.p.Frame().Where.Host; got != "passwords.evil.example" {
		t.Errorf("the window names %q", got)
	}
	s.p.Submit("amy@acme.example", "secret")
	if n := len(s.talk().said()); n != 1 {
		t.Errorf("%d answers: what was shown before the password was typed needs no second one", n)
	}
	s.say(signin.Choose{ID: "2", Methods: []string{"browser"}, Host: "accounts.acme.example"})
	if got := s.p.Frame().Where.Host; got != "accounts.acme.example" {
		t.Errorf("the window names %q", got)
	}
}

func TestS21PasswordTypedAheadIsForTheHostThatWasShown(t *testing.T) {
	named := acme
	named.Endpoints.AuthorizationChallenge = "https://passwords.acme.example/challenge"
	granted := acme
	granted.Credentials, granted.Endpoints.Token = config.CredentialsOkta, "https://tokens.acme.example/token"
	for name, c := range map[string]struct {
		org  config.Organization
		host string
		sent bool
	}{
		"as the settings say":                     {acme, "login.acme.example", true},
		"the same, written out":                   {acme, "Login.acme.example:443", true},
		"where the settings say passwords go":     {named, "passwords.acme.example", true},
		"where the settings say a grant is asked": {granted, "tokens.acme.example", true},
		"another one":                             {acme, "passwords.evil.example", false},
		"another port":                            {acme, "login.acme.example:8443", false},
		"not where the settings say":              {named, "login.acme.example", false},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, c.org)
			s.start()
			s.p.SubmitWithCode("amy@acme.example", "secret", "000123")
			typed := *s.p.run.pending
			s.say(signin.Credentials{ID: "1", Host: c.host})
			if sent := len(s.talk().said()) == 1; sent != c.sent || s.p.Frame().Where.Host != c.host {
				t.Fatalf("sent: %v; the window names %q", sent, s.p.Frame().Where.Host)
			}
			if c.sent {
				return
			}
			f := s.p.Frame()
			if f.Problem == nil || f.Problem.Code != string(problem.CredentialsNeeded) || !strings.Contains(f.Problem.Why, c.host) || f.Focus != FocusPassword {
				t.Errorf("problem %+v, focus %s", f.Problem, f.Focus)
			}
			if !typed.Password.Empty() || !typed.Code.Empty() {
				t.Error("it is still in memory")
			}
			if form := shown[SignIn](s); form.Username != "amy@acme.example" || form.Busy.What != "" {
				t.Errorf("the form is %+v", form)
			}
			s.p.Submit("amy@acme.example", "secret")
			if said := s.talk().said(); len(said) != 1 || said[0].ID != "1" {
				t.Errorf("then sent %+v", said)
			}
		})
	}
}

// Another door that was chosen ahead sends no password, whatever the host.
func TestDoorChosenAheadIsTakenWhateverTheHost(t *testing.T) {
	s := newStage(t, acme)
	s.start()
	s.p.Use("company", "amy@acme.example")
	s.say(signin.Credentials{ID: "1", Host: "passwords.acme.example", Others: []signin.Door{signin.WithCompany}})
	if said := s.talk().said(); len(said) != 1 || said[0].Use != "company" {
		t.Errorf("sent %+v", said)
	}
}
