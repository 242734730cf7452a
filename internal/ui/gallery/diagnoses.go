package main

import (
	"strings"
	"time"

	"latchkey/internal/diagnose"
	"latchkey/internal/problem"
	"latchkey/internal/ui/present"
)

// healthy are the rows of a computer where all is well.
func healthy() []present.CheckRow {
	well := func(id, title, line, time string) present.CheckRow {
		return present.CheckRow{ID: id, Title: title, Sight: present.Fine, Line: line, Time: time, Facts: []present.Detail{{Name: "Code", Value: "x"}}}
	}
	connect := well("connect", "Connection", "Connects in 36 ms (5 tries, up to 52 ms).", "52 ms")
	connect.Trips = &present.Trips{Milliseconds: []float64{38, 41, 36, 52, 37}, Caption: "5 tries, 36 to 52 ms"}
	clock := well("clock", "Clock", "The clock is right, within 0.5 seconds.", "412 ms")
	clock.Scale = &present.Scale{Offset: 300 * time.Millisecond, Uncertainty: 200 * time.Millisecond, Tolerated: 30 * time.Second, Caption: "Exact"}
	return []present.CheckRow{
		well("settings", "Settings", "The settings can be used.", "2 ms"),
		well("desktop", "This desktop", "You work at this computer's own desktop.", "< 1 ms"),
		well("network", "Network", "Connected.", "3 ms"),
		well("dns", "Name lookup", "Found in 21 ms.", "21 ms"),
		connect,
		well("proxy", "Proxy", "No proxy.", "< 1 ms"),
		well("portal", "Network's sign-in page", "No page in between.", "88 ms"),
		well("tls", "Secure connection", "Valid until 14 February 2027, issued by Let's Encrypt.", "96 ms"),
		well("server", "Sign-in server", "The sign-in server answers as it should.", "231 ms"),
		clock,
		well("status", "Service status", "The service is fine.", "310 ms"),
		well("keychain", "Keychain", "The keychain is unlocked and keeps what it is given.", "14 ms"),
		well("browser", "Browser", "There is a browser, and what it sends to Latchkey arrives.", "9 ms"),
		well("kept", "Kept session", "Nobody is signed in.", "1 ms"),
		well("program", "This program", "Latchkey 1.0.0. Its files are in order.", "4 ms"),
	}
}

// instead returns the healthy rows with one that is not, in front, without those that follow from it.
func instead(bad present.CheckRow, without ...string) []present.CheckRow {
	rows := []present.CheckRow{bad}
	for _, r := range healthy() {
		keep := r.ID != bad.ID
		for _, id := range without {
			keep = keep && r.ID != id
		}
		if keep {
			rows = append(rows, r)
		}
	}
	return rows
}

// The lines at the bottom, as the same facts have them.
var (
	lost    = present.Pulse{Service: "Service fine", ServiceSight: present.Fine, Lost: true, Connection: "No answer", Clock: "Clock unknown"}
	unheard = present.Pulse{Service: "Service unknown", Lost: true, Connection: "No answer", Clock: "Clock unknown"}
	slow2   = present.Pulse{Service: "Service fine", ServiceSight: present.Fine, Known: true, Connection: "41 ms", ClockKnown: true, Clock: "Clock 2 s slow"}
	slow4   = present.Pulse{Service: "Service fine", ServiceSight: present.Fine, Known: true, Connection: "41 ms", ClockKnown: true, ClockOff: true, Clock: "Clock 4 min slow"}
	down    = present.Pulse{Service: "Outage since 14:05", ServiceSight: present.Blocking, Known: true, Connection: "41 ms", ClockKnown: true, Clock: "Clock exact"}
)

func diagnosis(name string, s present.Diagnosis) shot { return diagnosisAt(seen, name, s) }

func diagnosisAt(pulse present.Pulse, name string, s present.Diagnosis) shot {
	if s.Verdict.Sight == present.Blocking {
		s.Rows[0].Fix = "" // the verdict says it
	}
	s.Report = !s.Running
	return shot{name: "diagnosis-" + name, frame: present.Frame{Where: present.Where{Name: acme.Name, Host: acme.Host}, Pulse: pulse, Focus: present.FocusMain, Screen: s}}
}

