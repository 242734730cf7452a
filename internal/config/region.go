package config

// Region is one of Genesys Cloud's regions: a partition of its own with its own hosts and accounts.
type Region struct {
	Key    string // short key, for instance "euw2"
	Name   string // as Genesys Cloud shows it, for instance "EMEA (London)"
	AWS    string // for instance "eu-west-2"
	Domain string // for instance "euw2.pure.cloud"
	Alias  string // another domain people know it by; may be empty
}

// Regions returns all regions, in the order people look for them.
func Regions() []Region { panic("to do") }

// FindRegion understands every name people use for a region: its key, AWS name (with - or _), domain or alias,
// display name or the part in brackets, and any address on one of its hosts.
func FindRegion(text string) (Region, bool) { panic("to do") }

// Host returns the region's host of this kind, for instance Host("login") is "login.euw2.pure.cloud".
func (r Region) Host(kind string) string { return kind + "." + r.Domain }
