package main

import (
	"strings"

	"fyne.io/fyne/v2"

	"latchkey/internal/signin"
	"latchkey/internal/ui"
	"latchkey/internal/ui/present"
)

// shot is one screen in one state.
type shot struct {
	name  string
	frame present.Frame
	main  bool // drawn in every size and contrast
	then  func(fyne.Canvas, *ui.View)
}

var (
	acme   = present.Where{Name: "Acme Contact Center", Host: "login.acme.example", Change: true}
	globex = present.Where{Name: "Globex", Host: "login.euw2.pure.cloud", Change: true}
	seen   = present.Pulse{Service: "Service fine", ServiceSight: present.Fine, Known: true, Connection: "38 ms", ClockKnown: true, Clock: "Clock exact"}
	unseen = present.Pulse{Connection: "Not connected yet", Clock: "Clock unknown"}
	late   = present.Pulse{Service: "Disturbed since 14:05", ServiceSight: present.Attention, Known: true, Connection: "41 ms", ClockKnown: true, ClockOff: true, Clock: "Clock 4 min slow"}
)

func form(change func(*present.SignIn)) present.SignIn {
	s := present.SignIn{Username: "amy@acme.example", Password: true, Button: "Sign in", Company: "Login with Acme", Forgot: true, Ways: true}
	if change != nil {
		change(&s)
	}
	return s
}

func typed(text string) func(fyne.Canvas, *ui.View) {
	return func(c fyne.Canvas, _ *ui.View) {
		for _, r := range text {
			if f := c.Focused(); f != nil {
				f.TypedRune(r)
			}
		}
	}
}

func tabs(n int) func(fyne.Canvas, *ui.View) {
	return func(c fyne.Canvas, _ *ui.View) {
		for range n {
			c.FocusNext()
		}
	}
}

// press presses the focused control after n tabs.
func press(n int) func(fyne.Canvas, *ui.View) {
	return func(c fyne.Canvas, v *ui.View) {
		tabs(n)(c, v)
		c.Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	}
}

func problemOf(soft bool, title, why, fix, code string, action present.Action, button string) *present.Problem {
	return &present.Problem{
		Title: title, Why: why, Fix: fix, Code: code, Soft: soft, Action: action, Button: button, Mark: 1,
		Details: []present.Detail{
			{Name: "Code", Value: code}, {Name: "Organisation", Value: "Acme Contact Center"}, {Name: "Server", Value: "login.acme.example"},
			{Name: "Time", Value: "2026-11-23 08:02:11 +0000"}, {Name: "Latchkey", Value: "1.0.0"},
		},
	}
}

