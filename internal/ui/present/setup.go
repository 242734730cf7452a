package present

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"strings"
	"unicode"

	"latchkey/internal/config"
	"latchkey/internal/problem"
	"latchkey/internal/session"
	"latchkey/internal/transport"
)

// askForOrganization shows the form for a new organisation.
func (p *Presenter) askForOrganization(first bool) {
	p.frame.Problem, p.frame.Notice = nil, nil
	if first {
		p.frame.Where = Where{Name: "Latchkey", Host: "not set up yet"}
	}
	p.frame.Screen = Setup{First: first}
	p.focus(FocusPlace)
	p.draw()
}

// AddOrganization shows the form for another organisation.
func (p *Presenter) AddOrganization() {
	if p.parts != nil {
		p.askForOrganization(false)
	}
}

// PlaceTyped tells what the agent typed as region or address, so that the form can say what it means.
func (p *Presenter) PlaceTyped(text string) {
	screen, shown := p.frame.Screen.(Setup)
	if !shown || screen.Busy.What != "" {
		return
	}
	screen.Found, screen.Host, screen.Known, screen.NoFind, screen.Genesys = "", "", "", false, false
	if screen.Fault == FocusPlace {
		screen.Fault, screen.Why = FocusNone, ""
	}
	if o, ok := Place(text); ok {
		screen.Host, screen.Genesys = HostOf(o), o.Genesys()
		screen.Found = o.Name
		if same, again := p.sameServer(o); again {
			screen.Known = same.Name
		}
	} else {
		screen.NoFind = strings.TrimSpace(text) != ""
	}
	p.frame.Screen = screen
	p.draw()
}

// SaveOrganization adds the organisation to the settings and goes to it.
func (p *Presenter) SaveOrganization(place, clientID string) {
	screen, shown := p.frame.Screen.(Setup)
	if !shown || screen.Busy.What != "" || p.parts == nil {
		return
	}
	clientID = strings.TrimSpace(clientID)
	o, ok := Place(place)
	switch {
	case !ok:
		screen.Fault, screen.Why = FocusPlace, "Enter a region such as euw2, or the address of the sign-in server."
	case clientID == "" || strings.ContainsFunc(clientID, unicode.IsSpace):
		screen.Fault, screen.Why = FocusClient, "Enter the client ID. IT gets it when they register Latchkey at the server."
	default:
		screen.Fault, screen.Why = FocusNone, ""
		screen.Busy = Busy{What: "Saving"}
	}
	if strings.HasPrefix(strings.ToLower(strings.TrimSpace(place)), "http://") && !ok {
		screen.Why = "This address is not encrypted. Ask IT for the one that begins with https://."
	}
	if screen.Fault != FocusNone {
		p.frame.Screen = screen
		p.focus(screen.Fault)
		p.draw()
		return
	}
	o.ClientID = clientID
	o.ID = p.freeID(o.ID)
	if same, again := p.sameServer(o); again && same.ClientID == clientID { // no second one of the same
		p.behind = nil
		p.enter(same)
		p.frame.Notice = &Notice{Title: same.Name + " was there already", Text: "Nothing was added.", Good: true}
		p.draw()
		return
	}
	if p.doubtful(o, place, clientID) {
		return
	}
	p.frame.Screen = screen
	p.draw()
	p.add(o)
}

// sameServer returns the organisation that signs in where a new one would.
func (p *Presenter) sameServer(o config.Organization) (config.Organization, bool) {
	if p.parts == nil {
		return config.Organization{}, false
	}
	o.ID = ""
	return config.SameServer(p.parts.Settings.All(), o)
}

// add puts an organisation into the settings and goes to it.
func (p *Presenter) add(o config.Organization) {
	p.background(p.ctx, func(ctx context.Context) func() {
		o, err := p.save(ctx, o)
		return func() { p.saved(o, err) }
	})
}

// save writes an organisation into the settings, and returns it as it is read from there.
func (p *Presenter) save(ctx context.Context, o config.Organization) (config.Organization, error) {
	if err := p.parts.Settings.Add(o); err != nil {
		return o, err
	}
	saved, err := p.parts.Settings.Organization(o.ID)
	if err == nil {
		_ = p.parts.Sessions.Trust(ctx, saved) // at worst the agent is asked about a server of theirs
	}
	return saved, err
}

