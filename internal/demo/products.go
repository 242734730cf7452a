package demo

import (
	"latchkey/internal/demo/grants"
	"latchkey/internal/demo/identity"
	"latchkey/internal/demo/page"
	"latchkey/internal/demo/people"
)

// Short names of the organisations whose servers take passwords at the token endpoint.
const (
	initechID  = "initech"  // in the shape of Auth0
	hooliID    = "hooli"    // in the shape of Okta
	umbrellaID = "umbrella" // in the shape of Keycloak
)

// What the settings for Auth0's shape name.
const (
	initechRealm    = "employees"
	initechAudience = "https://api.initech.example"
)

// product is one of these organisations.
type product struct {
	id, name string
	dialect  grants.Dialect
	look     page.Look
	people   *people.Directory
}

// newProducts returns them in the order of the settings.
func (w *World) newProducts(secret func() string) []product {
	clk := w.Board.Clock()
	return []product{
		{initechID, "Initech", grants.Auth0, page.Look{Class: initechID, Name: "Initech", Motto: "in the shape of Auth0", Mark: "I"}, people.NewDirectory(clk, initechPeople(secret))},
		{hooliID, "Hooli", grants.Okta, page.Look{Class: hooliID, Name: "Hooli", Motto: "in the shape of Okta", Mark: "H"}, people.NewDirectory(clk, hooliPeople(secret))},
		{umbrellaID, "Umbrella", grants.Keycloak, page.Look{Class: umbrellaID, Name: "Umbrella", Motto: "in the shape of Keycloak", Mark: "U"}, people.NewDirectory(clk, umbrellaPeople(secret))},
	}
}

// build builds a product's server.
func (p product) build(w *World, o Options, address string) (*grants.Server, error) {
	p.people.Rand, p.people.Send = o.Rand, w.sender(p.name, p.id+".example", o.Rand)
	return grants.New(grants.Config{
		Dialect: p.dialect, Realm: initechRealm, Audience: initechAudience,
		Identity: identity.Config{
			Issuer: address, Clock: w.Board.Clock(), Rand: o.Rand, People: p.people, Look: p.look,
			Clients: []identity.Client{{
				ID: ClientID, Name: "Latchkey", Redirect: []string{"http://127.0.0.1/callback", "http://[::1]/callback", "http://localhost/callback"},
			}},
			On: w.Board.On, Count: func(what string) { w.Board.Add(p.id, what) }, Mail: w.mailer(p.name, p.id+".example", o.Rand),
		},
	})
}

// initechPeople have an account at Initech.
func initechPeople(secret func() string) []people.Person {
	return []people.Person{
		{
			Subject: "auth0|ian", Username: "ian@initech.example", Name: "Ian Ives", Password: "Stapler-Red-9", TOTPSecret: secret(), Recovery: true,
			Note: "Auth0's shape: password, then a code from the phone, or a recovery code, for which a new one is handed out",
		}, {
			Subject: "auth0|ida", Username: "ida@initech.example", Name: "Ida Iqbal", Password: "Cover-Sheet-12", Number: "+49 151 5550171", Calls: true, MailCodes: true,
			Note: "Auth0's shape: a code by text message, call or e-mail",
		}, {
			Subject: "auth0|ike", Username: "ike@initech.example", Name: "Ike Irving", Password: "Basement-Desk-4", Device: "Ike's phone", NoNumber: true, TOTPSecret: secret(),
			Note: "Auth0's shape: approve on the phone, without a number; or a code from it",
		}, {
			Subject: "auth0|ines", Username: "ines@initech.example", Name: "Ines Ito", Password: "Printer-Jam-88",
			Note: "Auth0's shape: password only",
		}, {
			Subject: "auth0|ivo", Username: "ivo@initech.example", Name: "Ivo Iversen", Password: "First-Day-2026", Enrol: true,
			Note: "Auth0's shape: has to set up a second step first, which works in the browser only",
		}, {
			Subject: "auth0|max", Username: "max@acme.example", Name: "Max Mole", Password: "boxes-and-tape-19",
			Note: "Auth0's shape: has moved here from Acme, with the password",
		}, {
			Subject: "auth0|isa", Username: "isa@initech.example", Name: "Isa Imhof", Password: "Empty-Chair-31", Disabled: true,
			Note: "Auth0's shape: switched off by an administrator",
		},
	}
}

// hooliPeople have an account at Hooli.
func hooliPeople(secret func() string) []people.Person {
	return []people.Person{
		{
			Subject: "00u-hana", Username: "hana@hooli.example", Name: "Hana Hill", Password: "Signature-Box-3", Device: "Hana's phone", TOTPSecret: secret(),
			Note: "Okta's shape: approve on the phone with the number that is shown; or a code from it",
		}, {
			Subject: "00u-hugo", Username: "hugo@hooli.example", Name: "Hugo Holt", Password: "Rooftop-Garden-6", Device: "Hugo's phone", NoNumber: true,
			Note: "Okta's shape: approve on the phone, without a number",
		}, {
			Subject: "00u-hal", Username: "hal@hooli.example", Name: "Hal Hart", Password: "Podbay-Doors-9", TOTPSecret: secret(),
			Note: "Okta's shape: password, then a code from the phone",
		}, {
			Subject: "00u-hope", Username: "hope@hooli.example", Name: "Hope Hale", Password: "Moonshot-Lab-15", Number: "+1 5550123", Calls: true,
			Note: "Okta's shape: a code by text message or call",
		}, {
			Subject: "00u-hilda", Username: "hilda@hooli.example", Name: "Hilda Holm", Password: "Glass-Campus-27", Key: true,
			Note: "Okta's shape: a security key, in the browser",
		}, {
			Subject: "00u-henry", Username: "henry@hooli.example", Name: "Henry Hume", Password: "Nucleus-Beta-40",
			Note: "Okta's shape: password only; locked and wrong are answered alike",
		},
	}
}

// umbrellaPeople have an account at Umbrella.
func umbrellaPeople(secret func() string) []people.Person {
	return []people.Person{
		{
			Subject: "f3c0-uma", Username: "uma@umbrella.example", Name: "Uma Ueda", Password: "Green-Parasol-7", TOTPSecret: secret(),
			Note: "Keycloak's shape: password and code in one form; the server does not say which was wrong",
		}, {
			Subject: "f3c0-ulf", Username: "ulf@umbrella.example", Name: "Ulf Urban", Password: "Rainy-Harbour-2",
			Note: "Keycloak's shape: password only",
		}, {
			Subject: "f3c0-ute", Username: "ute@umbrella.example", Name: "Ute Unger", Password: "Dry-Season-61", Enrol: true,
			Note: "Keycloak's shape: has something to do on the page first, so the app is refused and the browser works",
		},
	}
}