func shots() []shot {
	offline := problemOf(false, "The sign-in server's name is not found.", "The network does not know the address, or you are offline.", "Check the network connection, then try again.", "name-not-found", present.TryAgain, "Try again")
	offline.Checked = true
	looking := *offline
	looking.Looking = true
	wrongCode := problemOf(true, "The code is not right.", "2 tries are left.", "Enter the code your app shows now. If it is refused again, let the phone set its time by itself.", "code-refused", present.OtherWay, "Another way")
	wrongClock := problemOf(true, "The code is not right: this computer's clock is 4 minutes behind.", "One-time codes are good for 30 seconds; this is 8 times that. 2 tries are left.", "Switch on automatic date and time in this computer's settings. If the codes come from your phone, let the phone set its time, too.", "code-refused", present.OtherWay, "Another way")
	wrongClock.Fault, wrongClock.Checked = "The code is not right.", true
	settings := problemOf(false, "The settings file has a mistake.", "~/.config/latchkey/config.toml, line 4: organizations.acme.isuer is not known. Did you mean issuer?", "Correct the line that is named.", "settings-unknown-key", present.ReadAgain, "Read again")

	explained := problemOf(false, "This network wants you to sign in to it first.", "It leads to wifi.hotel.example.", "Open its page, sign in there, then try again.", "network-page", present.OpenPortal, "Open its page")
	explained.Checked = true
	back := &present.Problem{Title: "The connection is back.", Fix: "Go on where you were.", Good: true, Soft: true, Mark: 1}

	list := []shot{
		{name: "sign-in-empty", main: true, frame: present.Frame{Where: acme, Pulse: unseen, Focus: present.FocusUsername, Screen: form(func(s *present.SignIn) { s.Username = ""; s.Forgot = false; s.Ways = false })}},
		{name: "sign-in-remembered", frame: present.Frame{Where: acme, Pulse: seen, Focus: present.FocusPassword, Screen: form(nil)}},
		{name: "sign-in-typed", main: true, frame: present.Frame{Where: acme, Pulse: seen, Focus: present.FocusPassword, Screen: form(nil)}, then: typed("correct horse")},
		{name: "sign-in-caps-lock", frame: present.Frame{Where: acme, Pulse: seen, Focus: present.FocusPassword, Screen: form(nil)}, then: typed("CORRECT")},
		{name: "sign-in-shown", frame: present.Frame{Where: acme, Pulse: seen, Focus: present.FocusPassword, Screen: form(nil)}, then: func(c fyne.Canvas, v *ui.View) { typed("correct horse")(c, v); press(1)(c, v) }},
		{name: "sign-in-focus-button", frame: present.Frame{Where: acme, Pulse: seen, Focus: present.FocusMain, Screen: form(nil)}},
		{name: "sign-in-focus-company", frame: present.Frame{Where: acme, Pulse: seen, Focus: present.FocusMain, Screen: form(nil)}, then: tabs(1)},
		{name: "sign-in-busy", frame: present.Frame{Where: acme, Pulse: seen, Focus: present.FocusNone, Screen: form(func(s *present.SignIn) { s.Busy = present.Busy{What: "Checking your password"} })}},
		{name: "sign-in-slow", frame: present.Frame{Where: acme, Pulse: seen, Focus: present.FocusNone, Screen: form(func(s *present.SignIn) { s.Busy = present.Busy{What: "Checking your password"}; s.Slow = true })}},
		{name: "sign-in-busy-company", frame: present.Frame{Where: acme, Pulse: seen, Focus: present.FocusNone, Screen: form(func(s *present.SignIn) { s.Busy = present.Busy{What: "Opening the browser", On: "company"} })}},
		{name: "sign-in-offline", frame: present.Frame{Where: acme, Pulse: unseen, Problem: offline, Focus: present.FocusProblem, Screen: form(func(s *present.SignIn) { s.Forgot = false; s.Ways = false })}},
		{name: "sign-in-looking", frame: present.Frame{Where: acme, Pulse: unseen, Problem: &looking, Focus: present.FocusProblem, Screen: form(nil)}},
		{name: "sign-in-explained", frame: present.Frame{Where: acme, Pulse: seen, Problem: explained, Focus: present.FocusPassword, Screen: form(nil)}},
		{name: "sign-in-back", frame: present.Frame{Where: acme, Pulse: seen, Problem: back, Focus: present.FocusPassword, Screen: form(nil)}},
		{name: "sign-in-details", frame: present.Frame{Where: acme, Pulse: unseen, Problem: offline, Focus: present.FocusProblem, Screen: form(nil)}, then: press(3)},
		{name: "sign-in-signed-out", frame: present.Frame{Where: acme, Pulse: seen, Notice: &present.Notice{Title: "Signed out", Text: "What was kept on this computer is deleted.", Good: true}, Focus: present.FocusPassword, Screen: form(nil)}},
		{name: "sign-in-no-keychain", frame: present.Frame{Where: acme, Pulse: seen, Notice: &present.Notice{Title: "There is no keychain on this computer.", Text: "You can sign in, but will have to again after closing."}, Focus: present.FocusPassword, Screen: form(nil)}},
		{name: "sign-in-genesys", main: true, frame: present.Frame{Where: globex, Pulse: unseen, Focus: present.FocusUsername, Screen: present.SignIn{Button: "Sign in", Explain: "Continues in your browser.", Company: "Login with Globex"}}},
		{name: "sign-in-long-names", frame: present.Frame{Where: present.Where{Name: "Vereinigte Wasserwerke und Entsorgungsbetriebe Niedersachsen-Mitte", Host: "login.kundenservice.vereinigte-wasserwerke.example:8443", Change: true}, Pulse: late, Focus: present.FocusUsername, Screen: form(func(s *present.SignIn) { s.Username = ""; s.Company = "Login with Wasserwerke" })}},

		{name: "code", main: true, frame: present.Frame{Where: acme, Pulse: seen, Focus: present.FocusCode, Screen: present.Code{Title: "Enter your code", Explain: "From your authenticator app.", Digits: 6, Ways: true}}, then: typed("4829")},
		{name: "code-empty", frame: present.Frame{Where: acme, Pulse: seen, Focus: present.FocusCode, Screen: present.Code{Title: "Enter your code", Explain: "It was sent as a text message to +49 … 12.", Digits: 6, Ways: true}}},
		{name: "code-busy", frame: present.Frame{Where: acme, Pulse: seen, Focus: present.FocusNone, Screen: present.Code{Title: "Enter your code", Explain: "From your authenticator app.", Digits: 6, Busy: present.Busy{What: "Checking the code"}}}},
		{name: "code-refused", frame: present.Frame{Where: acme, Pulse: late, Problem: wrongCode, Focus: present.FocusCode, Screen: present.Code{Title: "Enter your code", Explain: "From your authenticator app.", Digits: 6, Ways: true}}},
		{name: "code-refused-clock", frame: present.Frame{Where: acme, Pulse: late, Problem: wrongClock, Focus: present.FocusCode, Screen: present.Code{Title: "Enter your code", Explain: "From your authenticator app.", Digits: 6, Ways: true}}},
		{name: "code-letters", frame: present.Frame{Where: acme, Pulse: seen, Focus: present.FocusCode, Screen: present.Code{Title: "Enter your code", Explain: "From your authenticator app.", Digits: 6, Ways: true}}, then: typed("48a")},

		{name: "confirm", frame: present.Frame{Where: acme, Pulse: seen, Screen: present.Choose{Title: "Is this you?", Explain: "You asked to sign in as amy@acme.example, and the browser is signed in as ben@acme.example. Go on only if that is you.", Back: "Cancel", Ways: []present.Way{{Use: "continue", Title: "Go on as ben@acme.example", Sub: "This account is mine"}, {Use: "browser", Title: "Use another account", Sub: "The sign-in page asks who you are"}}}}},
		{name: "choose-busy", frame: present.Frame{Where: acme, Pulse: seen, Focus: present.FocusNone, Screen: present.Choose{Title: "Another way to sign in", Back: "Back", Busy: present.Busy{What: "One moment", On: "device"}, Ways: []present.Way{
			{Use: "browser", Title: "Sign in with the browser", Sub: "On the sign-in page of Acme Contact Center"}, {Use: "device", Title: "Use another device", Sub: "Enter a short code on a phone or another computer"},
		}}}},

		{name: "browser-opening", frame: present.Frame{Where: acme, Pulse: seen, Focus: present.FocusMain, Screen: present.Browser{Host: acme.Host, Link: link, Stage: signin.Opening, Ways: true}}},
		{name: "browser-reached", main: true, frame: present.Frame{Where: acme, Pulse: seen, Focus: present.FocusMain, Screen: present.Browser{Host: acme.Host, Link: link, Stage: signin.Reached, Ways: true, Others: true}}},
		{name: "browser-returned", frame: present.Frame{Where: acme, Pulse: seen, Focus: present.FocusNone, Screen: present.Browser{Host: acme.Host, Link: link, Stage: signin.Returned, Busy: true, Ways: true}}},
		{name: "browser-not-opened", frame: present.Frame{Where: acme, Pulse: seen, Focus: present.FocusMain, Screen: present.Browser{Host: acme.Host, Link: link, Stage: signin.Opening, Ways: true, Hint: "The browser has not shown up on this computer. Open it again, or copy the link into a browser you trust."}}},
		{name: "browser-help", frame: present.Frame{Where: acme, Pulse: seen, Focus: present.FocusMain, Screen: present.Browser{Host: acme.Host, Link: link, Stage: signin.Reached, Ways: true, Others: true, Copied: true, Help: true, Left: "1:48 left", Hint: "The page has not come back yet. Take your time. If it hangs, try a private window of another browser. If it shows an error about the app, tell IT: the client ID or the address it returns to may be wrong."}}},
		{name: "browser-paste", frame: present.Frame{Where: acme, Pulse: seen, Focus: present.FocusMain, Screen: present.Browser{Host: acme.Host, Link: link, Stage: signin.Reached, Ways: true, Others: true}}, then: press(5)},
		{name: "browser-paste-refused", frame: present.Frame{Where: acme, Pulse: seen, Focus: present.FocusMain, Screen: present.Browser{Host: acme.Host, Link: link, Stage: signin.Reached, Ways: true, Others: true, Fault: "This address does not belong to this sign-in. Copy the whole address the browser ended on."}}, then: press(5)},
		{name: "browser-problem", frame: present.Frame{Where: acme, Pulse: seen, Focus: present.FocusProblem, Problem: problemOf(true, "The browser did not open.", "", "Copy the link and open it yourself.", "browser-not-opened", present.NoAction, ""), Screen: present.Browser{Host: acme.Host, Link: link, Stage: signin.Opening, Closed: true, Ways: true}}},
		{name: "browser-company", frame: present.Frame{Where: acme, Pulse: seen, Focus: present.FocusProblem, Problem: problemOf(true, "The browser did not open.", "", "Copy the link and open it yourself.", "browser-not-opened", present.NoAction, ""), Screen: present.Browser{Host: acme.Host, Why: "Your organisation lets people in through its own sign-in page only.", Link: link, Stage: signin.Opening, Closed: true, Ways: true, Others: true}}},

		{name: "device", main: true, frame: present.Frame{Where: acme, Pulse: seen, Focus: present.FocusMain, Screen: present.Device{Code: "WDJB-MJHT", Link: "https://login.acme.example/device", Complete: "https://login.acme.example/device?user_code=WDJB-MJHT", Left: "9:42", Ways: true}}},

		{name: "signed-in", main: true, frame: present.Frame{Where: acme, Pulse: seen, Focus: present.FocusMain, Screen: present.SignedIn{Name: "Amy Agent", Username: "amy@acme.example", Org: "Acme Contact Center", Host: acme.Host, Until: "until 18:40", Workspace: true}}},
		{name: "signed-in-renewable", frame: present.Frame{Where: acme, Pulse: seen, Focus: present.FocusNone, Screen: present.SignedIn{Name: "Amy Agent", Username: "amy@acme.example", Org: "Acme Contact Center", Host: acme.Host, Until: "until 18:40, then renewed by itself", Workspace: true}}},
		{name: "signed-in-not-kept", frame: present.Frame{Where: acme, Pulse: seen, Focus: present.FocusNone, Notice: &present.Notice{Title: "Not kept on this computer", Text: "There is no keychain on this computer. You will have to sign in again after closing Latchkey."}, Screen: present.SignedIn{Name: "Amy Agent", Username: "amy@acme.example", Org: "Acme Contact Center", Host: acme.Host, Until: "until 18:40", Workspace: true}}},
		{name: "signed-in-signing-out", frame: present.Frame{Where: acme, Pulse: seen, Focus: present.FocusNone, Screen: present.SignedIn{Name: "Amy Agent", Username: "amy@acme.example", Org: "Acme Contact Center", Host: acme.Host, Until: "until 18:40", Workspace: true, Busy: present.Busy{What: "Signing out", On: "out"}}}},

		{name: "restoring", main: true, frame: present.Frame{Where: acme, Pulse: unseen, Focus: present.FocusMain, Screen: present.Restoring{Name: "Amy Agent"}}},
		{name: "restoring-slow", frame: present.Frame{Where: acme, Pulse: unseen, Focus: present.FocusMain, Screen: present.Restoring{Name: "Amy Agent", Slow: true}}},

		{name: "setup-first", main: true, frame: present.Frame{Where: present.Where{Name: "Latchkey", Host: "not set up yet"}, Pulse: unseen, Focus: present.FocusPlace, Screen: present.Setup{First: true}}},
		{name: "setup-region", frame: present.Frame{Where: acme, Pulse: unseen, Focus: present.FocusPlace, Screen: present.Setup{Found: "EMEA (London)", Host: "login.euw2.pure.cloud", Genesys: true}}, then: typed("euw2")},
		{name: "setup-known", frame: present.Frame{Where: acme, Pulse: unseen, Focus: present.FocusPlace, Screen: present.Setup{Found: "Acme", Host: "login.acme.example", Known: "Acme Contact Center"}}, then: typed("login.acme.example")},
		{name: "setup-fault", frame: present.Frame{Where: present.Where{Name: "Latchkey", Host: "not set up yet"}, Pulse: unseen, Focus: present.FocusClient, Screen: present.Setup{First: true, Found: "Acme", Host: "login.acme.example", Fault: present.FocusClient, Why: "Enter the client ID. IT gets it when they register Latchkey at the server."}}},
		{name: "organisations", frame: present.Frame{Where: acme, Pulse: seen, Focus: present.FocusMain, Screen: present.Orgs{Add: true, Rows: []present.OrgRow{
			{ID: "acme", Name: "Acme Contact Center", Sub: "Signed in as Amy Agent", Current: true}, {ID: "globex", Name: "Globex", Sub: "login.euw2.pure.cloud"},
		}}}},
		{name: "settings-mistake", frame: present.Frame{Where: present.Where{Name: "Latchkey"}, Pulse: unseen, Problem: settings, Focus: present.FocusProblem, Screen: present.Waiting{}}},
	}
	list = append(list, refusals()...)
	list = append(list, attempts()...)
	list = append(list, factors()...)
	list = append(list, signedIn()...)
	list = append(list, diagnoses()...)
	for _, s := range list {
		if strings.TrimSpace(s.name) == "" {
			panic("a shot without a name")
		}
	}
	return list
}

const link = "http://127.0.0.1:43127/go/5mXw2Yc0"
