package signin

import (
	"fmt"

	"latchkey/internal/config"
	"latchkey/internal/problem"
)

// advise adds to a problem what this attempt knows and the problem does not: what an administrator has to click where the
// server is Genesys Cloud.
func (a *Attempt) advise(p *problem.Problem) *problem.Problem {
	if !a.opts.Org.Genesys() {
		return p
	}
	id := a.opts.Org.ClientID
	switch p.Code {
	case problem.AppNotAllowed:
		return p.With(problem.Do("Ask your administrator: Admin > Integrations > Authorized Applications > Authorize a client, with the client ID %s.", id))
	case problem.AppUnknown, problem.RequestRefused:
		return p.With(problem.Do("Ask your administrator to look under Admin > Integrations > OAuth for the client ID %s.", id))
	}
	return p
}

// notReturned explains a browser that did not come back. Where the page itself refuses the app, nobody but the agent sees it.
func (a *Attempt) notReturned(reached bool) *problem.Problem {
	server, redirect := a.client.Server.Host(), "http://"+a.redirectHost()
	switch {
	case !reached:
		return problem.New(problem.BrowserNotReturned, problem.Titled("The browser has not opened the sign-in page."),
			problem.Because("No browser on this computer came to ask for it."),
			problem.Do("Start again, and open the link yourself or use another way to sign in."))
	case a.opts.Org.Genesys():
		region, _ := config.FindRegion(a.opts.Org.Region)
		name := ""
		if short := a.opts.Org.Org; short != "" {
			name = fmt.Sprintf(" If it does not find the organisation, its short name may be written otherwise than %s: capital and small letters count.", short)
		}
		return problem.New(problem.BrowserNotReturned,
			problem.Because("If the page says that the app, or the address it returns to, is not right, the app is not set up in %s, or your "+
				"organisation is in another region. If it asks for an administrator, the app is not approved."+name, region.Name),
			problem.Do("Check the region. Your administrator finds the app under Admin > Integrations > OAuth (client ID %s, it returns to %s) and "+
				"approves it under Admin > Integrations > Authorized Applications.", a.opts.Org.ClientID, redirect))
	}
	return problem.New(problem.BrowserNotReturned,
		problem.Because("If the page at %s shows an error, it may not know this app, or not the address to come back to.", server),
		problem.Do("Start again. If the page shows an error, tell IT what it says, and the client ID: %s.", a.opts.Org.ClientID))
}

func (a *Attempt) redirectHost() string {
	if host := a.opts.Org.RedirectHost; host != "" {
		return host
	}
	return "127.0.0.1"
}
