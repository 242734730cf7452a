package main

import (
	"slices"
	"strings"

	"latchkey/internal/ui/present"
)

// refusals are the form after what can happen to an agent, and the way to a new password.
func refusals() []shot {
	at := func(name string, p *present.Problem, change func(*present.SignIn)) shot {
		s := form(change)
		return shot{name: "sign-in-" + name, frame: present.Frame{Where: acme, Pulse: seen, Focus: present.FocusProblem, Problem: p, Screen: s}}
	}
	besides := func(p *present.Problem) *present.Problem {
		p.Besides, p.BesidesButton = present.AskIT, "Write to IT"
		return p
	}
	locked := problemOf(false, "The account is locked after too many tries.", "Resetting the password does not lift it. Until 08:17.", "Wait, or ask your administrator to unlock it.", "account-locked", present.AskIT, "Write to IT")
	locked.Left = "4:12"
	known := problemOf(true, "The e-mail or password is not right.", "3 tries are left. This computer also knows ben@acme.example.", "Check Caps Lock, the address, and what a password manager filled in, or use Forgot password.", "credentials-refused", present.Forgot, "Forgot password")
	place := besides(problemOf(false, "Your organisation does not allow sign-ins from this place.", "The server sees this computer as 203.0.113.7.", "Connect to your company's network or VPN. If that does not help, send IT the report.", "address-refused", present.CopyIT, "Copy for IT"))
	company := problemOf(true, "Your organisation lets people in through its own sign-in page only.", "", "Sign in through your company.", "company-only", present.Company, "Login with Acme")
	elsewhere := problemOf(true, "This account lives in another region.", "", "Sign in there.", "account-elsewhere", present.GoThere, "Go to EMEA (Frankfurt)")
	elsewhere.Besides, elsewhere.BesidesButton = present.OtherRegion, "Try another region"
	inactive := problemOf(false, "This account is not active yet.", "It has an invitation that was not accepted.", "Look for the invitation in your mail, in the spam folder too, or ask your administrator to send it again.", "account-inactive", present.AskIT, "Open IT's page")
	inactive.Besides, inactive.BesidesButton = present.CopyIT, "Copy for IT"
	noMail := *locked
	noMail.Aside, noMail.Action, noMail.Button, noMail.Copied = "No mail program opened. Copy what happened for it@acme.example.", present.CopyIT, "Copy for IT", true
	unlocked := *locked
	unlocked.Besides, unlocked.BesidesButton = present.Unlocked, "It was unlocked"
	alone := *locked
	alone.Action, alone.Button = present.Unlocked, "It was unlocked"
	sessionEnded := problemOf(true, "The session has ended.", "The server no longer accepts what was kept.", "Sign in again.", "session-ended", present.NoAction, "")
	both := problemOf(true, "The e-mail, the password or the code is not right.", "The server does not say which.", "Check Caps Lock, the address, and what a password manager filled in, and enter the code your app shows now.", "credentials-or-code-refused", present.Forgot, "Forgot password")

	unlockedShot := at("locked-unlocked", &unlocked, nil)
	unlockedShot.main = true
	meant := at("meant", nil, func(s *present.SignIn) { s.Username, s.Meant = "amy@gmial.com", "amy@gmail.com" })
	meant.main, meant.frame.Focus = true, present.FocusPassword
	meantLong := at("meant-long", nil, func(s *present.SignIn) {
		s.Username, s.Meant = "maximiliane.mustermann@kundenservice.wasserwerke.exmaple", "maximiliane.mustermann@kundenservice.wasserwerke.example"
	})
	meantLong.frame.Focus = present.FocusPassword
	lockedShot := at("locked", locked, nil)
	lockedShot.main = true
	with := func(s *present.SignIn) { s.Code, s.Company = true, "" }
	withCode := at("with-code", nil, with)
	withCode.frame.Focus, withCode.then = present.FocusPassword, typed("correct horse")
	refusedCode := at("with-code-refused", both, with)
	refusedCode.frame.Focus = present.FocusPassword
	first := at("company-only", company, func(s *present.SignIn) { s.CompanyFirst = true })
	genesys := shot{name: "sign-in-elsewhere", frame: present.Frame{Where: globex, Pulse: seen, Focus: present.FocusProblem, Problem: elsewhere, Screen: present.SignIn{Username: "amy@globex.example", Button: "Sign in", Explain: "Continues in your browser.", Company: "Login with Globex"}}}
	forgotten := shot{name: "forgotten", main: true, frame: present.Frame{Where: acme, Pulse: seen, Focus: present.FocusMain, Screen: present.Forgotten{Host: "login.acme.example", Mail: "amy@acme.example"}}}
	regions := shot{name: "regions", frame: present.Frame{Where: globex, Pulse: seen, Focus: present.FocusMain, Screen: present.Choose{
		Title: "Which region is yours?", Explain: "Each region has accounts of its own. It is in the address of your workspace, and your IT knows it.", Back: "Back",
		Ways: []present.Way{{Title: "Americas (US East)", Sub: "login.mypurecloud.com"}, {Title: "Americas (US West)", Sub: "login.usw2.pure.cloud"}, {Title: "EMEA (Dublin)", Sub: "login.mypurecloud.ie"}, {Title: "EMEA (Frankfurt)", Sub: "login.mypurecloud.de"}, {Title: "EMEA (Zurich)", Sub: "login.euc2.pure.cloud"}, {Title: "Asia Pacific (Tokyo)", Sub: "login.mypurecloud.jp"}, {Title: "Asia Pacific (Sydney)", Sub: "login.mypurecloud.com.au"}},
	}}}
	accounts := shot{name: "choose-accounts", frame: present.Frame{Where: acme, Pulse: seen, Focus: present.FocusMain, Screen: present.Choose{Title: "Another way to sign in", Back: "Back", Ways: []present.Way{
		{Use: "browser", Title: "Sign in with the browser", Sub: "On the sign-in page of Acme Contact Center"}, {Use: "account:ben@acme.example", Title: "ben@acme.example", Sub: "Signed in on this computer before"},
	}}}}
	suspect := present.Doubt{
		Why:  "login.acmе.example (really login.xn--acm-hdd.example) has letters of another script that look like those of login.acme.example.",
		Host: letters("login.acmе.example", "е"), Like: letters("login.acme.example", ""), Really: "login.xn--acm-hdd.example", Odd: "The е is Cyrillic.",
	}
	doubt := shot{name: "setup-doubt", main: true, frame: present.Frame{Where: acme, Pulse: seen, Focus: present.FocusMain, Screen: suspect}}
	moved := acme // the settings are what counts, above too
	moved.Host = "login.acrne.example"
	movedTo := suspect
	movedTo.Moved, movedTo.Why, movedTo.Really, movedTo.Odd = true, "Acme Contact Center was signed in to at login.acme.example; the settings now name login.acrne.example.", "", ""
	movedTo.Host = slices.Concat(letters("login.ac", ""), letters("rn", "rn"), letters("e.example", ""))
	movedTo.Like = slices.Concat(letters("login.ac", ""), letters("m", "m"), letters("e.example", ""))
	compare := shot{name: "compare-servers", main: true, frame: present.Frame{Where: moved, Pulse: unseen, Focus: present.FocusMain, Screen: movedTo}}
	changed := problemOf(false, "The server is not the one it was.", "Acme Contact Center was signed in to at login.acme.example; the settings now name login.acrne.example.", "Do not sign in. Ask IT whether the address has changed.", "issuer-changed", present.Compare, "Compare letter by letter")
	near := suspect
	near.Why, near.Host, near.Like, near.Really, near.Odd = "login.mypurec1oud.ie is almost mypurecloud.ie, but not the same.", letters("login.mypurec1oud.ie", "1"), letters("mypurecloud.ie", ""), "", ""
	nearly := shot{name: "setup-doubt-near", frame: present.Frame{Where: acme, Pulse: seen, Focus: present.FocusMain, Screen: near}}
	browsers := shot{name: "browser-others", frame: present.Frame{Where: acme, Pulse: seen, Focus: present.FocusMain, Screen: present.Choose{
		Title: "Open in another browser", Explain: "A private window knows nothing of earlier sign-ins, and has no extensions that could be in the way.", Back: "Back",
		Ways: []present.Way{{Title: "Private window of Firefox", Sub: "Without earlier sign-ins"}, {Title: "Private window of Edge", Sub: "Without earlier sign-ins"}, {Title: "Firefox", Sub: "An ordinary window"}, {Title: "Edge", Sub: "An ordinary window"}},
	}}}
	return []shot{
		doubt, nearly, browsers, compare, at("server-changed", besides(changed), nil),
		unlockedShot, meant, meantLong, at("locked-no-contact", &alone, nil), at("session-ended", sessionEnded, nil),
		lockedShot, at("locked-no-mail", &noMail, nil), at("refused-known", known, nil), at("place", place, nil), first, genesys, at("inactive", inactive, nil), withCode, refusedCode, forgotten, regions, accounts,
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
