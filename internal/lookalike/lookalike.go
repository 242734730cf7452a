// Package lookalike tells addresses that look like another one: letters of other scripts, near misses, added words, other
// endings. It knows the domains of Genesys Cloud, and is told the servers that are in the settings already.
//
// It compares as Unicode's UTS 39 says, with the letters of confusables.txt that domain names may have. It warns, and is meant
// to be quiet about everything ordinary: names in one script, in whatever language, and hosts of a domain that is known.
package lookalike

import (
	"fmt"
	"net/netip"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"

	"latchkey/internal/config"
	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

// Kind says in what way an address is suspicious.
type Kind string

// The kinds.
const (
	Letters Kind = "letters" // letters of another script that look like plain ones
	Mixed   Kind = "mixed"   // letters of several scripts in one part of the name
	Near    Kind = "near"    // a few letters are different
	Added   Kind = "added"   // another name with words around it
	Ending  Kind = "ending"  // another name with another ending
	Hidden  Kind = "hidden"  // an encoded name that cannot be shown
)

// Finding is what is suspicious about an address.
type Finding struct {
	Kind  Kind
	Host  string // as the network knows it: ASCII
	Shown string // as it reads: with the letters that Host encodes
	Like  string // the known name it resembles, or what it reads like; may be empty
	Known bool   // Like is a name of the settings or of Genesys Cloud
}

// Check looks at a host (a port may follow) that is about to be added. known are hosts of servers that are in the settings; the
// domains of Genesys Cloud are known anyway. It returns false when nothing is suspicious: the host is one of them or below
// one of them, is this computer, or is like none.
func Check(host string, known []string) (Finding, bool) {
	n, ok := read(host)
	if !ok {
		return Finding{}, false
	}
	all := familiar(known)
	for _, k := range all {
		if n.host == k.host || strings.HasSuffix(n.host, "."+k.host) {
			return Finding{}, false
		}
	}
	if n.hidden {
		return Finding{Kind: Hidden, Host: n.host, Shown: n.shown}, true
	}
	for _, compare := range []func(name, name) Kind{sameLooks, near, neighbour, otherEnding, added} {
		for _, k := range all {
			if kind := compare(n, k); kind != "" {
				return Finding{Kind: kind, Host: n.host, Shown: n.shown, Like: k.shown, Known: true}, true
			}
		}
	}
	if mixes(n.shown) {
		return Finding{Kind: Mixed, Host: n.host, Shown: n.shown, Like: unlessSame(plainForm(n.shown), n.shown)}, true
	}
	if reads := readsPlain(n.shown); reads != "" {
		return Finding{Kind: Letters, Host: n.host, Shown: n.shown, Like: reads}, true
	}
	return Finding{}, false
}

// Problem returns the finding in words for people.
func (f Finding) Problem() *problem.Problem {
	shown := f.Host
	if f.Shown != f.Host {
		shown = fmt.Sprintf("%s (really %s)", f.Shown, f.Host)
	}
	var why string
	switch {
	case f.Kind == Hidden:
		why = "holds letters that cannot be shown"
	case f.Kind == Mixed && f.Like == "":
		why = "mixes letters of different scripts"
	case f.Kind == Mixed, f.Kind == Letters:
		why = "has letters of another script that look like those of " + f.Like
	case f.Kind == Added:
		why = "holds the name " + f.Like + ", but is not part of it"
	case f.Kind == Ending:
		why = "is called like " + f.Like + ", but ends differently"
	default:
		why = "is almost " + f.Like + ", but not the same"
	}
	return problem.New(problem.LookAlike, problem.Because("%s %s.", shown, why))
}

func unlessSame(a, b string) string {
	if a == b {
		return ""
	}
	return a
}

// name is a host in its parts.
type name struct {
	host   string // ASCII, lower case, without port
	shown  string // Unicode
	own    string // the part of shown that somebody registered: "mypurecloud" of login.mypurecloud.ie
	suffix string // what stands behind it: "ie"
	domain string // both together, in ASCII
	hidden bool   // an encoded part is not one
}

// read takes a host apart; false for numbers, this computer, and what is no host.
func read(host string) (name, bool) {
	host = strings.ToLower(strings.TrimSuffix(strings.TrimSpace(host), "."))
	if at := strings.LastIndex(host, ":"); at >= 0 && !strings.Contains(host[:at], ":") {
		host = host[:at]
	}
	bare := strings.Trim(host, "[]")
	if _, err := netip.ParseAddr(bare); err == nil || bare == "" || transport.Loopback(bare) || len(bare) > 1024 {
		return name{}, false
	}
	n := name{host: bare, shown: bare}
	if ascii, err := idna.Lookup.ToASCII(bare); err == nil {
		n.host = ascii
	}
	shown, err := idna.Lookup.ToUnicode(n.host)
	if n.hidden = err != nil && strings.Contains(n.host, "xn--"); !n.hidden {
		n.shown = transport.Clean(shown, 255)
	}
	n.domain = n.host
	if d, err := publicsuffix.EffectiveTLDPlusOne(n.host); err == nil {
		n.domain = d
	}
	depth := strings.Count(n.domain, ".") + 1
	labels := strings.Split(n.shown, ".")
	labels = labels[max(0, len(labels)-depth):]
	n.own, n.suffix = labels[0], strings.Join(labels[1:], ".")
	return n, true
}

// familiar are the names to compare with: Genesys Cloud's domains, and the hosts that are known.
func familiar(known []string) []name {
	var all []name
	add := func(host string) {
		if n, ok := read(host); ok {
			all = append(all, n)
		}
	}
	const newer = "pure.cloud" // all of it is Genesys Cloud's
	for _, r := range config.Regions() {
		for _, domain := range []string{r.Domain, r.Alias} {
			if domain != "" && !strings.HasSuffix(domain, "."+newer) {
				add(domain)
			}
		}
	}
	for _, own := range []string{newer, "genesys.com", "genesys.cloud"} {
		add(own)
	}
	for _, host := range known {
		add(host)
	}
	return all
}
