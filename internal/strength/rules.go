package strength

import (
	"fmt"
	"unicode"
	"unicode/utf8"

	"latchkey/internal/oauth"
	"latchkey/internal/secret"
)

// Rules lists what the server asks, and what of it a password meets. It takes no lists, so it is quick from the first call on.
func Rules(password secret.Text, rules oauth.PasswordRules) []Rule {
	all := password.Runes()
	defer clear(all)
	return told(all, rules)
}

// told lists what the server asks, and what of it is met.
func told(password []rune, rules oauth.PasswordRules) []Rule {
	var all []Rule
	add := func(asked, met bool, words string, args ...any) {
		if asked {
			all = append(all, Rule{Words: fmt.Sprintf(words, args...), Met: met})
		}
	}
	k := kindsOf(password)
	add(rules.MinLength > 0, len(password) >= rules.MinLength, "At least %d characters", rules.MinLength)
	add(rules.MaxLength > 0, len(password) <= rules.MaxLength, "At most %d characters", rules.MaxLength)
	add(rules.Upper, k.upper, "A capital letter")
	add(rules.Lower, k.lower, "A small letter")
	add(rules.Digit, k.digit, "A digit")
	add(rules.Special, k.sign, "A sign such as ! or ?") // whether a space is one, servers do not agree
	switch {
	case rules.History == 1:
		all = append(all, Rule{Words: "Not the last password", Unchecked: true})
	case rules.History > 1:
		all = append(all, Rule{Words: fmt.Sprintf("None of the last %d passwords", rules.History), Unchecked: true})
	}
	for _, words := range rules.Words {
		all = append(all, Rule{Words: sentence(words), Unchecked: true})
	}
	return all
}

// sentence begins with a capital letter, as the other rules do.
func sentence(words string) string {
	first, size := utf8.DecodeRuneInString(words)
	return string(unicode.ToUpper(first)) + words[size:]
}
