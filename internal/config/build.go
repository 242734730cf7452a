package config

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"

	"latchkey/internal/problem"
)

// build makes the organisation of what the files say, and checks what belongs together.
func (t table) build(id string) (Organization, error) {
	o := Organization{ID: id}
	name := "organizations." + id
	inOrder := slices.SortedFunc(maps.Keys(t.entries), func(a, b string) int {
		return cmp.Or(t.entries[a].at.line-t.entries[b].at.line, cmp.Compare(a, b))
	})
	for _, key := range inOrder {
		k, _ := findKey(key)
		e := t.entries[key]
		switch err := k.read(&o, e.value); {
		case errors.Is(err, errWrongType):
			return o, e.wrongType(t.label(id, key), k.example)
		case err != nil:
			return o, e.at.problem(problem.SettingsBadValue, t.label(id, key), err.Error(), "Write it like this: "+k.example)
		}
	}
	if err := t.belongTogether(name, o); err != nil {
		return o, err
	}
	return o.complete(), nil
}

// label names a setting in a message.
func (t table) label(id, key string) string {
	if t.at.file == "" {
		return key
	}
	return "organizations." + id + "." + key
}

// belongTogether checks the settings against each other.
func (t table) belongTogether(name string, o Organization) error {
	bad := func(key, why, fix string) error {
		return t.place(key).problem(problem.SettingsBadValue, t.label(o.ID, key), why, fix)
	}
	named := o.Endpoints.Authorization != "" && o.Endpoints.Token != ""
	switch {
	case o.Issuer != "" && o.Region != "":
		return bad("region", "stands beside an issuer", "Keep region for Genesys Cloud, or issuer for any other server.")
	case o.Issuer == "" && o.Region == "" && !named:
		return t.at.problem(problem.SettingsBadValue, name, "does not say where to sign in",
			`Add a line such as issuer = "https://login.acme.example", or region = "euw2" for Genesys Cloud.`)
	case o.ClientID == "":
		return t.at.problem(problem.SettingsBadValue, name, "has no client_id",
			`Add a line such as client_id = "latchkey"; the server's administrator knows the value.`)
	case o.Org != "" && o.Region == "":
		return bad("org", "is for Genesys Cloud only", "Remove it, or set region instead of issuer.")
	case o.Provider != "" && (o.Region == "" || o.Org == ""):
		return bad("provider", "needs region and org beside it", `Add a line such as org = "acme", or remove provider.`)
	case o.Region != "" && o.Credentials != "" && o.Credentials != CredentialsAuto && o.Credentials != CredentialsOff:
		return bad("credentials", fmt.Sprintf("is %s, but Genesys Cloud takes no password from an app", quoted(string(o.Credentials))), "Remove it: the sign-in goes through the browser.")
	}
	return nil
}

// place is where a key stands, or the organisation when it is not set.
func (t table) place(key string) place {
	if e, ok := t.entries[key]; ok {
		return e.at
	}
	return t.at
}

// complete fills in what the settings leave open.
func (o Organization) complete() Organization {
	o.Name = cmp.Or(o.Name, o.ID)
	o.Credentials = cmp.Or(o.Credentials, CredentialsAuto)
	if r, ok := FindRegion(o.Region); ok {
		o.Region = r.Key
		// Genesys Cloud lets a loopback redirect choose its port when it is registered as http://localhost.
		o.RedirectHost = cmp.Or(o.RedirectHost, "localhost")
		o.WorkspaceURL = cmp.Or(o.WorkspaceURL, "https://"+r.Host("apps")+"/directory")
	}
	o.RedirectHost = cmp.Or(o.RedirectHost, "127.0.0.1")
	for _, list := range []*[]string{&o.Scopes, &o.TimeServers, &o.VoiceServers} {
		if len(*list) == 0 {
			*list = nil
		}
	}
	return o
}