func (p *Presenter) saved(o config.Organization, err error) {
	if err == nil {
		p.behind = nil
		p.enter(o)
		return
	}
	switch screen := p.frame.Screen.(type) {
	case Setup:
		screen.Busy = Busy{}
		p.frame.Screen = screen
	case Doubt:
		screen.Busy = Busy{}
		p.frame.Screen = screen
	}
	p.fail(problem.From(err), NoAction, FocusProblem)
	p.draw()
}

func (p *Presenter) freeID(id string) string {
	taken := map[string]bool{}
	for _, o := range p.parts.Settings.All() {
		taken[o.ID] = true
	}
	if !taken[id] {
		return id
	}
	for n := 2; ; n++ {
		if next := fmt.Sprintf("%s-%d", id, n); !taken[next] {
			return next
		}
	}
}

// Place understands a Genesys Cloud region by any of its names, and the address of any other sign-in server: with or
// without https, with or without the path of its discovery document.
func Place(text string) (config.Organization, bool) {
	text = strings.TrimSpace(text)
	if text == "" {
		return config.Organization{}, false
	}
	if region, ok := config.FindRegion(text); ok {
		return config.Organization{ID: region.Key, Name: region.Name, Region: region.Key, Credentials: config.CredentialsAuto}, true
	}
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	u, err := transport.CheckURL(text)
	if err != nil || u.RawQuery != "" || !plausible(u) {
		return config.Organization{}, false
	}
	path := u.Path
	for _, known := range []string{"/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"} {
		path = strings.TrimSuffix(path, known)
	}
	issuer := u.Scheme + "://" + u.Host
	if path != "" && path != "/" {
		issuer += path
	}
	id := nameOf(u.Hostname())
	return config.Organization{ID: id, Name: strings.ToUpper(id[:1]) + id[1:], Issuer: issuer, Credentials: config.CredentialsAuto}, true
}

// plausible tells an address from a word that was mistyped: it has a dot, or is this computer.
func plausible(u *url.URL) bool {
	host := u.Hostname()
	return host == "localhost" || net.ParseIP(host) != nil || strings.Contains(strings.Trim(host, "."), ".")
}

// nameOf makes a short name of a host: the part that people would call the organisation.
func nameOf(host string) string {
	if net.ParseIP(host) != nil || host == "localhost" {
		return "local"
	}
	labels := strings.Split(strings.ToLower(host), ".")
	for len(labels) > 2 && generic[labels[0]] {
		labels = labels[1:]
	}
	id := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return -1
	}, labels[0])
	if id = strings.Trim(id, "-"); id == "" {
		return "organisation"
	}
	return id
}

var generic = map[string]bool{"www": true, "login": true, "auth": true, "sso": true, "id": true, "identity": true, "accounts": true, "idp": true, "signin": true}

// Organizations shows the list to choose from.
func (p *Presenter) Organizations() {
	if p.parts == nil {
		return
	}
	switch p.frame.Screen.(type) {
	case Orgs, Setup:
		return
	case Choose:
		if p.behind == nil {
			p.behind = p.frame.Screen
		}
	default:
		p.behind = p.frame.Screen
	}
	p.frame.Problem = nil
	p.frame.Screen = p.orgs(nil)
	p.focus(FocusMain)
	p.draw()
	p.background(p.ctx, func(ctx context.Context) func() {
		kept, err := p.parts.Sessions.List(ctx)
		return func() {
			if _, shown := p.frame.Screen.(Orgs); shown && err == nil {
				p.frame.Screen = p.orgs(kept)
				p.draw()
			}
		}
	})
}

func (p *Presenter) orgs(kept []session.Session) Orgs {
	list := Orgs{Add: true}
	for _, o := range p.parts.Settings.All() {
		row := OrgRow{ID: o.ID, Name: o.Name, Sub: HostOf(o), Current: o.ID == p.org.ID}
		for _, s := range kept {
			if s.Account.Org == o.ID && s.State == session.SignedIn {
				row.Sub = "Signed in as " + orElse(s.Name, s.Username)
			}
		}
		list.Rows = append(list.Rows, row)
	}
	return list
}

// Switch goes to another organisation.
func (p *Presenter) Switch(id string) {
	if _, shown := p.frame.Screen.(Orgs); !shown {
		return
	}
	if id == p.org.ID && p.behind != nil {
		p.returnBehind()
		return
	}
	org, err := p.parts.Settings.Organization(id)
	if err != nil {
		p.fail(problem.From(err), NoAction, FocusProblem)
		p.draw()
		return
	}
	p.behind = nil
	p.enter(org)
}
