package config

import (
	"cmp"
	"strings"
)

// GenesysEndpoints returns the addresses of the organisation's Genesys Cloud region, overlaid by the ones that the
// settings name. With a login_url, authorization and token endpoint default to the same paths below it. API and Login
// have no slash at the end. For an organisation without a region they are just the ones named.
func (o Organization) GenesysEndpoints() Endpoints {
	e := o.Endpoints
	r, ok := FindRegion(o.Region)
	if !ok {
		return e
	}
	e.Login = strings.TrimRight(cmp.Or(e.Login, "https://"+r.Host("login")), "/")
	e.API = strings.TrimRight(cmp.Or(e.API, "https://"+r.Host("api")), "/")
	e.Authorization = cmp.Or(e.Authorization, e.Login+"/oauth/authorize")
	e.Token = cmp.Or(e.Token, e.Login+"/oauth/token")
	return e
}
