package lookalike

import (
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// more are letters that UTS 39 leaves apart and that pass for plain ones in a hurry. They count beside a known name only.
const more = "b вьß\nh н\nk кκ\nm м\nn пηñ\nt тτ\ni ι\n"

// palochka is drawn like an l, though UTS 39 has it with i.
const palochka = "l ӏ\n"

// table returns what letters look like, by the data of UTS 39.
var table = sync.OnceValue(func() map[rune]string { return parse(plainLooks + palochka) })

// wide is table with more.
var wide = sync.OnceValue(func() map[rune]string {
	all := parse(plainLooks + palochka)
	for r, plain := range parse(more) {
		if all[r] == "" {
			all[r] = plain
		}
	}
	return all
})

func parse(lines string) map[rune]string {
	all := map[rune]string{}
	for line := range strings.Lines(lines) {
		plain, letters, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		for _, r := range letters {
			all[r] = plain
		}
	}
	return all
}

// Plain letters and digits that pass for others: one for one, and then two for one.
var (
	passing = strings.NewReplacer("0", "o", "1", "l", "i", "l", "3", "e", "4", "a", "5", "s", "8", "b")
	joining = strings.NewReplacer("rn", "m", "vv", "w", "cl", "d")
)

// looks returns a text that all texts that look alike have in common.
func looks(text string) string { return joining.Replace(passing.Replace(mapped(text, wide()))) }

// plainForm returns what a text reads like in plain letters, as far as its letters look like some.
func plainForm(text string) string { return mapped(text, table()) }

// mapped takes accents off and replaces letters by what they look like.
func mapped(text string, by map[rune]string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(text) {
		switch plain, ok := by[r]; {
		case ok:
			b.WriteString(plain)
		case unicode.Is(unicode.Mn, r):
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func ascii(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII })
}

// readsPlain returns what a name reads like that has a part wholly of foreign letters that all look like plain ones, below a plain
// ending: "аррӏе.com". Below an ending of its own script a name is what it seems to be.
func readsPlain(shown string) string {
	labels := strings.Split(shown, ".")
	if !ascii(labels[len(labels)-1]) {
		return ""
	}
	for _, label := range labels {
		if ascii(label) {
			continue
		}
		foreign := false
		for _, r := range label {
			if unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) {
				foreign = true
			}
		}
		if foreign && ascii(mapped(label, table())) {
			return plainForm(shown)
		}
	}
	return ""
}
