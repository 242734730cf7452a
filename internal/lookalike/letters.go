package lookalike

import "strings"

// Letter is one letter of a name, for showing; of a word that was put in as a whole it is that word, with the dot or hyphen beside it.
type Letter struct {
	Text    string
	Differs bool   // the other name has none like it here
	Script  string // of a letter that is not Latin: "Cyrillic"; empty otherwise
}

// Letters returns both names letter by letter, with what differs marked: first the suspicious one as it reads, then the one
// it resembles, which is empty when there is none.
func (f Finding) Letters() (host, like []Letter) {
	a, b := []rune(f.Shown), []rune(f.Like)
	host, like = letters(a), letters(b)
	// The longest common subsequence stays unmarked.
	longest := make([][]int, len(a)+1)
	for i := range longest {
		longest[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				longest[i][j] = longest[i+1][j+1] + 1
			} else {
				longest[i][j] = max(longest[i+1][j], longest[i][j+1])
			}
		}
	}
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			host[i].Differs, like[j].Differs = false, false
			i, j = i+1, j+1
		case longest[i+1][j] >= longest[i][j+1]:
			i++
		default:
			j++
		}
	}
	if f.Like == "" { // nothing to compare with: the strange letters are what differs
		for i := range host {
			host[i].Differs = host[i].Script != ""
		}
	}
	return inWords(host), inWords(like)
}

// Compare returns two hosts letter by letter, with what differs marked, as they read.
func Compare(host, other string) (a, b []Letter) {
	f := Finding{Shown: host, Like: other}
	if n, ok := read(host); ok && !n.hidden {
		f.Shown = n.shown
	}
	if n, ok := read(other); ok && !n.hidden {
		f.Like = n.shown
	}
	return f.Letters()
}

// inWords puts the letters of a word together of which every one differs: the eye is to find it at once.
func inWords(all []Letter) []Letter {
	var words []Letter
	for i := 0; i < len(all); {
		n := inserted(all[i:], i == 0 || separates(all[i-1]))
		if n < 2 {
			words, i = append(words, all[i]), i+1
			continue
		}
		var text strings.Builder
		for _, l := range all[i : i+n] {
			text.WriteString(l.Text)
		}
		words, i = append(words, Letter{Text: text.String(), Differs: true}), i+n
	}
	return words
}

// inserted returns how many letters at the beginning of rest are words that differ as a whole: "login." or, at the end, ".evil". atStart
// tells that a word begins there.
func inserted(rest []Letter, atStart bool) int {
	run, lastEnd := 0, 0
	for run < len(rest) && rest[run].Differs && rest[run].Script == "" {
		if run++; separates(rest[run-1]) {
			lastEnd = run
		}
	}
	switch {
	case atStart && run < len(rest):
		return lastEnd
	case atStart, run > 0 && separates(rest[0]) && (run == len(rest) || separates(rest[run])):
		return run
	}
	return 0
}

func separates(l Letter) bool { return l.Text == "." || l.Text == "-" }

func letters(text []rune) []Letter {
	all := make([]Letter, len(text))
	for i, r := range text {
		all[i] = Letter{Text: string(r), Differs: true}
		if s := scriptOf(r); s != "Latin" {
			all[i].Script = s
		}
	}
	return all
}
