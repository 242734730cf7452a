package main

import "latchkey/internal/ui/present"

// signedIn are the states after a sign-in.
func signedIn() []shot {
	at := func(name string, focus present.Focus, s present.Screen) shot {
		return shot{name: name, frame: present.Frame{Where: acme, Pulse: seen, Focus: focus, Screen: s}}
	}
	who := present.SignedIn{Name: "Amy Agent", Username: "amy@acme.example", Org: "Acme Contact Center", Host: acme.Host, Until: "until 18:40", Workspace: true}
	last, advised := who, who
	last.Last = "Last sign-in: today 08:12, in the browser, from 203.0.113.7"
	advised.Last, advised.TwoStep = "Last sign-in: yesterday 17:03, by password, on this computer", true
	before := present.Suspicion{Last: last.Last}
	busy, after := before, before
	busy.Busy = present.Busy{What: "Signing out everywhere"}
	after.Done, after.Title, after.Text = true, "Signed out", "What was signed in from here is ended. Now set a new password, and tell IT what you saw."
	after.Contact, after.Forgot = "Write to IT", true
	after.Message = "A sign-in to my account was not me.\n\nAccount: amy@acme.example\nName: Amy Agent\nOrganisation: Acme Contact Center\nServer: login.acme.example\n\nThe sign-in: 2026-11-23 08:12:00 UTC\nHow: browser\nFrom: 203.0.113.7\nTold by: the server\nNoticed: 2026-11-23 08:14:31 UTC\n\nEnded here: Acme Contact Center (login.acme.example): signed out, the server was told\nSessions on other computers cannot be ended from here. Please end all sessions of this account, and have its password changed.\n\nLatchkey: 1.0.0\n"
	main := at("signed-in-last", present.FocusMain, last)
	main.main = true
	confirm := at("suspicion", present.FocusKeep, before)
	confirm.main = true
	fresh := present.News{Version: "1.2.0", Own: "1.0.0", Page: "https://downloads.acme.example", Notes: []string{"Signs in faster where the network is slow.", "Says which browser it opened.", "The report has the time zone in it."}}
	told, form := main, at("sign-in-news", present.FocusPassword, form(nil))
	told.name, told.main, told.frame.News, form.frame.News = "signed-in-news", false, &fresh, &fresh
	return []shot{told, form, at("news", present.FocusMain, fresh), main, at("signed-in-two-step", present.FocusMain, advised), confirm, at("suspicion-busy", present.FocusNone, busy), at("suspicion-done", present.FocusMain, after)}
}
