package demo

import (
	"latchkey/internal/demo/genesys"
	"latchkey/internal/demo/page"
	"latchkey/internal/demo/people"
)

// frankfurtID is the short name of the organisation in another region, as in the settings.
const frankfurtID = "globex-frankfurt"

// buildFrankfurt builds the login and API hosts of another region. The organisation there has the same short name, which is
// unique within a region only, and the app's maker has the same client ID in both.
func (w *World) buildFrankfurt(o Options) *genesys.Server {
	return genesys.New(genesys.Config{
		Clock: w.Board.Clock(), Rand: o.Rand, People: w.frankfurt, Region: "EMEA (Frankfurt)",
		Look:    page.Look{Class: "globexde", Name: "Globex", Motto: "stands in for Genesys Cloud in Frankfurt", Mark: "G"},
		Org:     genesys.Org{ID: "c2b8f1d5-7a40-4c1e-9e66-1e2a4c7b3d01", Name: "Globex Frankfurt", ShortName: globexID, Domain: globexID},
		Clients: []genesys.Client{{ID: GlobexClientID, Redirect: []string{"http://localhost"}, Refresh: true}},
		On:      w.Board.On, Count: func(what string) { w.Board.Add("frankfurt", what) },
	})
}

// frankfurtPeople are users of the organisation in the other region. London does not know them.
func frankfurtPeople(secret func() string) []people.Person {
	return []people.Person{
		{
			Subject: "8e3d2a1b-65c2-4e1f-8b64-3a7d2c9f8b01", Username: "frida@globex.example", Name: "Frida Frey", Password: "Main-Riverside-8",
			Note: "Genesys Cloud: lives in Frankfurt only; Globex in London does not find the account, and nothing comes back to the app",
		}, {
			Subject: "8e3d2a1b-65c2-4e1f-8b64-3a7d2c9f8b02", Username: "felix@globex.example", Name: "Felix Funk", Password: "Palm-Garden-21", TOTPSecret: secret(),
			Note: "Genesys Cloud in Frankfurt: password and a code from the phone, both in the browser",
		},
	}
}
