package main

import (
	"strings"
	"time"

	"latchkey/internal/config"
	"latchkey/internal/problem"
	"latchkey/internal/session"
	"latchkey/internal/signin"
	"latchkey/internal/ui/present"
	"latchkey/internal/vault"
)

// acmeOrg and globexOrg are what the settings say of the organisations in the pictures.
var (
	acmeOrg = config.Organization{
		ID: "acme", Name: acme.Name, Issuer: "https://" + acme.Host, ClientID: "latchkey", Company: "Acme", Credentials: config.CredentialsAuto,
		Contact: "it@acme.example", ForgotPassword: "https://login.acme.example/forgot",
	}
	globexOrg = config.Organization{ID: "globex", Name: globex.Name, Region: "euw2", ClientID: "3f0a", Company: "Globex", Credentials: config.CredentialsAuto}
)

// refusals are the form after what can happen to an agent, and the way to a new password. What a problem says and offers is the
// presenter's own.
func refusals() []shot {
	still := func(name string, change func(*present.SignIn)) shot {
		return shot{name: "sign-in-" + name, frame: present.Frame{Where: acme, Pulse: seen, Focus: present.FocusPassword, Screen: form(change)}}
	}
	with := func(change func(*config.Organization)) config.Organization {
		o := acmeOrg
		change(&o)
		return o
	}
	noContact := with(func(o *config.Organization) { o.Contact = "" })
	noCompany := with(func(o *config.Organization) { o.Company = "" })
	pageForHelp := with(func(o *config.Organization) { o.Contact = "https://it.acme.example" })
	movedOrg := with(func(o *config.Organization) { o.Issuer = "https://login.acrne.example" })

	trouble := func(code problem.Code, more ...problem.Option) signin.Trouble {
		return signin.Trouble{Problem: problem.New(code, more...), AttemptsLeft: -1}
	}
	lock := trouble(problem.AccountLocked)
	lock.Until = morning.Add(4*time.Minute + 12*time.Second)
	three := trouble(problem.CredentialsRefused)
	three.AttemptsLeft = 3
	moved := trouble(problem.IssuerChanged, problem.Because("Acme Contact Center was signed in to at login.acme.example; the settings now name login.acrne.example."))
	moved.Was, moved.Now = "login.acme.example", "login.acrne.example"
	ben := []session.Session{{Account: vault.Account{Org: "acme", Subject: "ben"}, Username: "ben@acme.example", State: session.SignedOut}}
	amy := []session.Session{{Account: vault.Account{Org: "acme", Subject: "amy"}, Name: "Amy Agent", Username: "amy@acme.example", State: session.SignedIn}}

	after := func(name string, o config.Organization, kept []session.Session, act func(*stage)) shot {
		return shot{name: name, frame: played(o, kept, act)}
	}
	at := func(name string, o config.Organization, t signin.Trouble) shot {
		return after("sign-in-"+name, o, nil, func(s *stage) { s.refuse(signin.Credentials{}, t) })
	}
	wait := trouble(problem.TooManyTries)
	wait.Until = morning.Add(42 * time.Second)
	refusedShot := at("refused", acmeOrg, three)
	refusedShot.main = true
	lockedShot := at("locked", acmeOrg, lock)
	lockedShot.main = true
	noMail := after("sign-in-locked-no-mail", acmeOrg, nil, func(s *stage) {
		s.refuse(signin.Credentials{}, lock)
		s.p.Act()
		s.until(func() bool { return s.p.Frame().Problem.Aside != "" })
		s.p.Act()
	})
	sessionEnded := after("sign-in-session-ended", acmeOrg, amy, func(s *stage) {
		s.say(signin.Credentials{ID: "1", ForgotPassword: acmeOrg.ForgotPassword, Others: []signin.Door{signin.WithBrowser, signin.WithDevice}})
	})
	known := after("sign-in-refused-known", acmeOrg, ben, func(s *stage) { s.refuse(signin.Credentials{}, three) })
	genesys := after("sign-in-elsewhere", globexOrg, nil, func(s *stage) {
		s.say(signin.Choose{ID: "1", Methods: []string{"browser"}})
		s.p.Submit("amy@globex.example", "")
		t := trouble(problem.AccountElsewhere)
		t.Region = "euc1"
		s.say(t)
	})
	regions := after("regions", globexOrg, nil, func(s *stage) { s.p.OtherRegions() })
	refusedCode := after("sign-in-with-code-refused", noCompany, nil, func(s *stage) {
		s.refuse(signin.Credentials{Code: true}, trouble(problem.CredentialsOrCodeRefused))
	})
	compare := after("compare-servers", movedOrg, nil, func(s *stage) { s.refuse(signin.Credentials{}, moved); s.p.Act() })
	compare.main = true
	mistyped := func(name, typed string, known []session.Session) shot {
		return after("sign-in-"+name, acmeOrg, known, func(s *stage) {
			s.say(signin.Credentials{ID: "1", ForgotPassword: acmeOrg.ForgotPassword, Others: []signin.Door{signin.WithBrowser, signin.WithDevice}})
			s.p.Username(typed)
			s.p.UsernameLeft()
		})
	}
	meant := mistyped("meant", "amy@gmial.com", nil)
	meant.main, meant.frame.Focus = true, present.FocusPassword
	meantLong := mistyped("meant-long", "maximiliane.mustermann@kundenservice.wasserwerke.exmaple",
		[]session.Session{{Account: vault.Account{Org: "acme", Subject: "m"}, Username: "mia@kundenservice.wasserwerke.example", State: session.SignedOut}})
	withCode := still("with-code", func(s *present.SignIn) { s.Code, s.Company = true, "" })
	withCode.then = typed("correct horse")
	forgotten := shot{name: "forgotten", main: true, frame: present.Frame{Where: acme, Pulse: seen, Focus: present.FocusMain, Screen: present.Forgotten{Host: "login.acme.example", Mail: "amy@acme.example"}}}
	accounts := shot{name: "choose-accounts", frame: present.Frame{Where: acme, Pulse: seen, Focus: present.FocusMain, Screen: present.Choose{Title: "Another way to sign in", Back: "Back", Ways: []present.Way{
		{Use: "browser", Title: "Sign in with the browser", Sub: "On the sign-in page of Acme Contact Center"}, {Use: "account:ben@acme.example", Title: "ben@acme.example", Sub: "Signed in on this computer before"},
	}}}}
	suspect := present.Doubt{
		Why:  "login.acmе.example (really login.xn--acm-hdd.example) has letters of another script that look like those of login.acme.example.",
		Host: letters("login.acmе.example", "е"), Like: letters("login.acme.example", ""), Really: "login.xn--acm-hdd.example", Odd: "The е is Cyrillic.",
	}
	doubt := shot{name: "setup-doubt", main: true, frame: present.Frame{Where: acme, Pulse: seen, Focus: present.FocusMain, Screen: suspect}}
	near := suspect
	near.Why, near.Host, near.Like, near.Really, near.Odd = "login.mypurec1oud.ie is almost mypurecloud.ie, but not the same.", letters("login.mypurec1oud.ie", "1"), letters("mypurecloud.ie", ""), "", ""
	nearly := shot{name: "setup-doubt-near", frame: present.Frame{Where: acme, Pulse: seen, Focus: present.FocusMain, Screen: near}}
	browsers := shot{name: "browser-others", frame: present.Frame{Where: acme, Pulse: seen, Focus: present.FocusMain, Screen: present.Choose{
		Title: "Open in another browser", Explain: "A private window knows nothing of earlier sign-ins, and has no extensions that could be in the way.", Back: "Back",
		Ways: []present.Way{{Title: "Private window of Firefox", Sub: "Without earlier sign-ins"}, {Title: "Private window of Edge", Sub: "Without earlier sign-ins"}, {Title: "Firefox", Sub: "An ordinary window"}, {Title: "Edge", Sub: "An ordinary window"}},
	}}}
	return []shot{
		doubt, nearly, browsers, compare, at("server-changed", movedOrg, moved),
		meant, meantLong, at("locked-no-contact", noContact, lock), sessionEnded,
		refusedShot, at("paused", acmeOrg, wait), lockedShot, noMail, known, at("place", acmeOrg, trouble(problem.AddressRefused, problem.Because("The server sees this computer as 203.0.113.7."))),
		at("company-only", acmeOrg, trouble(problem.CompanyOnly)), genesys, at("inactive", pageForHelp, trouble(problem.AccountInactive)),
		withCode, refusedCode, forgotten, regions, accounts,
	}
}

// letters spells a host; what is in differs is marked.
func letters(host, differs string) []present.Letter {
	var list []present.Letter
	for _, r := range host {
		list = append(list, present.Letter{Text: string(r), Differs: strings.ContainsRune(differs, r)})
	}
	return list
}
