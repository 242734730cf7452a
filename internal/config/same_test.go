package config_test

import (
	"testing"

	"latchkey/internal/config"
)

func TestSameServer(t *testing.T) {
	all := []config.Organization{
		{ID: "acme", Issuer: "https://login.acme.example/realm", ClientID: "latchkey"},
		{ID: "globex", Region: "euw2", ClientID: "3f0a", Org: "globex"},
	}
	for name, c := range map[string]struct {
		org  config.Organization
		want string
	}{
		"the address again":       {config.Organization{ID: "b", Issuer: "https://Login.Acme.example/realm/", ClientID: "other"}, "acme"},
		"itself":                  {config.Organization{ID: "acme", Issuer: "https://login.acme.example/realm"}, ""},
		"another path":            {config.Organization{ID: "b", Issuer: "https://login.acme.example/Realm"}, ""},
		"another port":            {config.Organization{ID: "b", Issuer: "https://login.acme.example:8443/realm"}, ""},
		"the region again":        {config.Organization{ID: "b", Region: "euw2", ClientID: "3f0a", Org: "Globex"}, "globex"},
		"another app":             {config.Organization{ID: "b", Region: "euw2", ClientID: "3f0b", Org: "globex"}, ""},
		"another name there":      {config.Organization{ID: "b", Region: "euw2", ClientID: "3f0a", Org: "initech"}, ""},
		"another region":          {config.Organization{ID: "b", Region: "euc1", ClientID: "3f0a", Org: "globex"}, ""},
		"neither address nor one": {config.Organization{ID: "b"}, ""},
	} {
		if got, ok := config.SameServer(all, c.org); got.ID != c.want || ok != (c.want != "") {
			t.Errorf("%s: %q", name, got.ID)
		}
	}
}
