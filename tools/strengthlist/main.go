// Command strengthlist packs the lists that new passwords are judged by into assets/strength/common.txt.gz.
//
//	npm install --ignore-scripts @zxcvbn-ts/language-common@4.1.3 @zxcvbn-ts/language-en@4.1.1 @zxcvbn-ts/language-de@3.0.2
//	cd tools && go run ./strengthlist ../node_modules/@zxcvbn-ts ../assets/strength/common.txt.gz
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// sections are the lists of the result. Of each so many entries are taken, the most frequent ones; 0 takes all.
var sections = []struct {
	name, file string
	most       int
}{
	{"passwords", "language-common/src/passwords.json", 0},
	{"english", "language-en/src/commonWords.json", 16000},
	{"german", "language-de/src/commonWords.json", 6000},
	{"first names", "language-en/src/firstnames.json", 0},
	{"first names", "language-de/src/firstnames.json", 0},
	{"last names", "language-en/src/lastnames.json", 4000},
	{"last names", "language-de/src/lastnames.json", 0},
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: strengthlist FOLDER-OF-THE-LISTS RESULT")
	}
	var text bytes.Buffer
	for _, s := range sections {
		text.WriteString("# " + s.name + "\n")
		for _, word := range inOctaves(read(filepath.Join(os.Args[1], s.file), s.most)) {
			text.WriteString(word + "\n")
		}
	}
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := w.Write(text.Bytes()); err != nil {
		log.Fatal(err)
	}
	if err := w.Close(); err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(os.Args[2], packed.Bytes(), 0o644); err != nil {
		log.Fatal(err)
	}
}

// inOctaves sorts the words from the 64th, the 128th, the 256th … on among themselves. A rank is then off by less than a
// factor of two, which is nothing to a guesser, and the result packs better.
func inOctaves(words []string) []string {
	for from, count := 63, 64; from < len(words); from, count = from+count, 2*count {
		slices.Sort(words[from:min(from+count, len(words))])
	}
	return words
}

// read returns the words of one list, in their order: at least three letters, and nothing that would be a heading.
func read(file string, most int) []string {
	raw, err := os.ReadFile(file)
	if err != nil {
		log.Fatal(err)
	}
	var all, kept []string
	if err := json.Unmarshal(raw, &all); err != nil {
		log.Fatal(err)
	}
	for _, word := range all {
		word = strings.ToLower(strings.TrimSpace(word))
		if len(word) >= 3 && len(word) <= 32 && !strings.HasPrefix(word, "# ") && !strings.Contains(word, "\n") {
			kept = append(kept, word)
		}
		if most > 0 && len(kept) == most {
			break
		}
	}
	return kept
}
