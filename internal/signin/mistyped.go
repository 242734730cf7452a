package signin

import (
	"slices"
	"strings"
)

// mailHosts are where most people who do not have an address of their company's get their mail.
var mailHosts = []string{
	"gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "hotmail.co.uk", "live.com", "yahoo.com", "yahoo.co.uk", "ymail.com", "mail.com",
	"icloud.com", "aol.com", "proton.me", "protonmail.com", "fastmail.com", "zoho.com", "web.de", "gmx.de", "gmx.net", "gmx.com", "t-online.de",
	"freenet.de", "orange.fr", "libero.it", "comcast.net", "verizon.net", "email.com", "qq.com", "foxmail.com",
}

// shortestHost is the least length of a name that one wrong letter is told of: shorter ones are near too many others.
const shortestHost = 8

// Mistyped returns the address that was probably meant, where the part behind the @ is one slip of the finger away from a known
// one: that of an address that this computer knows, or of a common mail service. It is a hint: nothing that was typed is changed.
func Mistyped(address string, known []string) (meant string, slipped bool) {
	address = strings.TrimSpace(address)
	at := strings.LastIndexByte(address, '@')
	if at <= 0 {
		return "", false
	}
	host := strings.ToLower(address[at+1:])
	var hosts []string
	for _, other := range known {
		if at := strings.LastIndexByte(other, '@'); at > 0 {
			hosts = append(hosts, strings.ToLower(other[at+1:]))
		}
	}
	hosts = append(hosts, mailHosts...)
	if slices.Contains(hosts, host) {
		return "", false
	}
	i := slices.IndexFunc(hosts, func(h string) bool { return len(h) >= shortestHost && oneSlip(host, h) })
	if i < 0 {
		return "", false
	}
	return address[:at+1] + hosts[i], true
}

// oneSlip reports whether one letter was left out, added, mistaken or swapped with its neighbour.
func oneSlip(typed, meant string) bool {
	a, b := []rune(typed), []rune(meant)
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	swapped := len(a) == 2 && len(b) == 2 && a[0] == b[1] && a[1] == b[0]
	return swapped || len(a) <= 1 && len(b) <= 1 && len(a)+len(b) > 0
}
