package config

import (
	"fmt"
	"path/filepath"
	"strings"

	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

// place is where something stands. Without a file it is an organisation that is not in one yet.
type place struct {
	file string
	line int
}

func (p place) String() string {
	if p.file == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d: ", filepath.Clean(p.file), max(p.line, 1))
}

// problem words a mistake at this place: "config.toml:3: organizations.acme.issuer is not an address."
func (p place) problem(code problem.Code, key, why, fix string) *problem.Problem {
	mistake := &Mistake{File: p.file, Line: p.line, Key: key}
	if key != "" {
		why = key + " " + why
	}
	return problem.New(code, problem.Because("%s%s.", p, why), problem.Do("%s", fix), problem.Caused(mistake))
}

func (e entry) wrongType(key, example string) *problem.Problem {
	return e.at.problem(problem.SettingsWrongType, key, "is "+kindOf(e.value), "Write it like this: "+example)
}

// kindOf names what somebody wrote where something else belongs.
func kindOf(value any) string {
	switch value.(type) {
	case string:
		return "a text"
	case int64, float64:
		return "a number"
	case bool:
		return "true or false"
	case []any:
		return "a list"
	case map[string]any:
		return "a section"
	default:
		return "a date or time"
	}
}

// unknownKey words a key that is not one: full is what stands in the file, key its last part.
func unknownKey(at place, full, key string, value any) *problem.Problem {
	top := full == key
	names := keyNames()
	if top {
		names = []string{"default", "proxy", "pac", "updates", "organizations"}
	}
	fix := "Remove it."
	like := nearest(key, names)
	_, belongs := findKey(key)
	_, section := value.(map[string]any)
	switch {
	case like != "":
		fix = fmt.Sprintf("Did you mean %s? Write that, or remove the line.", like)
	case top && belongs:
		fix = fmt.Sprintf("Put %s below a line such as [organizations.acme].", key)
	case top && section:
		fix = fmt.Sprintf("For an organisation, write [organizations.%s].", bareOrQuoted(strings.ToLower(key)))
	}
	if top {
		full = bareOrQuoted(full)
	}
	return at.problem(problem.SettingsUnknownKey, full, "is not a setting", fix)
}

// nearest returns the candidate that was most likely meant, "" when none is close.
func nearest(word string, candidates []string) string {
	plain := strings.NewReplacer("-", "", "_", "", " ", "", ".", "")
	word = plain.Replace(strings.ToLower(word))
	if len(word) > 64 {
		return ""
	}
	best, distance := "", 3
	for _, c := range candidates {
		target := plain.Replace(c)
		if d := editDistance(word, target); d < distance && d*3 <= max(len(word), len(target)) {
			best, distance = c, d
		}
	}
	return best
}

// editDistance is Levenshtein's: how many letters to insert, delete or replace.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// quoted shows a value of the settings in a message.
func quoted(value string) string { return "“" + transport.Clean(value, 80) + "”" }
