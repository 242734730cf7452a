package strength

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"latchkey/assets"
)

// longest is the longest entry of the lists, in bytes.
const longest = 32

// shortest is the shortest part of a name that counts.
const shortest = 3

// shortestOwn is the shortest part of the agent's own names that counts: "eve" is in "seven", too.
const shortestOwn = 4

// entry is one word: how many are more frequent than it, and whether it is a leaked password.
type entry struct {
	rank   int32
	leaked bool
}

// words are looked up in lower case.
type words map[string]entry

// lists are the words that everybody knows, unpacked once: they never change.
var lists = sync.OnceValue(func() words { return unpack(assets.CommonWords) })

// unpack reads the packed lists. They are part of the program: what cannot be read is empty, and a test looks at it.
func unpack(packed []byte) words {
	all := words{}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return all
	}
	text, err := io.ReadAll(z)
	if err != nil {
		return all
	}
	all = make(words, bytes.Count(text, []byte("\n")))
	section, rank := "", int32(0)
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		if heading, ok := strings.CutPrefix(line, "# "); ok {
			section, rank = heading, 0
			continue
		}
		rank++
		e, ok := all[line]
		if !ok || rank < e.rank {
			e.rank = rank
		}
		e.leaked = e.leaked || section == "passwords"
		all[line] = e
	}
	return all
}

// known reports whether the whole text is a leaked password.
func (w words) known(lower []byte) bool { return w[string(lower)].leaked }

// personal splits what is known of the agent into words: whole, and at everything that is no letter and no digit.
func personal(about []string) words {
	all := words{}
	add := func(text string) {
		if utf8.RuneCountInString(text) >= shortestOwn && len(text) <= 2*longest {
			all[text] = entry{rank: 1}
		}
	}
	for _, text := range about {
		text = strings.ToLower(text)
		add(text)
		parts := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		for _, part := range parts {
			add(part)
		}
		add(strings.Join(parts, ""))
	}
	return all
}
