package config

import (
	"net/url"
	"strings"
)

// SameServer returns the first of some organisations that signs in where o does: at the same address, or to the same organisation in
// the same region. One with o's ID is o itself.
func SameServer(all []Organization, o Organization) (Organization, bool) {
	for _, other := range all {
		if other.ID == o.ID || other.Region != o.Region || !strings.EqualFold(other.Org, o.Org) {
			continue
		}
		if o.Genesys() && other.ClientID == o.ClientID || o.Issuer != "" && sameAddress(other.Issuer, o.Issuer) {
			return other, true
		}
	}
	return Organization{}, false
}

// sameAddress compares two addresses as far as servers do: capital letters of the host and a slash at the end make no difference.
func sameAddress(a, b string) bool {
	u, err := url.Parse(a)
	v, err2 := url.Parse(b)
	return err == nil && err2 == nil && u.Scheme == v.Scheme && strings.EqualFold(u.Host, v.Host) && strings.TrimSuffix(u.Path, "/") == strings.TrimSuffix(v.Path, "/")
}
