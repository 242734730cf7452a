package diagnose

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"latchkey/internal/config"
)

// signInWords are what components are called that people need to sign in. Not compiled before a page is read.
var signInWords = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b(log[ -]?(in|on)|sign[ -]?(in|on)|sso|auth|authentication|authorization|oauth|oidc|identity|mfa)\b`)
})

// concern tells whether a name on a status page is about a region: its own, another's, or no region in particular.
type concern int

const (
	everyRegion concern = iota
	ourRegion
	otherRegion
)

// concerns compares names as status pages write them: "Americas (Sao Paulo)", "São Paulo Incident" and "Americas (São
// Paulo)" are one region, "Americas (US East 2)" and "Americas (US East)" are two.
func concerns(name, region string) concern {
	if region == "" {
		return everyRegion
	}
	found := everyRegion
	words := plainWords(name)
	for _, r := range config.Regions() {
		if !mentions(words, plainWords(place(r.Name))) {
			continue
		}
		if r.Name == region {
			return ourRegion
		}
		found = otherRegion
	}
	return found
}

// place is what a region's name has in brackets: the rest is a continent.
func place(name string) string {
	if _, inside, ok := strings.Cut(name, "("); ok {
		return strings.TrimSuffix(inside, ")")
	}
	return name
}

// mentions reports whether the words of a place stand in a text, and are not the beginning of a numbered one.
func mentions(text, place []string) bool {
	for i := range text {
		rest := text[i:]
		if len(rest) < len(place) || !slices.Equal(rest[:len(place)], place) {
			continue
		}
		if len(rest) == len(place) || strings.Trim(rest[len(place)], "0123456789") != "" {
			return true
		}
	}
	return false
}

// plainWords are the words of a text without accents and case.
func plainWords(text string) []string {
	text = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(text[:min(len(text), 400)]))
	return strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}
