package main

import (
	"time"

	"latchkey/internal/ui/present"
)

// healthy are the rows of a computer where all is well.
func healthy() []present.CheckRow {
	row := func(id, title, line, time string) present.CheckRow {
		return present.CheckRow{ID: id, Title: title, Sight: present.Fine, Line: line, Time: time, Facts: []present.Detail{{Name: "Code", Value: "x"}}}
	}
	connect := row("connect", "Connection", "The server answers from both of its addresses.", "52 ms")
	connect.Trips = &present.Trips{Milliseconds: []float64{38, 41, 36, 52, 37}, Caption: "5 tries, 36 to 52 ms"}
	clock := row("clock", "Clock", "This computer's clock agrees with the server.", "412 ms")
	clock.Scale = &present.Scale{Offset: 300 * time.Millisecond, Uncertainty: 200 * time.Millisecond, Tolerated: 30 * time.Second, Caption: "Exact"}
	return []present.CheckRow{
		row("settings", "Settings", "~/.config/latchkey/config.toml is fine.", "2 ms"),
		row("desktop", "This session", "A desktop on this computer.", "< 1 ms"),
		row("network", "Network", "There is a way to the internet, by IPv4 and IPv6.", "3 ms"),
		row("dns", "Name look-up", "login.acme.example is found.", "21 ms"),
		connect,
		row("proxy", "Proxy", "No proxy is used.", "< 1 ms"),
		row("portal", "Network's sign-in page", "No page in between.", "88 ms"),
		row("tls", "Certificate", "Genuine, from Let's Encrypt, valid until 14 February.", "96 ms"),
		row("server", "Sign-in server", "It answers as it should.", "231 ms"),
		clock,
		row("status", "Service status", "The service is fine.", "310 ms"),
		row("keychain", "Keychain", "The keychain is unlocked and keeps what it is given.", "14 ms"),
		row("browser", "Browser", "Firefox opens, and its answer comes back.", "9 ms"),
		row("kept", "Kept session", "Nobody is signed in.", "1 ms"),
		row("program", "This program", "Latchkey 1.0.0; there is room on the disk.", "4 ms"),
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

func diagnosis(name string, s present.Diagnosis) shot {
	if s.Verdict.Sight == present.Blocking {
		s.Rows[0].Fix = "" // the verdict says it
	}
	s.Report = !s.Running
	return shot{name: "diagnosis-" + name, frame: present.Frame{Where: present.Where{Name: acme.Name, Host: acme.Host}, Pulse: seen, Focus: present.FocusMain, Screen: s}}
}

func verdict(s present.Sight, title, text string) present.Verdict {
	return present.Verdict{Sight: s, Title: title, Text: text}
}

// diagnoses are the states of the diagnosis.
func diagnoses() []shot {
	fine := verdict(present.Fine, "Nothing keeps you from signing in", "")
	running := healthy()
	dns := present.CheckRow{
		ID: "dns", Title: "Name look-up", Sight: present.Blocking, Time: "5.0 s", Open: true,
		Line:    "The network's name service does not answer. Two name servers were asked and stayed silent.",
		Fix:     "Reconnect to the network. If it stays, tell IT that the name service is down.",
		Follows: []present.Consequence{{Title: "Connection", Line: "The address is not known."}, {Title: "Certificate", Line: "The server was not reached."}, {Title: "Sign-in server", Line: "The server was not reached."}},
		Facts:   []present.Detail{{Name: "Code", Value: "name-service-dead"}, {Name: "Servers", Value: "2"}, {Name: "Look-up", Value: "5000 ms"}},
	}
	unfolded := dns
	unfolded.Unfolded, unfolded.Detailed = true, true
	clock := present.CheckRow{
		ID: "clock", Title: "Clock", Sight: present.Attention, Time: "412 ms", Open: true,
		Line:  "This computer's clock is 4 min 2 s slow. One-time codes are refused.",
		Fix:   "Set the time of this computer automatically, then try again.",
		Scale: &present.Scale{Offset: 242 * time.Second, Uncertainty: time.Second, Tolerated: 30 * time.Second, Caption: "4 min 2 s slow"},
		Facts: []present.Detail{{Name: "Code", Value: "clock-wrong"}},
	}
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
	tls := present.CheckRow{
		ID: "tls", Title: "Certificate", Sight: present.Blocking, Time: "96 ms", Open: true, Detailed: true,
		Line:  "Zscaler reads this connection. Its certificate is in the server's place, and this computer does not trust it.",
		Fix:   "Ask IT to install the certificate of Zscaler on this computer, or to leave login.acme.example out.",
		Facts: []present.Detail{{Name: "Code", Value: "connection-read"}, {Name: "Product", Value: "Zscaler"}, {Name: "Issuer", Value: "Zscaler Intermediate Root CA"}, {Name: "Valid until", Value: "2027-02-14 09:00:00"}, {Name: "TLS version", Value: "TLS 1.3"}},
	}
	proxy := present.CheckRow{
		ID: "proxy", Title: "Proxy", Sight: present.Blocking, Time: "12 ms", Open: true,
		Line:    "The proxy wants a password. Latchkey uses the proxy that the environment names, and it has no password for it.",
		Fix:     "Ask IT for a proxy that lets login.acme.example through.",
		Trips:   &present.Trips{Milliseconds: []float64{3, 4, 3}, Caption: "3 tries, 3 to 4 ms"},
		Follows: []present.Consequence{{Title: "Certificate", Line: "The server was not reached."}},
		Facts:   []present.Detail{{Name: "Code", Value: "proxy-password"}},
	}
	portal := present.CheckRow{
		ID: "portal", Title: "Network's sign-in page", Sight: present.Blocking, Time: "88 ms", Open: true,
		Line:    "This network wants you to sign in to it first. It leads to wifi.hotel.example.",
		Repairs: []present.RepairButton{{ID: "portal", Title: "Open the network's page"}},
		Follows: []present.Consequence{{Title: "Certificate", Line: "It is not the server's."}, {Title: "Sign-in server", Line: "The server was not reached."}},
		Facts:   []present.Detail{{Name: "Code", Value: "network-page"}},
	}
	offline := present.CheckRow{
		ID: "network", Title: "Network", Sight: present.Blocking, Time: "1 ms", Open: true,
		Line:    "This computer is offline. No network is connected.",
		Fix:     "Connect to a network.",
		Follows: []present.Consequence{{Title: "Name look-up", Line: ""}, {Title: "Connection"}, {Title: "Network's sign-in page"}, {Title: "Certificate"}, {Title: "Sign-in server"}, {Title: "Service status"}},
		Facts:   []present.Detail{{Name: "Code", Value: "offline"}},
	}
	status := present.CheckRow{
		ID: "status", Title: "Service status", Sight: present.Attention, Time: "310 ms", Open: true,
		Line:  "The service reports an outage. Authentication, since 14:05.",
		Fix:   "Wait until it is over. There is nothing to do on this computer.",
		Facts: []present.Detail{{Name: "Code", Value: "service-outage"}},
	}
	settings := present.CheckRow{
		ID: "settings", Title: "Settings", Sight: present.Blocking, Time: "2 ms", Open: true,
		Line:    "The settings file has a mistake. ~/.config/latchkey/config.toml, line 4: organizations.acme.isuer is not known.",
		Fix:     "Correct the line that is named.",
		Repairs: []present.RepairButton{{ID: "reset-settings", Title: "Start with empty settings"}},
		Facts:   []present.Detail{{Name: "Code", Value: "settings-unknown-key"}},
	}
	asking := settings
	asking.Ask = &present.Ask{Repair: "reset-settings", Title: "Start with empty settings", Loses: "The organisations of your settings file have to be set up again. The old file is kept beside the new one."}

	openRows := healthy()
	openRows[4].Open, openRows[4].Detailed = true, true
	openRows[4].Facts = []present.Detail{{Name: "Port", Value: "443"}, {Name: "Outcomes", Value: "answered, answered"}, {Name: "Round trips", Value: "38, 41, 36, 52, 37 ms"}}
	scaleRows := healthy()
	scaleRows[9].Open = true

	main := diagnosis("blocked", present.Diagnosis{Verdict: verdict(present.Blocking, "The network's name service does not answer", "Reconnect to the network. If it stays, tell IT that the name service is down."), Rows: instead(dns, "connect", "tls", "server")})
	main.main = true
	asked := diagnosis("repair", present.Diagnosis{Verdict: verdict(present.Blocking, "The settings file has a mistake", "Correct the line that is named."), Rows: []present.CheckRow{asking, healthy()[1], healthy()[2]}})
	asked.frame.Focus = present.FocusKeep
	page := present.Frame{Where: present.Where{Name: acme.Name, Host: acme.Host}, Pulse: seen, Focus: present.FocusMain, Screen: present.Report{Where: "~/Documents", Text: sample}}
	saved := page
	saved.Screen = present.Report{Where: "~/Documents", Text: sample, Saved: "~/Documents/latchkey-report-2026-11-23.md"}
	return []shot{
		diagnosis("healthy", present.Diagnosis{Verdict: fine, Rows: healthy()}),
		diagnosis("trips", present.Diagnosis{Verdict: fine, Rows: openRows}),
		diagnosis("running", present.Diagnosis{Running: true, Verdict: present.Verdict{Sight: present.Looking, Title: "Looking for what is wrong", Progress: "6 of 15"}, Rows: running[:6], Waiting: "Still looking at: Connection, Network's sign-in page, Certificate, Sign-in server, Clock, Service status, Keychain, Browser"}),
		main,
		diagnosis("unfolded", present.Diagnosis{Verdict: main.frame.Screen.(present.Diagnosis).Verdict, Rows: instead(unfolded, "connect", "tls", "server")}),
		diagnosis("clock", present.Diagnosis{Verdict: verdict(present.Attention, "You can sign in", "This computer's clock is wrong."), Rows: instead(clock)}),
		diagnosis("clock-drift", present.Diagnosis{Verdict: verdict(present.Attention, "You can sign in", "This computer's clock is right now, but runs slow."), Rows: instead(drift)}),
		diagnosis("locked", present.Diagnosis{Verdict: verdict(present.Attention, "You can sign in", "An account that was tried on this computer is locked."), Rows: instead(lock)}),
		diagnosis("ended", present.Diagnosis{Verdict: fine, Rows: ended[10:]}),
		diagnosis("clock-exact", present.Diagnosis{Verdict: fine, Rows: scaleRows[8:]}),
		diagnosis("intercepted", present.Diagnosis{Verdict: verdict(present.Blocking, "Another program reads this connection", "Zscaler is in between. Ask IT to install its certificate on this computer."), Rows: instead(tls, "server")}),
		diagnosis("proxy", present.Diagnosis{Verdict: verdict(present.Blocking, "The proxy wants a password", "Ask IT for a proxy that lets login.acme.example through."), Rows: instead(proxy, "tls")}),
		diagnosis("portal", present.Diagnosis{Verdict: verdict(present.Blocking, "This network wants you to sign in to it first", "Open its page, sign in there, then try again."), Rows: instead(portal, "tls", "server")}),
		diagnosis("offline", present.Diagnosis{Verdict: verdict(present.Blocking, "This computer is offline", "Connect to a network."), Rows: instead(offline, "dns", "connect", "portal", "tls", "server", "status")}),
		diagnosis("outage", present.Diagnosis{Verdict: verdict(present.Attention, "You can sign in", "The service reports an outage."), Rows: instead(status)}),
		diagnosis("stopped", present.Diagnosis{Verdict: verdict(present.NotKnown, "Stopped", "Not everything was looked at."), Rows: healthy()[:6]}),
		asked,
		{name: "report", frame: page},
		{name: "report-saved", frame: saved},
	}
}

const sample = `# Latchkey report

Made 2026-11-23T08:02:11Z by Latchkey 1.0.0 on linux/amd64
for login.acme.example.

**The network's name service does not answer.**

| Check | State | Code | Time |
| --- | --- | --- | --- |
| Settings | ok | | 2 ms |
| Network | ok | | 3 ms |
| Name look-up | problem | name-service-dead | 5000 ms |
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
