package lookalike

// Letter is one letter of a name, for showing.
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
	return host, like
}

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