// row is what a check that found this looks like: in the words that the checks use.
func row(id, title, time string, sight present.Sight, p *problem.Problem, more func(*present.CheckRow)) present.CheckRow {
	f := diagnose.Found(diagnose.Problem, p)
	r := present.CheckRow{ID: id, Title: title, Sight: sight, Time: time, Open: true, Line: f.Line(), Fix: f.Fix, Facts: []present.Detail{{Name: "Code", Value: string(f.Code)}}}
	if more != nil {
		more(&r)
	}
	return r
}

// blocked is the verdict where this keeps people out; may is that where it does not.
func blocked(p *problem.Problem) present.Verdict {
	return verdict(present.Blocking, strings.TrimSuffix(p.Title, "."), strings.TrimSpace(p.Why+" "+p.Fix))
}

func may(p *problem.Problem) present.Verdict {
	return verdict(present.Attention, "You can sign in", p.Title)
}

func verdict(s present.Sight, title, text string) present.Verdict {
	return present.Verdict{Sight: s, Title: title, Text: text}
}

// diagnoses are the states of the diagnosis.
func diagnoses() []shot {
	fine := verdict(present.Fine, "Nothing keeps you from signing in", "")
	running := healthy()
	dead := problem.New(problem.NameServiceDead, problem.Because("It does not answer."))
	dns := row("dns", "Name lookup", "5.0 s", present.Blocking, dead, func(r *present.CheckRow) {
		r.Follows = []present.Consequence{{Title: "Connection", Line: "Its name cannot be looked up."}, {Title: "Secure connection", Line: "Its name cannot be looked up."}, {Title: "Sign-in server", Line: "Its name cannot be looked up."}}
		r.Facts = append(r.Facts, present.Detail{Name: "Servers", Value: "2"}, present.Detail{Name: "Look-up", Value: "5000 ms"})
	})
	unfolded := dns
	unfolded.Unfolded, unfolded.Detailed = true, true
	behind := problem.New(problem.ClockWrong, problem.Titled("This computer's clock is 4 minutes behind."), problem.Because("One-time codes are good for 30 seconds; this is 8 times that."))
	clock := row("clock", "Clock", "412 ms", present.Attention, behind, func(r *present.CheckRow) {
		r.Scale = &present.Scale{Offset: 242 * time.Second, Uncertainty: time.Second, Tolerated: 30 * time.Second, Caption: "4 min 2 s slow"}
	})
	drift := clock
	drift.Line = "It loses 43 s a day, give or take 3 s. Between 09:12 and 09:13 it was set forward by 4 min. Within a day it is too far off for one-time codes."
	drift.Fix = "Switch on automatic date and time in this computer's settings."
	drift.Scale, drift.Detailed = &present.Scale{Offset: 2 * time.Second, Uncertainty: time.Second, Tolerated: 30 * time.Second, Caption: "2 s slow, give or take 1 s"}, true
	drift.Facts = []present.Detail{{Name: "Code", Value: "clock-unsteady"}, {Name: "Offset", Value: "2000 ms"}, {Name: "Watched", Value: "3 h 20 min"}, {Name: "Drift", Value: "loses 43 s a day, give or take 3 s"}, {Name: "Drift rate", Value: "498 ppm"}, {Name: "Drift rate, ±", Value: "35 ppm"}, {Name: "Last jump", Value: "4 min"}, {Name: "Last jump ago", Value: "1 h 5 min"}, {Name: "Last jump here", Value: "yes"}}
	lock := present.CheckRow{
		ID: "kept", Title: "Kept session", Sight: present.Attention, Time: "1 ms", Open: true,
		Line:  "An account that was tried on this computer is locked. Until 08:17.",
		Fix:   "Wait, or ask your administrator to lift it. Another account can sign in meanwhile.",
		Facts: []present.Detail{{Name: "Code", Value: "account-locked"}},
	}
	ended := healthy()
	for i := range ended {
		if ended[i].ID == "kept" {
			ended[i].Line, ended[i].Open, ended[i].Detailed = "Nobody is signed in. The server ended the last session at 09:00: it was signed out elsewhere, or has run out.", true, true
			ended[i].Facts = []present.Detail{{Name: "Signed in", Value: "no"}, {Name: "Ended by server", Value: "2026-11-23 09:00:00"}}
		}
	}
	read := problem.New(problem.TLSIntercepted, problem.Titled("Zscaler reads the connection to the server."), problem.Because("This computer does not trust it."),
		problem.Do("Do not enter your password. Tell IT that this computer does not know the certificate of Zscaler."))
	tls := row("tls", "Secure connection", "96 ms", present.Blocking, read, func(r *present.CheckRow) {
		r.Detailed = true
		r.Facts = append(r.Facts, present.Detail{Name: "Product", Value: "Zscaler"}, present.Detail{Name: "Issuer", Value: "Zscaler Intermediate Root CA"}, present.Detail{Name: "Valid until", Value: "2027-02-14 09:00:00"}, present.Detail{Name: "TLS version", Value: "TLS 1.3"})
	})
	wants := problem.New(problem.ProxyPassword, problem.Because("It is proxy.acme.example:3128, named by HTTPS_PROXY in the environment."))
	proxy := row("proxy", "Proxy", "12 ms", present.Blocking, wants, func(r *present.CheckRow) {
		r.Trips = &present.Trips{Milliseconds: []float64{3, 4, 3}, Caption: "3 tries, 3 to 4 ms"}
		r.Follows = []present.Consequence{{Title: "Secure connection", Line: "The proxy does not let the connection through."}, {Title: "Sign-in server", Line: "The proxy does not let the connection through."}}
	})
	hotel := problem.New(problem.NetworkPage, problem.Because("The network leads to wifi.hotel.example."))
	portal := row("portal", "Network's sign-in page", "88 ms", present.Blocking, hotel, func(r *present.CheckRow) {
		r.Repairs = []present.RepairButton{{ID: "portal", Title: "Open the network's page"}}
		r.Follows = []present.Consequence{{Title: "Secure connection", Line: "It is not the server's."}, {Title: "Sign-in server", Line: "The connection is not secure."}}
	})
	unplugged := problem.New(problem.Offline, problem.Because("No network is connected."))
	offline := row("network", "Network", "1 ms", present.Blocking, unplugged, func(r *present.CheckRow) {
		r.Follows = []present.Consequence{{Title: "Name lookup"}, {Title: "Connection"}, {Title: "Network's sign-in page"}, {Title: "Secure connection"}, {Title: "Sign-in server"}, {Title: "Service status"}}
	})
	outage := problem.New(problem.ServiceOutage, problem.Because("Authentication, since 14:05."),
		problem.Do("If signing in fails, wait until this is over, then try again. What is named may not work meanwhile."))
	status := row("status", "Service status", "310 ms", present.Attention, outage, nil)
	mistake := problem.New(problem.SettingsUnknownKey, problem.Because("~/.config/latchkey/config.toml, line 4: organizations.acme.isuer is not a setting."), problem.Do("Did you mean issuer?"))
	settings := row("settings", "Settings", "2 ms", present.Blocking, mistake, func(r *present.CheckRow) {
		r.Repairs = []present.RepairButton{{ID: "reset-settings", Title: "Start with empty settings"}}
	})
	asking := settings
	asking.Ask = &present.Ask{Repair: "reset-settings", Title: "Start with empty settings", Loses: "The organisations of your settings file have to be set up again. The old file is kept beside the new one."}

	openRows := healthy()
	openRows[4].Open, openRows[4].Detailed = true, true
	openRows[4].Facts = []present.Detail{{Name: "Port", Value: "443"}, {Name: "Outcomes", Value: "answered, answered"}, {Name: "Round trips", Value: "38, 41, 36, 52, 37 ms"}}
	scaleRows := healthy()
	scaleRows[9].Open = true

	main := diagnosisAt(unheard, "blocked", present.Diagnosis{Verdict: blocked(dead), Rows: instead(dns, "connect", "portal", "tls", "server", "clock", "status")})
	main.main = true
	asked := diagnosisAt(unseen, "repair", present.Diagnosis{Verdict: blocked(mistake), Rows: []present.CheckRow{asking, healthy()[1], healthy()[2]}})
	asked.frame.Focus = present.FocusKeep
	page := present.Frame{Where: present.Where{Name: acme.Name, Host: acme.Host}, Pulse: unheard, Focus: present.FocusMain, Screen: present.Report{Where: "~/Documents", Text: sample}}
	saved := page
	saved.Screen = present.Report{Where: "~/Documents", Text: sample, Saved: "~/Documents/latchkey-report-2026-11-23.md"}
	return []shot{
		diagnosis("healthy", present.Diagnosis{Verdict: fine, Rows: healthy()}),
		diagnosis("trips", present.Diagnosis{Verdict: fine, Rows: openRows}),
		diagnosis("running", present.Diagnosis{Running: true, Verdict: present.Verdict{Sight: present.Looking, Title: "Looking for what is wrong", Progress: "6 of 15"}, Rows: running[:6], Waiting: "Still looking at: Network's sign-in page, Secure connection, Sign-in server, Clock, Service status, Keychain, Browser, Kept session, This program"}),
		main,
		diagnosisAt(unheard, "unfolded", present.Diagnosis{Verdict: blocked(dead), Rows: instead(unfolded, "connect", "portal", "tls", "server", "clock", "status")}),
		diagnosisAt(slow4, "clock", present.Diagnosis{Verdict: may(behind), Rows: instead(clock)}),
		diagnosisAt(slow2, "clock-drift", present.Diagnosis{Verdict: verdict(present.Attention, "You can sign in", "This computer's clock is right now, but runs slow."), Rows: instead(drift)}),
		diagnosis("locked", present.Diagnosis{Verdict: verdict(present.Attention, "You can sign in", "An account that was tried on this computer is locked."), Rows: instead(lock)}),
		diagnosis("ended", present.Diagnosis{Verdict: fine, Rows: ended[10:]}),
		diagnosis("clock-exact", present.Diagnosis{Verdict: fine, Rows: scaleRows[8:]}),
		diagnosisAt(lost, "intercepted", present.Diagnosis{Verdict: blocked(read), Rows: instead(tls, "server", "clock")}),
		diagnosisAt(unheard, "proxy", present.Diagnosis{Verdict: blocked(wants), Rows: instead(proxy, "dns", "connect", "portal", "tls", "server", "clock", "status")}),
		diagnosisAt(unheard, "portal", present.Diagnosis{Verdict: blocked(hotel), Rows: instead(portal, "connect", "tls", "server", "clock", "status")}),
		diagnosisAt(unheard, "offline", present.Diagnosis{Verdict: blocked(unplugged), Rows: instead(offline, "dns", "connect", "portal", "tls", "server", "clock", "status")}),
		diagnosisAt(down, "outage", present.Diagnosis{Verdict: may(outage), Rows: instead(status)}),
		diagnosis("stopped", present.Diagnosis{Verdict: verdict(present.NotKnown, "Stopped", "Not everything was looked at."), Rows: healthy()[:6]}),
		asked,
		{name: "report", frame: page},
		{name: "report-saved", frame: saved},
	}
}

const sample = `# Latchkey report

Made 2026-11-23T08:02:11Z by Latchkey 1.0.0 on linux/amd64
for login.acme.example.

**The network's name service does not work.**

| Check | State | Code | Time |
| --- | --- | --- | --- |
| Settings | ok | | 2 ms |
| Network | ok | | 3 ms |
| Name lookup | problem | name-service-dead | 5000 ms |
| Connection | skipped: dns | | 0 ms |
| Certificate | skipped: dns | | 0 ms |

` + "```json" + `
{
  "report": 1,
  "made": "2026-11-23T08:02:11Z",
  "verdict": "blocked",
  "checks": [
    {"id": "dns", "state": "problem",
     "code": "name-service-dead"}
  ]
}
` + "```" + `
`
