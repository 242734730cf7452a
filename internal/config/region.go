package config

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Region is one of Genesys Cloud's regions: a partition of its own with its own hosts and accounts.
type Region struct {
	Key    string // short key, for instance "euw2"
	Name   string // as Genesys Cloud shows it, for instance "EMEA (London)"
	AWS    string // for instance "eu-west-2"
	Domain string // for instance "euw2.pure.cloud"
	Alias  string // another domain people know it by; may be empty
}

var regions = []Region{
	{"use1", "Americas (US East)", "us-east-1", "mypurecloud.com", "use1.pure.cloud"},
	{"use2", "Americas (US East 2)", "us-east-2", "use2.us-gov-pure.cloud", ""},
	{"usw2", "Americas (US West)", "us-west-2", "usw2.pure.cloud", ""},
	{"cac1", "Americas (Canada)", "ca-central-1", "cac1.pure.cloud", ""},
	{"sae1", "Americas (São Paulo)", "sa-east-1", "sae1.pure.cloud", ""},
	{"mxc1", "Americas (Mexico)", "mx-central-1", "mxc1.pure.cloud", ""},
	{"euw1", "EMEA (Dublin)", "eu-west-1", "mypurecloud.ie", "euw1.pure.cloud"},
	{"euw2", "EMEA (London)", "eu-west-2", "euw2.pure.cloud", ""},
	{"euc1", "EMEA (Frankfurt)", "eu-central-1", "mypurecloud.de", "euc1.pure.cloud"},
	{"euc2", "EMEA (Zurich)", "eu-central-2", "euc2.pure.cloud", ""},
	{"mec1", "EMEA (UAE)", "me-central-1", "mec1.pure.cloud", ""},
	{"aps1", "Asia Pacific (Mumbai)", "ap-south-1", "aps1.pure.cloud", ""},
	{"apne1", "Asia Pacific (Tokyo)", "ap-northeast-1", "mypurecloud.jp", "apne1.pure.cloud"},
	{"apne2", "Asia Pacific (Seoul)", "ap-northeast-2", "apne2.pure.cloud", ""},
	{"apne3", "Asia Pacific (Osaka)", "ap-northeast-3", "apne3.pure.cloud", ""},
	{"apse1", "Asia Pacific (Singapore)", "ap-southeast-1", "apse1.pure.cloud", ""},
	{"apse2", "Asia Pacific (Sydney)", "ap-southeast-2", "mypurecloud.com.au", "apse2.pure.cloud"},
	{"edee1", "EU Sovereign (Germany)", "eusc-de-east-1", "edee1.eusc-pure.cloud", ""},
}

// Regions returns all regions, in the order people look for them.
func Regions() []Region { return slices.Clone(regions) }

// FindRegion understands every name people use for a region: its key, AWS name (with - or _), domain or alias,
// display name or the part in brackets, and any address on one of its hosts.
func FindRegion(text string) (Region, bool) {
	host, name := hostOf(text), lettersAndDigits(text)
	for _, r := range regions {
		if r.called(name) || within(host, r.Domain) || within(host, r.Alias) {
			return r, true
		}
	}
	return Region{}, false
}

// Host returns the region's host of this kind, for instance Host("login") is "login.euw2.pure.cloud".
func (r Region) Host(kind string) string { return kind + "." + r.Domain }

// called compares a name by its letters and digits only.
func (r Region) called(name string) bool {
	_, inBrackets, _ := strings.Cut(r.Name, "(")
	names := []string{r.Key, r.AWS, r.Name, inBrackets}
	if r.Key == "use2" {
		names = append(names, "FedRAMP") // what the sign-in page calls it
	}
	return slices.ContainsFunc(names, func(n string) bool { return lettersAndDigits(n) == name })
}

// within reports whether host is the domain or one of its hosts.
func within(host, domain string) bool {
	return domain != "" && (host == domain || strings.HasSuffix(host, "."+domain))
}

// hostOf cuts the host out of an address, or of what people copy of one; "" when somebody else's name is hidden in it.
func hostOf(text string) string {
	text = strings.ToLower(strings.TrimSpace(text))
	if _, after, ok := strings.Cut(text, "://"); ok {
		text = after
	}
	if end := strings.IndexAny(text, `/?#\`); end >= 0 {
		text = text[:end]
	}
	if strings.Contains(text, "@") {
		return ""
	}
	host, _, _ := strings.Cut(text, ":")
	return strings.TrimSuffix(host, ".")
}

// lettersAndDigits drops accents, case and everything else.
func lettersAndDigits(text string) string {
	if len(text) > 64 {
		return ""
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFD.String(text))
}
