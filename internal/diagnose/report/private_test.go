package report

import (
	"context"
	"errors"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/config"
	"latchkey/internal/diagnose"
	"latchkey/internal/problem"
	"latchkey/internal/session"
	"latchkey/internal/vault"
)

// canaries are planted in all that a report is made from. None may come out in any form.
var canaries = map[string]string{
	"user": "wendycanary", "full name": "Wendy Anna Canary", "e-mail": "wendy.canary@staff.example", "subject": "subject-canary-77",
	"home": "/home/wendycanary", "computer": "canary-laptop", "domain": "CANARYCORP", "public address": "203.0.113.77", "own address": "2001:db8:77::77",
	"password": "Canary pass/word+77", "code": "482913", "token": "eyJhbGciOiJub25lIn0.eyJjYW5hcnkiOjc3fQ.Y2FuYXJ5", "opaque": "CaNaRy77CaNaRy77CaNaRy77",
	"recovery": "K4NARY-77XYZ-P0QRS", "query": "state=canary77&code=canary78", "cookie": "sid=canary0123456789abcdef", "server": "The canary server said so",
	"proxy": "http://canary:secret77@proxy.corp.example:3128", "hardware": "00:1b:44:11:3a:77", "org name": "Canary & Sons", "client": "client-canary-77-id",
	"file": "/home/wendycanary/canary.toml", "host": "canary-db.internal.example",
}

type keptSessions struct {
	diagnose.Sessions
	err error
}

func (k keptSessions) List(context.Context) ([]session.Session, error) {
	return []session.Session{{
		Account: vault.Account{Org: "acme", Subject: canaries["subject"]}, Username: canaries["e-mail"], Name: canaries["full name"],
	}}, k.err
}

func plantedEnv(sessions diagnose.Sessions) diagnose.Env {
	return diagnose.Env{
		Clock: clocktest.At(noon), Version: "0.3.0", Sessions: sessions,
		Getenv: func(name string) string {
			return map[string]string{
				"USER": canaries["user"], "HOME": canaries["home"], "COMPUTERNAME": canaries["computer"], "USERDOMAIN": canaries["domain"], "HTTPS_PROXY": canaries["proxy"],
			}[name]
		},
		Org: config.Organization{
			ID: "acme", Name: canaries["org name"], Issuer: "https://login.acme.example", ClientID: canaries["client"], ClientSecret: canaries["opaque"],
			StatusURL: "https://status.acme.example/" + canaries["query"],
		},
	}
}

// plantedReport has every canary where a check could put it.
func plantedReport() diagnose.Report {
	r := diagnose.Report{Verdict: diagnose.Blocked}
	everything := ""
	var secret, shared []diagnose.Fact
	for _, name := range slices.Sorted(maps.Keys(canaries)) {
		value := canaries[name]
		everything += value + " "
		name = strings.NewReplacer(" ", "_", "-", "_").Replace(name)
		secret = append(secret, private(name, value), private(name+"_list", []string{"x", value}), private(name+"_any", []any{value}))
	}
	// What a check may declare shareable by mistake, or because a server put it into something else: all that has a shape,
	// and the people and computers that are known.
	for _, name := range []string{
		"user", "full name", "e-mail", "subject", "home", "computer", "domain", "public address", "own address", "code", "token", "opaque", "recovery", "query", "cookie",
		"proxy", "hardware", "file", "host",
	} {
		name, value := strings.NewReplacer(" ", "_", "-", "_").Replace(name), canaries[name]
		shared = append(shared, fact(name, value), fact("in_"+name, "before "+value+", after"), fact("list_"+name, []string{"(" + value + ")"}))
	}
	r.Summary = everything
	i := 0
	for facts := range slices.Chunk(slices.Concat(secret, shared), maxFacts) { // none is left out for their number
		r.Results = append(r.Results, diagnose.Result{
			ID: string(rune('a' + i)), Title: "Check", State: diagnose.Problem, Code: problem.TimedOut, Blocks: true,
			What: everything, Why: everything, Fix: everything, Took: time.Millisecond, Facts: facts,
		})
		i++
	}
	return r
}

func TestRD14NothingPrivateInAReport(t *testing.T) {
	text := Write(plantedReport(), For(t.Context(), plantedEnv(keptSessions{})))
	for name, value := range canaries {
		if found := leaks(text, value); len(found) != 0 {
			t.Errorf("%s is in there: %v", name, found)
		}
	}
	if strings.Contains(strings.ToLower(string(text)), "canary") {
		for line := range strings.Lines(string(text)) {
			if strings.Contains(strings.ToLower(line), "canary") {
				t.Errorf("part of one is in there: %s", line)
			}
		}
	}
	if !strings.Contains(string(text), "`login.acme.example`") {
		t.Error("the server's own name is not in there")
	}
}

// The test above must be able to fail: without one line of defence, it does.
func TestRD28TheCanariesComeThroughWithout(t *testing.T) {
	comesThrough := func(r diagnose.Report, a About, names ...string) {
		t.Helper()
		text := Write(r, a)
		for _, name := range names {
			if len(leaks(text, canaries[name])) == 0 {
				t.Errorf("%s is not found where it is", name)
			}
		}
	}
	r, a := plantedReport(), For(t.Context(), plantedEnv(keptSessions{}))
	chosen := a
	chosen.Addresses = true
	comesThrough(r, chosen, "public address", "own address")
	unknown := a
	unknown.Private = nil
	comesThrough(r, unknown, "user", "full name", "computer", "domain")
	// Facts that are declared shareable although they are not.
	for _, result := range r.Results {
		for i := range result.Facts {
			result.Facts[i].Shareable = true
		}
	}
	comesThrough(r, a, "server", "org name", "client")
}

func TestForAnEnvironment(t *testing.T) {
	a := For(t.Context(), plantedEnv(keptSessions{err: errors.New("cannot be read")}))
	if a.Host != "login.acme.example" || strings.Join(a.Hosts, " ") != "login.acme.example status.acme.example" || a.Version != "0.3.0" || !a.Now.Equal(noon) {
		t.Errorf("%+v", a)
	}
	host, err := os.Hostname()
	if err == nil && host != "localhost" && !strings.Contains(strings.Join(a.Private, "\n"), host) {
		t.Errorf("this computer's name is not private: %v", a.Private)
	}
	// With nothing at all there is a report, too.
	if text := Write(diagnose.Report{}, For(t.Context(), diagnose.Env{})); !strings.Contains(string(text), "none is set up") {
		t.Errorf("%s", text)
	}
	region := plantedEnv(nil)
	region.Org = config.Organization{Region: "euw2"}
	if a := For(t.Context(), region); a.Region != "euw2" || a.Host != "login.euw2.pure.cloud" {
		t.Errorf("%+v", a)
	}
}
