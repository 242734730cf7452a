// Package strength says how good a new password is, in words that help to make it better.
//
// It guesses how many tries somebody would need who knows what people choose: passwords from published breaches, words, names,
// rows of the keyboard, dates, repetitions, and what is known of the agent. The method is that of zxcvbn (Wheeler,
// USENIX Security 2016). The Go ports of it unpack all their lists when a program starts (0.1 s at every start, 10 MB), so
// the estimate is made here, from one packed list that is read when the first password is judged.
//
// What it says is advice. The server decides, and its rules are told as they are.
package strength

import (
	"slices"
	"unicode"

	"latchkey/internal/oauth"
	"latchkey/internal/secret"
)

const (
	// Enough is the length from which on a password is long enough, in code points.
	Enough = 12
	// looked is how many code points are looked at: more is good already, or goes on as it began.
	looked = 64
	// plenty is the length from which on a password needs no mixture.
	plenty = 20
)

// Verdict is what is thought of a new password. It holds nothing of it.
type Verdict struct {
	Score  int      // 0: guessed at once, to 4: very hard to guess
	Length int      // code points
	Known  bool     // it is among the passwords of published breaches
	Advice []string // what would make it better: at most two sentences
	Rules  []Rule   // what the server asks, as far as it says so
	Good   bool     // every rule that can be checked is met, and there is no advice
}

// Rule is one thing that the server asks of a new password.
type Rule struct {
	Words string
	Met   bool
	// Unchecked: only the server can tell whether it is met. Met is false then, and says nothing.
	Unchecked bool
}

// Judge looks at a new password. about is what it should not be made of: user name, name, organisation. The password
// stays the caller's to wipe; copies made here are wiped, and nothing is kept. Judge is quick enough for every key stroke,
// but for the first call, which reads the lists.
func Judge(password secret.Text, rules oauth.PasswordRules, about ...string) Verdict {
	all := password.Runes()
	defer clear(all)
	part := all[:min(len(all), looked)]
	e := newEstimate(part, lists(), personal(about))
	defer e.wipe()
	guesses := e.guesses()
	v := Verdict{
		Score:  score(guesses),
		Length: len(all),
		Known:  len(all) <= looked && lists().known(e.lower),
		Rules:  told(all, rules),
	}
	if v.Known {
		v.Score = 0
	}
	v.Advice = advice(all, v, e)
	v.Good = len(v.Advice) == 0 && len(all) > 0 &&
		!slices.ContainsFunc(v.Rules, func(r Rule) bool { return !r.Met && !r.Unchecked })
	return v
}

// kinds are what characters a password is made of.
type kinds struct{ upper, lower, digit, sign, space, other bool }

func kindsOf(password []rune) (k kinds) {
	for _, r := range password {
		switch {
		case unicode.IsUpper(r):
			k.upper = true
		case unicode.IsLower(r):
			k.lower = true
		case unicode.IsDigit(r):
			k.digit = true
		case unicode.IsSpace(r):
			k.space = true
		case unicode.IsLetter(r), unicode.IsMark(r): // of a script without capitals
			k.other = true
		default:
			k.sign = true
		}
	}
	return k
}

// count returns how many kinds there are.
func (k kinds) count() int {
	n := 0
	for _, there := range []bool{k.upper, k.lower, k.digit, k.sign || k.space, k.other} {
		if there {
			n++
		}
	}
	return n
}
