package diagnose

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"slices"
	"strings"
)

// interceptors are products that read secure connections by issuing certificates of their own, with words that their
// issuers are known by, in lower case. The first that fits counts.
var interceptors = []struct {
	product string
	words   []string
}{
	{"Zscaler", []string{"zscaler"}},
	{"Netskope", []string{"netskope", "goskope"}},
	{"Palo Alto Networks", []string{"palo alto networks", "paloalto", "globalprotect"}},
	{"Fortinet", []string{"fortinet", "fortigate", "forticlient"}},
	{"Sophos", []string{"sophos", "cyberoam", "astaro"}},
	{"Cisco Umbrella", []string{"cisco umbrella", "opendns"}},
	{"Cisco", []string{"ironport", "cisco secure", "cisco web security", "cisco ftd", "firepower", "cisco systems"}},
	{"Blue Coat (Symantec)", []string{"blue coat", "bluecoat", "proxysg", "symantec web", "symantec cloud", "symantec enterprise cloud", "edge swg"}},
	{"Forcepoint", []string{"forcepoint", "websense"}},
	{"Skyhigh (McAfee)", []string{"skyhigh", "mcafee", "trellix"}},
	{"Check Point", []string{"check point", "checkpoint", "zonealarm"}},
	{"Kaspersky", []string{"kaspersky"}},
	{"ESET", []string{"eset ssl", "eset, spol", "eset spol", "eset mail"}},
	{"Avast", []string{"avast"}},
	{"AVG", []string{"avg technologies", "avg web", "avg mail"}},
	{"Bitdefender", []string{"bitdefender"}},
	{"WatchGuard", []string{"watchguard", "fireware"}},
	{"Barracuda", []string{"barracuda"}},
	{"Untangle", []string{"untangle", "arista edge threat"}},
	{"SonicWall", []string{"sonicwall"}},
	{"Trend Micro", []string{"trend micro", "trendmicro"}},
	{"Cato Networks", []string{"cato networks", "catonetworks"}},
	{"Cloudflare Gateway", []string{"gateway ca - cloudflare", "cloudflare for teams", "cloudflare gateway"}},
	{"iboss", []string{"iboss"}},
	{"Menlo Security", []string{"menlo security"}},
	{"Smoothwall", []string{"smoothwall"}},
	{"Securly", []string{"securly"}},
	{"Lightspeed", []string{"lightspeed systems", "lightspeed rocket", "lightspeed filter"}},
	{"ContentKeeper", []string{"contentkeeper"}},
	{"Stormshield", []string{"stormshield", "netasq"}},
	{"Dr.Web", []string{"dr.web", "doctor web"}},
	{"AdGuard", []string{"adguard"}},
	{"Norton", []string{"norton web", "norton mail", "nortonlifelock"}},
	{"OPNsense", []string{"opnsense"}},
	{"pfSense", []string{"pfsense"}},
	{"mitmproxy", []string{"mitmproxy"}},
	{"Charles", []string{"charles proxy"}},
	{"Fiddler", []string{"fiddler"}},
	{"Proxyman", []string{"proxyman"}},
	{"HTTP Toolkit", []string{"http toolkit"}},
	{"Burp Suite", []string{"portswigger", "burp suite"}},
	{"OWASP ZAP", []string{"owasp root ca", "owasp zap", "zed attack proxy"}},
	{"Squid", []string{"squid"}},
}

// interceptor returns the product that issued the certificate, "" when none is known to have. Only issuers count: a
// server may well belong to a company that also makes such a product.
func interceptor(chain []*x509.Certificate) string {
	var issuers []pkix.Name
	for i, certificate := range chain {
		issuers = append(issuers, certificate.Issuer)
		if i > 0 {
			issuers = append(issuers, certificate.Subject)
		}
	}
	for _, known := range interceptors {
		for _, issuer := range issuers {
			name := strings.ToLower(strings.Join(slices.Concat(issuer.Organization, issuer.OrganizationalUnit, []string{issuer.CommonName}), "\n"))
			if slices.ContainsFunc(known.words, func(w string) bool { return strings.Contains(name, w) }) {
				return known.product
			}
		}
	}
	return ""
}
