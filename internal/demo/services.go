package demo

import (
	"net/http"
	"time"

	"latchkey/internal/demo/federation"
	"latchkey/internal/demo/fresh"
	"latchkey/internal/demo/genesys"
	"latchkey/internal/demo/grants"
	"latchkey/internal/demo/identity"
	"latchkey/internal/demo/page"
	"latchkey/internal/demo/panel"
	"latchkey/internal/demo/people"
)

// Client IDs of the demo world's servers.
const (
	ClientID = "latchkey-desktop" // at Acme

	GlobexClientID             = "3f0a6c1e-8d27-4b39-a1f5-60c2d94e7b18" // gets refresh tokens
	GlobexClientWithoutRefresh = "3f0a6c1e-8d27-4b39-a1f5-60c2d94e7b19" // does not, as in an organisation with an inactivity time-out
	GlobexClientUnapproved     = "3f0a6c1e-8d27-4b39-a1f5-60c2d94e7b20" // waits for an administrator
)

// service is one host of the world.
type service struct {
	name     string
	troubled bool // scenarios concern it
	handler  http.Handler
}

// services builds the hosts, in the order of build's names.
func (w *World) services(o Options) ([]service, error) {
	secret, failed := newSecrets(o.Rand)
	clk := w.Board.Clock()
	w.acme = people.NewDirectory(clk, acmePeople(secret, grants.Issuer(grants.Auth0, w.Initech)))
	w.corp = people.NewDirectory(clk, corpPeople(secret))
	w.globex = people.NewDirectory(clk, globexPeople(secret))
	w.globexCo = people.NewDirectory(clk, globexCorpPeople())
	w.acme.Send, w.acme.Rand = w.sender("Acme Contact Center", "acme.example", o.Rand), o.Rand
	w.products = w.newProducts(secret)
	w.frankfurt = people.NewDirectory(clk, frankfurtPeople(secret))
	if err := failed(); err != nil {
		return nil, err
	}
	acme, corp, err := w.buildAcme(o)
	if err != nil {
		return nil, err
	}
	globex, idp, err := w.buildGlobex(o)
	if err != nil {
		return nil, err
	}
	list := []service{
		{"acme", true, acme}, {"company", false, corp},
		{"globex", true, globex.Login()}, {"globex-api", true, globex.API()}, {"globex-apps", true, globex.Apps()}, {"globex-idp", false, idp},
		{"control", false, panel.Panel(panelWorld{w}, o.Rand, w.links())}, {"mailbox", false, w.Mail}, {"phone", false, panel.Phone(panelWorld{w})},
		{"status", false, panel.NewStatus(o.Clock, w.trouble)},
	}
	for i, address := range []string{w.Initech, w.Hooli, w.Umbrella} {
		server, err := w.products[i].build(w, o, address)
		if err != nil {
			return nil, err
		}
		list = append(list, service{w.products[i].id, true, server})
	}
	frankfurt := w.buildFrankfurt(o)
	list = append(list, service{"frankfurt", true, frankfurt.Login()}, service{"frankfurt-api", true, frankfurt.API()})
	if w.releases, err = newReleases(o.Clock, o.Rand, w.Board.On); err != nil {
		return nil, err
	}
	list = append(list, service{"updates", false, w.releases})
	return list, nil
}

// buildAcme builds the contact centre and the company behind it.
func (w *World) buildAcme(o Options) (acme, corp *identity.Server, err error) {
	company := w.client(o, "Acme", w.Company, "acme-contact-center", w.Acme+"/company/callback")
	acme, err = identity.New(identity.Config{
		Issuer: w.Acme, Clock: w.Board.Clock(), Rand: o.Rand, People: w.acme,
		Look:      page.Look{Class: "acme", Name: "Acme Contact Center", Motto: "Every call, answered", Mark: "A"},
		Challenge: true, Device: true, Company: company,
		Clients: []identity.Client{{
			ID: ClientID, Name: "Latchkey", Device: true,
			Redirect: []string{"http://127.0.0.1/callback", "http://[::1]/callback", "http://localhost/callback"},
		}},
		On: w.Board.On, Count: func(what string) { w.Board.Add("acme", what) }, Mail: w.mailer("Acme Contact Center", "acme.example", o.Rand),
	})
	if err != nil {
		return nil, nil, err
	}
	corp, err = w.companyServer(o, company, w.corp, page.Look{Class: "corp", Name: "Acme Corp", Motto: "Single sign-on", Mark: "AC"}, "Acme Contact Center", "company")
	return acme, corp, err
}

// buildGlobex builds the Genesys Cloud organisation and the company behind it.
func (w *World) buildGlobex(o Options) (globex *genesys.Server, idp *identity.Server, err error) {
	company := w.client(o, "Globex", w.globexIdP, "genesys-cloud", w.Globex+"/company/callback")
	localhost := []string{"http://localhost"}
	globex = genesys.New(genesys.Config{
		Clock: w.Board.Clock(), Rand: o.Rand, People: w.globex,
		Look:   page.Look{Class: "globex", Name: "Globex", Motto: "stands in for Genesys Cloud", Mark: "G"},
		Region: "EMEA (London)",
		Org:    genesys.Org{ID: "b1a7e0c4-9c3f-4f0e-8f55-0d1f3b6a2c90", Name: "Globex", ShortName: globexID, Domain: globexID},
		Clients: []genesys.Client{
			{ID: GlobexClientID, Redirect: localhost, Refresh: true},
			{ID: GlobexClientWithoutRefresh, Redirect: localhost},
			{ID: GlobexClientUnapproved, Redirect: localhost, Unapproved: true},
		},
		Provider: "okta", Company: company,
		On: w.Board.On, Count: func(what string) { w.Board.Add("globex", what) },
	})
	idp, err = w.companyServer(o, company, w.globexCo, page.Look{Class: "globexidp", Name: "Globex Corp", Motto: "Employee sign-in", Mark: "GC"}, "Genesys Cloud", "globex-idp")
	return globex, idp, err
}

// client is a server's part towards a company's identity provider.
func (w *World) client(o Options, name, issuer, clientID, redirect string) *federation.Company {
	return &federation.Company{
		Name: name, Issuer: issuer, ClientID: clientID, Secret: fresh.Token(o.Rand), Redirect: redirect,
		HTTP: &http.Client{Transport: w.transport, Timeout: 10 * time.Second}, Now: w.Board.Clock().Now, Rand: o.Rand,
	}
}

// companyServer is a company's identity provider with one client. Who is signed in there is not asked again.
func (w *World) companyServer(o Options, c *federation.Company, dir *people.Directory, look page.Look, app, name string) (*identity.Server, error) {
	return identity.New(identity.Config{
		Issuer: c.Issuer, Clock: w.Board.Clock(), Rand: o.Rand, People: dir, Look: look, Silent: true,
		Clients: []identity.Client{{ID: c.ClientID, Name: app, Secret: c.Secret, Redirect: []string{c.Redirect}}},
		Count:   func(what string) { w.Board.Add(name, what) },
	})
}
