package terminal

import (
	"cmp"
	"slices"
	"strings"

	"latchkey/internal/config"
	"latchkey/internal/problem"
	"latchkey/internal/signin"
)

// whereElse says how to sign in where the account may live instead. A cause that was found for the problem takes nothing of that away.
func (v *conversation) whereElse(s signin.Trouble) {
	genesys := v.options.Org.Genesys()
	switch {
	case s.Org != "":
		v.out.line("Sign in there with: %s", whole("latchkey --org %s login", clean(s.Org)))
	case s.Region != "",
		genesys && slices.Contains([]problem.Code{problem.AccountElsewhere, problem.TenantUnknown, problem.BrowserNotReturned}, v.first):
		for _, words := range v.otherRegions(s.Region) {
			v.out.line("%s", words)
		}
	}
}

// otherRegions says how to sign in to another region; key is the one, empty when it is not known.
func (v *conversation) otherRegions(key string) []string {
	own := v.options.Org
	var words []string
	for _, o := range v.parts.Settings.Organizations {
		if o.Genesys() && o.Region != own.Region && (key == "" || o.Region == key) {
			words = append(words, "For "+regionName(o.Region)+": "+whole("latchkey --org %s login", clean(o.ID)))
		}
	}
	if len(words) > 0 {
		return words
	}
	region := cmp.Or(key, "REGION")
	name, client := clean(own.ID)+"-"+strings.ToLower(region), clean(own.ClientID)
	if !own.Genesys() {
		client = "ID"
	}
	add := "latchkey orgs add " + name + " --region " + region + " --client-id " + client
	if own.Genesys() && own.Org != "" {
		add += " --org " + clean(own.Org)
	}
	if key != "" {
		return []string{"For " + regionName(key) + ", add it: " + whole("%s", add)}
	}
	return []string{"If your organisation is in another region, add that: " + whole("%s", add), "Regions: " + regionKeys() + "."}
}

func regionName(key string) string {
	region, _ := config.FindRegion(key)
	return region.Name
}
