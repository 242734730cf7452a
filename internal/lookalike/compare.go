package lookalike

import (
	"slices"
	"strings"
)

const (
	shortToken = 4 // a name of so many letters counts where it stands between hyphens or dots
	longToken  = 7 // and of so many anywhere
)

// everyday are names that say nothing about whose they are.
var everyday = []string{
	"login", "cloud", "service", "services", "company", "example", "support", "online", "secure", "account", "accounts",
	"portal", "auth", "identity", "work", "home", "mail", "office", "internal", "corp", "test", "demo", "local", "localhost", "group",
	"contact", "center", "centre", "pure", "team", "desk", "help", "info", "world", "global", "digital", "systems", "apps", "server",
}

// sameLooks: the whole names, or the parts that are registered, look the same and are not.
func sameLooks(n, k name) Kind {
	switch {
	case n.domain != k.domain && looks(n.own+"."+n.suffix) == looks(k.own+"."+k.suffix), looks(n.shown) == looks(k.shown):
	default:
		return ""
	}
	if ascii(n.shown) {
		return Near
	}
	return Letters
}

// near: the registered part is a letter or two away from a known one.
func near(n, k name) Kind {
	if n.domain == k.domain || n.own == k.own {
		return ""
	}
	a, b := looks(n.own), looks(k.own)
	if word := looks(k.joined()); k.joined() != k.own { // of two words with a dot between: purec1oud.com, purre.cloud
		if distance(strings.ReplaceAll(a, "-", ""), word) == 1 || n.suffix == "cloud" && distance(looks(n.joined()), word) == 1 {
			return Near
		}
		if n.own != k.joined() && a == word {
			return Near
		}
	}
	switch length := len([]rune(b)); {
	case a == b && length >= shortToken:
		return Near
	case length < shortToken || slices.Contains(everyday, k.own):
		return ""
	case length < 8 && n.suffix == k.suffix && distance(a, b) == 1, length >= 8 && distance(a, b) <= 2:
		return Near
	}
	return ""
}

// shared are domains in which everybody can have a name for the asking: the names below them belong to different people.
var shared = []string{
	"okta.com", "oktapreview.com", "okta-emea.com", "auth0.com", "onelogin.com", "pingone.com", "pingone.eu", "jumpcloud.com",
	"b2clogin.com", "ciamlogin.com", "amazoncognito.com", "salesforce.com", "fusionauth.io", "frontegg.com", "kinde.com",
}

// neighbour: below a shared domain, another one's name is almost the same, or the same at another place.
func neighbour(n, k name) Kind {
	if n.domain != k.domain || !slices.Contains(shared, n.domain) {
		return ""
	}
	own, place, _ := strings.Cut(n.shown, ".")
	known, knownPlace, _ := strings.Cut(k.shown, ".")
	a, b := looks(own), looks(known)
	switch length := len([]rune(b)); {
	case own == known && place != knownPlace:
		return Ending
	case place != knownPlace || length < shortToken || slices.Contains(everyday, known):
		return ""
	case distance(a, b) <= 1, length >= 8 && distance(a, b) == 2:
		return Near
	}
	return ""
}

// added: a known name is in it, with something around it.
func added(n, k name) Kind {
	if n.domain == k.domain {
		return ""
	}
	if strings.Contains("."+n.host, "."+k.domain+".") || strings.Contains("."+n.host, "."+k.domain+"-") {
		return Added // mypurecloud.com.login.example
	}
	for _, word := range []string{k.own, k.joined()} {
		length := len([]rune(word))
		if length < shortToken || slices.Contains(everyday, word) || n.own == word {
			continue
		}
		parts := strings.Split(n.own, "-")
		if slices.ContainsFunc(parts, func(p string) bool { return looks(p) == looks(word) }) && len(parts) > 1 {
			return Added
		}
		if length >= longToken && (strings.Contains(looks(n.own), looks(word)) || strings.Contains(looks(n.joined()), looks(word))) {
			return Added // mypurecloudlogin.com, loginpure.cloud
		}
		if strings.Contains(word, "-") && strings.Contains("-"+n.own+"-", "-"+word+"-") {
			return Added
		}
	}
	return ""
}

// otherEnding: the same name behind another dot.
func otherEnding(n, k name) Kind {
	if n.domain == k.domain {
		return ""
	}
	same := n.own == k.own && len(k.own) >= 5 && !slices.Contains(everyday, k.own)
	if same || strings.ReplaceAll(n.own, "-", "") == k.joined() && k.joined() != k.own {
		return Ending
	}
	return ""
}

// joined is the name with a new ending that is a word, in one: "purecloud" of pure.cloud.
func (n name) joined() string {
	if n.suffix == "cloud" {
		return strings.ReplaceAll(n.own, "-", "") + n.suffix
	}
	return n.own
}

// distance is how many letters have to be changed, added, left out, or swapped with their neighbour.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	rows := make([][]int, len(x)+1)
	for i := range rows {
		rows[i] = make([]int, len(y)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(x); i++ {
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(x)][len(y)]
}
