package diagnose

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"

	"latchkey/internal/config"
	"latchkey/internal/problem"
)

// genesysStatus is where Genesys Cloud reports on all regions.
const genesysStatus = "https://status.mypurecloud.com"

// AskAgain names the fact that tells in how many seconds the status page wants to be asked again, at the earliest.
const AskAgain = "ask_again_s"

// longestRest is the longest that a status page is believed to want: an hour without news is enough.
const longestRest = time.Hour

// checkStatus reads what the service says of itself. A status page that cannot be read says nothing, and one that says all
// is well proves nothing: it explains a failure, and never takes one away. So it does not block by itself, either: whether
// people get in, the server itself shows.
func (e Env) checkStatus() Check {
	return Check{ID: "status", Title: "Service status", Run: e.status, After: []string{"settings", "network", "dns", "proxy", "portal", "tls"}, Independent: true}
}

// mayBeOutage reports what an outage looks like from here: a name that is gone, nobody who answers, or a server that says that it
// cannot. What is wrong with a certificate is not among it: nobody becomes somebody else by an outage.
func mayBeOutage(id string, f Finding) bool {
	switch id {
	case "dns":
		return f.Code == problem.NameNotFound
	case "connect":
		return f.Code == problem.TimedOut || f.Code == problem.ConnectionRefused
	case "server":
		return f.Code == problem.TimedOut || f.Code == problem.ServerUnavailable
	}
	return false
}

func (e Env) status(ctx context.Context) Finding {
	address := e.statusAddress()
	if address == "" {
		return Finding{State: Skipped, What: "The settings name no status page."}
	}
	page, err := readStatusPage(ctx, e.HTTP, e.Clock.Now(), address)
	switch {
	case stopped(ctx):
		return notWaitedFor()
	case err != nil:
		facts := []Fact{told("trouble", string(problem.From(err).Code))}
		if answer, ok := errors.AsType[*statusPageError](err); ok && answer.pause > 0 {
			facts = append(facts, told(AskAgain, int(min(answer.pause, longestRest).Seconds())))
		}
		return Finding{State: Unknown, What: "The status page says nothing. " + reason(err), Facts: facts}
	}
	region, _ := config.FindRegion(e.Org.Region)
	return e.wordStatus(page.judge(region.Name, e.Clock.Now()))
}

// statusAddress returns the address of the summary. A stand-in for a region has nothing to do with the real one's page.
func (e Env) statusAddress() string {
	base := e.Org.StatusURL
	if base == "" && e.Org.Genesys() && !e.standIn() {
		base = genesysStatus
	}
	if base == "" || strings.HasSuffix(base, ".json") {
		return base
	}
	return strings.TrimRight(base, "/") + "/api/v2/summary.json"
}

// wordStatus says what matters to somebody who wants to sign in.
func (e Env) wordStatus(v serviceView) Finding {
	facts := []Fact{told("level", string(v.level)), told("sign_in_affected", v.signIn)}
	if len(v.affected) > 0 {
		facts = append(facts, told("affected", v.affected))
	}
	if v.incident != "" {
		facts = append(facts, told("incident", v.incident))
	}
	since := ""
	if !v.since.IsZero() {
		facts = append(facts, told("since", v.since.UTC()))
		since = ", since " + e.when(v.since)
	}
	if !v.until.IsZero() {
		facts = append(facts, told("until", v.until.UTC()))
	}
	what := cmp.Or(strings.Join(v.affected, ", "), v.incident, "No details are given")
	switch v.level {
	case serviceDown:
		f := Found(Problem, problem.New(problem.ServiceOutage, problem.Because("%s%s.", what, since),
			problem.Do("If signing in fails, wait until this is over, then try again. What is named may not work meanwhile.")), facts...) // whether it fails, the server shows
		f.Suffices = v.signIn
		return f
	case serviceSlow:
		p := problem.New(problem.ServiceDegraded, problem.Because("%s%s.", what, since))
		if !v.signIn {
			p = p.With(problem.Titled("The service reports trouble, but not with signing in."), problem.Do("You can sign in. What is named may not work."))
		}
		return Found(Warning, p, facts...)
	case serviceClosed:
		until := ""
		if !v.until.IsZero() {
			until = ", until " + e.when(v.until)
		}
		return Found(Warning, problem.New(problem.ServiceMaintenance, problem.Because("%s%s.", what, until)), facts...)
	}
	if v.next != "" {
		return Good("The service is fine. Planned: "+v.next+", "+e.when(v.nextAt)+".", append(facts, told("planned", v.next), told("planned_at", v.nextAt.UTC()))...)
	}
	return Good("The service is fine.", facts...)
}
