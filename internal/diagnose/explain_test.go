package diagnose_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"latchkey/internal/diagnose"
	"latchkey/internal/problem"
)

// graph is the checks as they depend on each other; findings say what each finds, the rest is fine.
func graph(findings map[string]diagnose.Finding) []diagnose.Check {
	after := map[string][]string{
		"settings": nil, "desktop": nil, "network": nil, "proxy": {"network"}, "dns": {"network"}, "portal": {"network"},
		"connect": {"dns", "portal"}, "tls": {"connect", "portal"}, "server": {"tls", "settings"}, "clock": nil, "status": nil,
		"keychain": nil, "browser": nil, "kept": nil, "program": nil, "api": {"server"},
	}
	var all []diagnose.Check
	for _, id := range []string{"settings", "desktop", "network", "proxy", "dns", "portal", "connect", "tls", "server", "clock", "status", "keychain", "browser", "kept", "program", "api"} {
		f, ok := findings[id]
		if !ok {
			f = diagnose.Good("fine")
		}
		all = append(all, diagnose.Check{ID: id, After: after[id], Blocks: true, Run: func(context.Context) diagnose.Finding { return f }})
	}
	return all
}

func found(code problem.Code, options ...problem.Option) diagnose.Finding {
	return diagnose.Found(diagnose.Problem, problem.New(code, options...))
}

// harmless keeps nobody out.
func harmless(f diagnose.Finding) diagnose.Finding {
	f.Harmless = true
	return f
}

func warned(code problem.Code, options ...problem.Option) diagnose.Finding {
	return diagnose.Found(diagnose.Warning, problem.New(code, options...))
}

