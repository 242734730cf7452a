package lookalike

import (
	"maps"
	"slices"
	"strings"
	"unicode"
)

// common are the scripts of names on the web, asked first; the others follow in the order of their names.
var common = []string{"Latin", "Cyrillic", "Greek", "Han", "Hiragana", "Katakana", "Hangul", "Arabic", "Hebrew"}

// scriptOf returns the name of a letter's script; empty for digits, signs and accents, which belong to all.
func scriptOf(r rune) string {
	if !unicode.IsLetter(r) {
		return ""
	}
	for _, s := range common {
		if unicode.Is(unicode.Scripts[s], r) {
			return s
		}
	}
	for _, s := range slices.Sorted(maps.Keys(unicode.Scripts)) {
		if unicode.Is(unicode.Scripts[s], r) {
			return strings.ReplaceAll(s, "_", " ")
		}
	}
	return ""
}

// together are the scripts that one word may be written in (UTS 39, section 5.2: highly restrictive).
var together = [][]string{
	{"Latin", "Han", "Hiragana", "Katakana"}, {"Latin", "Han", "Bopomofo"}, {"Latin", "Han", "Hangul"},
}

// mixes reports whether one part of a host is written in scripts that no language mixes.
func mixes(shown string) bool {
	for label := range strings.SplitSeq(shown, ".") {
		var used []string
		for _, r := range label {
			if s := scriptOf(r); s != "" && s != "Common" && s != "Inherited" && !slices.Contains(used, s) {
				used = append(used, s)
			}
		}
		allowed := len(used) <= 1 || slices.ContainsFunc(together, func(set []string) bool {
			return !slices.ContainsFunc(used, func(s string) bool { return !slices.Contains(set, s) })
		})
		if !allowed {
			return true
		}
	}
	return false
}
