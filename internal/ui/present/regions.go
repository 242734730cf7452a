package present

import (
	"context"

	"latchkey/internal/config"
	"latchkey/internal/problem"
	"latchkey/internal/signin"
)

// regionsWay is the Use of the way that lists regions.
const regionsWay = "regions"

// regionWay begins the Use of a way that goes to another region.
const regionWay = "region:"

// OtherRegions lists the regions in which an account of this organisation may live instead.
func (p *Presenter) OtherRegions() {
	if p.parts == nil || !p.org.Genesys() {
		return
	}
	var ways []Way
	for _, r := range config.Regions() {
		switch way := (Way{Use: regionWay + r.Key, Title: r.Name, Sub: r.Host("login")}); {
		case r.Key == p.org.Region:
		case p.frame.Problem != nil && p.frame.Problem.there.region == r.Key: // the server has named it
			ways = append([]Way{way}, ways...)
		default:
			ways = append(ways, way)
		}
	}
	if _, browser := p.behind.(Browser); !browser { // the browser is followed below the list
		p.behind = p.form.screen(p)
	}
	p.frame.Problem = nil
	p.frame.Screen = Choose{
		Title: "Which region is yours?", Ways: ways, Back: "Back",
		Explain: "Each region has accounts of its own. It is in the address of your workspace, and your IT knows it.",
	}
	p.focus(FocusMain)
	p.draw()
}

// toRegion goes to the same organisation in another region, which is added to the settings when it is not there yet.
func (p *Presenter) toRegion(key string) {
	region, ok := config.FindRegion(key)
	if !ok {
		return
	}
	for _, o := range p.parts.Settings.All() {
		if o.Region == region.Key && o.ClientID == p.org.ClientID && o.Org == p.org.Org {
			p.goTo(o)
			return
		}
	}
	o := config.Organization{
		Name: p.org.Name, Region: region.Key, ClientID: p.org.ClientID, ClientSecret: p.org.ClientSecret, Company: p.org.Company,
		Org: p.org.Org, Provider: p.org.Provider, Contact: p.org.Contact, Credentials: p.org.Credentials, Scopes: p.org.Scopes,
		RedirectHost: p.org.RedirectHost, RedirectPort: p.org.RedirectPort,
	}
	o.ID = p.freeID(p.org.ID + "-" + region.Key)
	p.background(p.ctx, func(ctx context.Context) func() {
		o, err := p.save(ctx, o)
		return func() {
			if err != nil {
				p.showForm(FocusProblem)
				p.fail(problem.From(err), NoAction, FocusProblem)
				p.draw()
				return
			}
			p.goTo(o)
		}
	})
}

// place is where an account lives, as far as the server says: an organisation of the settings, or a region.
type place struct{ org, region string }

// offerPlace makes the way to where the account lives the one thing to do; the list of all places stays beside it.
func (p *Presenter) offerPlace(s signin.Trouble) {
	shown, there, name := p.frame.Problem, place{}, ""
	if org, err := p.parts.Settings.Organization(s.Org); s.Org != "" && err == nil {
		there, name = place{org: s.Org}, org.Name
	} else if region, ok := config.FindRegion(s.Region); s.Region != "" && ok && p.org.Genesys() && region.Key != p.org.Region {
		there, name = place{region: region.Key}, region.Name
	}
	if name == "" {
		return
	}
	shown.Besides, shown.BesidesButton = shown.Action, shown.Button
	shown.there, shown.Action, shown.Button = there, GoThere, "Go to "+clean(name)
}

// goThere goes to where the account lives.
func (p *Presenter) goThere(to place) {
	if to.region != "" {
		p.toRegion(to.region)
		return
	}
	if org, err := p.parts.Settings.Organization(to.org); err == nil {
		p.goTo(org)
	}
}

// goTo goes to an organisation with the e-mail that was typed at the one before.
func (p *Presenter) goTo(o config.Organization) {
	username := p.form.username
	p.behind = nil
	p.enter(o)
	if username != "" {
		p.form.username = username
		p.showForm(p.form.firstEmpty())
	}
}