func TestExplain(t *testing.T) {
	slow := diagnose.Finding{State: diagnose.Warning, Code: problem.ClockWrong, What: "This computer's clock is 4 min 12 s behind the server's.",
		Fix: "Set this computer's clock."}
	for name, c := range map[string]struct {
		p             *problem.Problem
		findings      map[string]diagnose.Finding
		code          problem.Code
		title, why, f string
	}{
		"a refused code and a slow clock become one sentence": {
			problem.New(problem.CodeRefused), map[string]diagnose.Finding{"clock": slow},
			problem.CodeRefused, "The code is not right: this computer's clock is 4 min 12 s behind the server's.", "",
			"Set this computer's clock. If the codes come from your phone, let the phone set its time, too.",
		},
		"a title that has a point in it stays whole": {
			problem.New(problem.TLSUntrusted), map[string]diagnose.Finding{"tls": found(problem.TLSIntercepted,
				problem.Titled("Dr. Web reads the connection to the server."), problem.Because("This computer does not trust it."))},
			problem.TLSIntercepted, "Dr. Web reads the connection to the server.", "This computer does not trust it.", "",
		},
		"what is known stays in front": {
			problem.New(problem.CodeRefused, problem.Because("Two tries are left.")), map[string]diagnose.Finding{"clock": slow},
			problem.CodeRefused, "The code is not right: this computer's clock is 4 min 12 s behind the server's.", "Two tries are left.",
			"Set this computer's clock. If the codes come from your phone, let the phone set its time, too.",
		},
		"what the clock does to codes stays behind": {
			problem.New(problem.CodeRefused), map[string]diagnose.Finding{"clock": found(problem.ClockWrong,
				problem.Titled("This computer's clock is 4 minutes behind."), problem.Because("One-time codes are good for 30 seconds; this is 8 times that."))},
			problem.CodeRefused, "The code is not right: this computer's clock is 4 minutes behind.", "One-time codes are good for 30 seconds; this is 8 times that.", "",
		},
		"an answer that cannot be trusted yet": {
			problem.New(problem.IDTokenInvalid), map[string]diagnose.Finding{"clock": slow},
			problem.IDTokenInvalid, strings.TrimSuffix(problem.New(problem.IDTokenInvalid).Title, ".") + ": this computer's clock is 4 min 12 s behind the server's.", "", "",
		},
		"a time server that lies refuses no code": {
			problem.New(problem.CodeRefused), map[string]diagnose.Finding{"clock": warned(problem.TimeDisputed)},
			problem.CodeRefused, "", "", "Enter the code your app shows now. If it is refused again, let the phone set its time by itself.",
		},
		"a clock that is days off spoils certificates": {
			problem.New(problem.TLSNotYetValid), map[string]diagnose.Finding{"clock": found(problem.ClockWrong), "tls": found(problem.TLSNotYetValid)},
			problem.ClockWrong, "This computer's clock is wrong.", "", "",
		},
		"one that is hours off, and no certificate is refused for it, does not": {
			problem.New(problem.TLSExpired), map[string]diagnose.Finding{"clock": harmless(found(problem.TimeZoneWrong)), "tls": found(problem.TLSExpired, problem.Because("It was good until May."))},
			problem.TLSExpired, "", "It was good until May.", "",
		},
		"nor breaks connections": {
			problem.New(problem.TLSFailed), map[string]diagnose.Finding{"clock": harmless(found(problem.ClockWrong)), "tls": found(problem.TLSFailed)},
			problem.TLSFailed, "", "", "",
		},
		"it may have codes refused": {
			problem.New(problem.CodeRefused), map[string]diagnose.Finding{"clock": harmless(found(problem.ClockWrong, problem.Titled("This computer's clock is 1 hour behind.")))},
			problem.CodeRefused, "The code is not right: this computer's clock is 1 hour behind.", "", "",
		},
		"a sign-in server whose clock is wrong": {
			problem.New(problem.IDTokenInvalid), map[string]diagnose.Finding{"clock": found(problem.TimeDisputed, problem.Titled("The sign-in server's clock is wrong."))},
			problem.IDTokenInvalid, "The proof of who signed in does not check out: the sign-in server's clock is wrong.", "", "",
		},
		"one that is seconds off does not": {
			problem.New(problem.TLSExpired), map[string]diagnose.Finding{"clock": slow, "tls": found(problem.TLSExpired, problem.Because("It was good until May."))},
			problem.TLSExpired, "", "It was good until May.", "",
		},
		"a place the company does not allow (S18)": {
			problem.New(problem.SignInRefused), map[string]diagnose.Finding{"server": found(problem.ServerRefuses)},
			problem.ServerRefuses, "", "", "",
		},
		"a time-out behind a portal is the portal": {
			problem.New(problem.TimedOut), map[string]diagnose.Finding{"portal": found(problem.NetworkPage), "connect": found(problem.TimedOut)},
			problem.NetworkPage, "A web page answers instead of the sign-in server.", "The network may want you to sign in to it first.",
			"Open any web page in your browser, sign in to the network, then try again.",
		},
		"so is a certificate that is not the server's": {
			problem.New(problem.TLSWrongName), map[string]diagnose.Finding{"portal": found(problem.NetworkPage), "tls": found(problem.TLSWrongName)},
			problem.NetworkPage, "A web page answers instead of the sign-in server.", "The network may want you to sign in to it first.",
			"Open any web page in your browser, sign in to the network, then try again.",
		},
		"the data service that tells who signed in": {
			problem.New(problem.APIUnreachable), map[string]diagnose.Finding{"api": found(problem.APIUnreachable, problem.Because("Its name is not found."))},
			problem.APIUnreachable, "The contact centre's data service is not reached.", "Its name is not found.", "Try again in a moment. If it stays, tell IT which address is blocked.",
		},
		"its answer is what is wrong": {
			problem.New(problem.ServerUnavailable), map[string]diagnose.Finding{"api": found(problem.APIUnreachable, problem.Because("It answers 503."))},
			problem.APIUnreachable, "The contact centre's data service is not reached.", "It answers 503.", "Try again in a moment. If it stays, tell IT which address is blocked.",
		},
		"a portal comes before the data service": {
			problem.New(problem.APIUnreachable), map[string]diagnose.Finding{"portal": found(problem.NetworkPage), "api": found(problem.APIUnreachable)},
			problem.NetworkPage, "A web page answers instead of the sign-in server.", "The network may want you to sign in to it first.",
			"Open any web page in your browser, sign in to the network, then try again.",
		},
		"a password or a code, and a clock that is off": {
			problem.New(problem.CredentialsOrCodeRefused), map[string]diagnose.Finding{"clock": slow},
			problem.CredentialsOrCodeRefused, "The e-mail, the password or the code is not right: this computer's clock is 4 min 12 s behind the server's.", "The server does not say which.", "Set this computer's clock. If the codes come from your phone, let the phone set its time, too.",
		},
		"a time-out without a network": {
			problem.New(problem.TimedOut), map[string]diagnose.Finding{"network": found(problem.Offline), "dns": found(problem.NameNotFound)},
			problem.Offline, "This computer is offline.", "There is no way to the network.", "Connect to a network, then try again.",
		},
		"a name that is not found": {
			problem.New(problem.TimedOut), map[string]diagnose.Finding{"dns": found(problem.NameNotFound, problem.Because("The name server does not answer."))},
			problem.NameNotFound, "The sign-in server's name is not found.", "The name server does not answer.", "Check the network connection, then try again.",
		},
		"the same code, better words": {
			problem.New(problem.TLSUntrusted), map[string]diagnose.Finding{"tls": found(problem.TLSUntrusted, problem.Because("Zscaler reads the connection."))},
			problem.TLSUntrusted, "The server's certificate is not trusted.", "Zscaler reads the connection.", "Do not enter your password. Tell IT.",
		},
		"never less specific": {
			problem.New(problem.TLSUntrusted), map[string]diagnose.Finding{"tls": found(problem.TLSFailed)},
			problem.TLSUntrusted, "", "", "",
		},
		"a proxy's password stays one": {
			problem.New(problem.ProxyPassword), map[string]diagnose.Finding{"proxy": found(problem.ProxyFailed)},
			problem.ProxyPassword, "", "", "",
		},
		"not what has nothing to do with it": {
			problem.New(problem.TimedOut), map[string]diagnose.Finding{"keychain": found(problem.KeychainFailed), "browser": found(problem.PortUnavailable), "clock": slow},
			problem.TimedOut, "", "", "",
		},
		"a warning of the service is no cause": {
			problem.New(problem.TimedOut), map[string]diagnose.Finding{"status": warned(problem.ServerUnavailable)},
			problem.TimedOut, "", "", "",
		},
		"an outage is one": {
			problem.New(problem.ServerAnswer), map[string]diagnose.Finding{"status": found(problem.ServerUnavailable, problem.Because("Sign-in is out of order since 09:12."))},
			problem.ServerUnavailable, "The sign-in server has a problem right now.", "Sign-in is out of order since 09:12.", "",
		},
		"the cause behind a suspect": {
			problem.New(problem.ServerAnswer), map[string]diagnose.Finding{"server": found(problem.ServerAnswer), "settings": found(problem.SettingsBadValue)},
			problem.SettingsBadValue, "", "", "",
		},
		"no screen": {
			problem.New(problem.BrowserNotOpened), map[string]diagnose.Finding{"desktop": warned(problem.NoDesktop, problem.Because("You work over SSH."))},
			problem.NoDesktop, "There is no screen here that shows the sign-in page.", "You work over SSH.", "",
		},
		"a page that cannot come back": {
			problem.New(problem.BrowserNotReturned), map[string]diagnose.Finding{"browser": found(problem.LoopbackBlocked)},
			problem.LoopbackBlocked, "", "", "",
		},
		"a locked keychain": {
			problem.New(problem.KeychainFailed), map[string]diagnose.Finding{"keychain": warned(problem.KeychainLocked)},
			problem.KeychainLocked, "", "", "",
		},
		"a full disk": {
			problem.New(problem.StateUnwritable), map[string]diagnose.Finding{"program": found(problem.DiskFull)},
			problem.DiskFull, "", "", "",
		},
		"a client ID that cannot be right": {
			problem.New(problem.AppUnknown), map[string]diagnose.Finding{"settings": found(problem.SettingsBadValue, problem.Because("client_id is only a placeholder."))},
			problem.AppUnknown, "The server does not know this app.", "", "",
		},
		"words of a check's own": {
			problem.New(problem.TimedOut), map[string]diagnose.Finding{"network": found(problem.Offline, problem.Titled("The cable is not plugged in."), problem.Because(""))},
			problem.Offline, "The cable is not plugged in.", "", "",
		},
		"words of a check's own, and why": {
			problem.New(problem.TimedOut), map[string]diagnose.Finding{"network": found(problem.Offline, problem.Titled("The cable is not plugged in."), problem.Because("It lies on the floor."))},
			problem.Offline, "The cable is not plugged in.", "It lies on the floor.", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			c.p.Again = true
			before := *c.p
			got := diagnose.ExplainBy(t.Context(), graph(c.findings), c.p)
			if got.Code != c.code || !got.Again {
				t.Errorf("got %s (again: %v), want %s", got.Code, got.Again, c.code)
			}
			if c.title != "" && got.Title != c.title || c.why != "" && got.Why != c.why || c.f != "" && got.Fix != c.f {
				t.Errorf("got %q, %q, %q\nwant %q, %q, %q", got.Title, got.Why, got.Fix, c.title, c.why, c.f)
			}
			if got != c.p && !errors.Is(got, c.p) {
				t.Error("the problem itself is lost")
			}
			if *c.p != before {
				t.Error("the problem itself was changed")
			}
			if want := problem.New(got.Code).Kind; got.Kind != want {
				t.Errorf("kind %v, want %v", got.Kind, want)
			}
		})
	}
}

