package people

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"latchkey/internal/oauth"
	"latchkey/internal/secret"
	"latchkey/internal/strength"
)

// rules are what every new password has to meet. Lengths are in code points; the most is what Genesys Cloud takes.
var rules = oauth.PasswordRules{
	MinLength: 12, MaxLength: 400, Upper: true, Lower: true, Digit: true, History: 5,
	Words: []string{"not your name or e-mail address", "not a password that is known from a breach"},
}

// Rules returns what every new password has to meet.
func Rules() oauth.PasswordRules {
	r := rules
	r.Words = slices.Clone(rules.Words)
	return r
}

// RuleWords returns the rules as sentences for a page.
func RuleWords() []string {
	return []string{
		fmt.Sprintf("At least %d characters; a few words that do not belong together are easy to remember", rules.MinLength),
		"A capital letter, a small letter and a digit, at least one of each; spaces and signs are fine",
		"Not your name or e-mail address, and not a password that is known from a breach",
		fmt.Sprintf("None of your last %d passwords", rules.History),
	}
}

// The reasons not to take a new password, as the challenge endpoint names them.
const (
	Weak   Refusal = "weak"
	Known  Refusal = "known"
	Reused Refusal = "reused"
)

// hash stands for a password that is not in use any more.
type hash [sha256.Size]byte

// hashOf hashes a password's NFKC form: the same letter can be typed as one character or as two (NIST SP 800-63B,
// section 3.1.1.2).
func hashOf(password string) hash { return sha256.Sum256([]byte(norm.NFKC.String(password))) }

// equal compares passwords in a time that does not depend on where they differ.
func equal(a, b string) bool {
	ha, hb := hashOf(a), hashOf(b)
	return subtle.ConstantTimeCompare(ha[:], hb[:]) == 1
}

// SetPassword gives somebody a new password. why is empty when it was taken; words then are too, and otherwise say what to
// do better. A lock stays; an invitation is accepted.
func (d *Directory) SetPassword(username, password string) (why Refusal, words string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	i := slices.IndexFunc(d.people, func(p Person) bool { return fold(p.Username) == fold(username) })
	if i < 0 {
		return Wrong, "There is no such account."
	}
	who, acc := &d.people[i], d.account(username)
	if why, words = judge(*who, acc.passwords, password); why != "" {
		return why, words
	}
	acc.passwords = append(acc.passwords, hashOf(who.Password))
	acc.passwords = acc.passwords[max(0, len(acc.passwords)-rules.History+1):]
	who.Password, who.Renew, who.Invited = password, "", false
	return "", ""
}

// judge holds a new password against the rules; before are the hashes of older ones.
func judge(who Person, before []hash, password string) (Refusal, string) {
	is := func(of func(rune) bool) bool { return strings.ContainsFunc(password, of) }
	length := utf8.RuneCountInString(password)
	missing := []string{}
	for _, each := range []struct {
		words string
		met   bool
	}{
		{"a capital letter", is(unicode.IsUpper)},
		{"a small letter", is(unicode.IsLower)},
		{"a digit", is(unicode.IsDigit)},
	} {
		if !each.met {
			missing = append(missing, each.words)
		}
	}
	switch {
	case slices.Contains(before, hashOf(password)) || equal(password, who.Password):
		return Reused, fmt.Sprintf("It is one of your last %d passwords.", rules.History)
	case length < rules.MinLength:
		return Weak, fmt.Sprintf("It has %d characters and needs %d.", length, rules.MinLength)
	case length > rules.MaxLength:
		return Weak, fmt.Sprintf("It has %d characters; %d are the most.", length, rules.MaxLength)
	case len(missing) > 0:
		return Weak, "It lacks " + strings.Join(missing, " and ") + "."
	case ownName(who, password):
		return Weak, "It holds your name or e-mail address."
	case known(password):
		return Known, "It is known from a breach, so others try it too."
	}
	return "", ""
}

// ownName reports whether the password is made of what everybody knows of them.
func ownName(who Person, password string) bool {
	mine, _, _ := strings.Cut(who.Username, "@")
	for _, part := range append(strings.Fields(who.Name), mine, who.Username) {
		if utf8.RuneCountInString(part) >= 4 && // "eve" is in "seventeen" too
			strings.Contains(fold(password), fold(part)) {
			return true
		}
	}
	return false
}

// known reports whether the password is among those of breaches, with or without signs around it.
func known(password string) bool {
	inner := strings.TrimFunc(password, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for _, each := range []string{password, inner} {
		p := secret.New(each)
		verdict := strength.Judge(p, oauth.PasswordRules{})
		p.Wipe()
		if verdict.Known {
			return true
		}
	}
	return false
}