func TestExplainLooksOnlyWhereItCanHelp(t *testing.T) {
	var ran []string
	checks := graph(nil)
	for i, c := range checks {
		id := c.ID
		checks[i].Run = func(context.Context) diagnose.Finding { ran = append(ran, id); return diagnose.Good("fine") }
	}
	for _, code := range []problem.Code{problem.CredentialsRefused, problem.GivenUp, problem.Denied, problem.AccountLocked} {
		p := problem.New(code)
		if got := diagnose.ExplainBy(t.Context(), checks, p); got != p || len(ran) != 0 {
			t.Errorf("%s: got %v after %v", code, got, ran)
		}
	}
	p := problem.New(problem.CodeRefused)
	if got := diagnose.ExplainBy(t.Context(), checks, p); got != p || !slices.Equal(ran, []string{"clock"}) {
		t.Errorf("got %v after %v", got, ran)
	}
	if diagnose.ExplainBy(t.Context(), checks, nil) != nil || diagnose.Explain(t.Context(), diagnose.Env{}, nil) != nil {
		t.Error("nothing became a problem")
	}
}

// Whoever waits for the explanation waits 6 s at most, and no longer than the cause takes.
func TestExplainEndsInTime(t *testing.T) {
	hang := func(ctx context.Context) diagnose.Finding {
		<-ctx.Done()
		return diagnose.Finding{State: diagnose.Unknown}
	}
	synctest.Test(t, func(t *testing.T) {
		checks := graph(nil)
		for i := range checks {
			checks[i].Run = hang
		}
		began := time.Now()
		p := problem.New(problem.TimedOut)
		if got := diagnose.ExplainBy(t.Context(), checks, p); got != p {
			t.Errorf("got %v", got)
		}
		if took := time.Since(began); took > 6200*time.Millisecond {
			t.Errorf("took %v", took)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		checks := graph(map[string]diagnose.Finding{"network": found(problem.Offline)})
		for i, c := range checks {
			if c.ID != "network" {
				checks[i].Run = hang
			}
		}
		began := time.Now()
		if got := diagnose.ExplainBy(t.Context(), checks, problem.New(problem.TimedOut)); got.Code != problem.Offline {
			t.Errorf("got %v", got)
		}
		if took := time.Since(began); took > 100*time.Millisecond {
			t.Errorf("took %v", took)
		}
	})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	p := problem.New(problem.TimedOut)
	if got := diagnose.ExplainBy(ctx, graph(map[string]diagnose.Finding{"network": found(problem.Offline)}), p); !errors.Is(got, p) {
		t.Errorf("stopped: %v", got)
	}
}

// DG-22: the same fault has the same explanation, whichever check is done first.
func TestDG22SameExplanationEveryTime(t *testing.T) {
	checks := graph(map[string]diagnose.Finding{"portal": found(problem.NetworkPage), "proxy": found(problem.ProxyFailed), "connect": found(problem.ConnectionRefused), "status": found(problem.ServerUnavailable)})
	for range 200 {
		if got := diagnose.ExplainBy(t.Context(), checks, problem.New(problem.TimedOut)); got.Code != problem.NetworkPage {
			t.Fatalf("got %s", got.Code)
		}
	}
}

func TestRepairOpensThePage(t *testing.T) {
	e := computer(t)
	l := &launcher{}
	e.Browser = l
	r := e.OpenPage("portal", "Open the network's page", "http://portal.example/")
	if err := r.Do(t.Context()); err != nil || !slices.Equal(l.opened, []string{"http://portal.example/"}) || r.Loses != "" {
		t.Errorf("opened %v, %v", l.opened, err)
	}
	e.Browser = nil
	if err := e.OpenPage("", "", "https://x.example").Do(t.Context()); !problem.Has(err, problem.BrowserNotOpened) {
		t.Errorf("got %v", err)
	}
}
