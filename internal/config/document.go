package config

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"

	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

// entry is one value of a settings file and where it stands.
type entry struct {
	value any
	at    place
}

// table is one organisation as a file has it.
type table struct {
	at      place // its header, or where it is first mentioned
	entries map[string]entry
}

// document is a settings file, read but for the meaning of an organisation's values.
type document struct {
	fallback      *entry // "default"; nil when it is not set
	proxy, pac    *entry // likewise
	updates       map[string]entry
	organizations map[string]table
}

func (d *document) ids() []string { return slices.Sorted(maps.Keys(d.organizations)) }

// bom is the byte order mark that some editors put before UTF-8.
var bom = []byte("\xef\xbb\xbf")

// isOrganizationID reports whether id may stand behind "organizations.".
func isOrganizationID(id string) bool {
	if id == "" || len(id) > 63 || id[0] == '-' || id[0] == '_' {
		return false
	}
	return !strings.ContainsFunc(id, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '_')
	})
}

// parse reads a file's text. Every key is known and in its place afterwards; values are looked at by table.build.
func parse(file string, text []byte) (*document, error) {
	text = bytes.TrimPrefix(text, bom)
	if bytes.HasPrefix(text, []byte("\xff\xfe")) || bytes.HasPrefix(text, []byte("\xfe\xff")) {
		return nil, place{file, 1}.problem(problem.SettingsSyntax, "", "the file is written in UTF-16", "Save it as UTF-8.")
	}
	var values map[string]any
	if err := toml.Unmarshal(text, &values); err != nil {
		return nil, syntaxError(file, text, err)
	}
	d := &document{organizations: map[string]table{}}
	lines := readLines(text)
	at := func(path ...string) place { return place{file, lines[strings.Join(path, pathSeparator)]} }

	// Of several mistakes, the first in the file is the one to tell.
	for _, key := range slices.SortedFunc(maps.Keys(values), func(a, b string) int { return at(a).line - at(b).line }) {
		value := values[key]
		switch key {
		case "default":
			d.fallback = &entry{value, at(key)}
		case "proxy":
			d.proxy = &entry{value, at(key)}
		case "pac":
			d.pac = &entry{value, at(key)}
		case "updates":
			if err := d.readUpdates(value, at); err != nil {
				return nil, err
			}
		case "organizations":
			tables, ok := value.(map[string]any)
			if !ok {
				return nil, entry{value, at(key)}.wrongType(key, "[organizations.acme]")
			}
			for _, id := range slices.SortedFunc(maps.Keys(tables), func(a, b string) int {
				return at(key, a).line - at(key, b).line
			}) {
				if err := d.addTable(id, tables[id], func(path ...string) place {
					return at(append([]string{key, id}, path...)...)
				}); err != nil {
					return nil, err
				}
			}
		default:
			return nil, unknownKey(at(key), key, key, value)
		}
	}
	return d, nil
}

func (d *document) addTable(id string, value any, at func(...string) place) error {
	name := "organizations." + bareOrQuoted(id)
	if !isOrganizationID(id) {
		return at().problem(problem.SettingsBadValue, name, "has a name that cannot be used",
			"Use small letters, digits, - and _, beginning with a letter or digit, 63 at most.")
	}
	values, ok := value.(map[string]any)
	if !ok {
		return entry{value, at()}.wrongType(name, "[organizations."+id+"]")
	}
	t := table{at(), map[string]entry{}}
	for _, key := range slices.SortedFunc(maps.Keys(values), func(a, b string) int { return at(a).line - at(b).line }) {
		if _, ok := findKey(key); !ok {
			return unknownKey(at(key), name+"."+bareOrQuoted(key), key, values[key])
		}
		t.entries[key] = entry{values[key], at(key)}
	}
	d.organizations[id] = t
	return nil
}

func syntaxError(file string, text []byte, err error) error {
	line, why, do := 1, "cannot be read", "Correct this line."
	if e, ok := errors.AsType[*toml.DecodeError](err); ok {
		line, _ = e.Position()
		why = transport.Clean(strings.TrimPrefix(e.Error(), "toml: "), 160)
		if strings.HasSuffix(why, "at start of value") {
			why, do = "the value is no text, number or list", `Correct this line: text stands in quotation marks, as in name = "Acme".`
		}
	}
	if key := keyOn(text, line); key != "" {
		why = key + ": " + why
	}
	return place{file, line}.problem(problem.SettingsSyntax, "", why, do)
}

// keyOn returns the key that a line of a text that cannot be read gives a value to; "" when there is none to see.
func keyOn(text []byte, line int) string {
	lines := bytes.SplitN(text, []byte("\n"), line+1)
	if line < 1 || line > len(lines) {
		return ""
	}
	key, _, given := bytes.Cut(lines[line-1], []byte("="))
	name := strings.TrimSpace(string(key))
	if _, known := findKey(name); !given || !known {
		return ""
	}
	return name
}

const pathSeparator = "\x00"

// readLines returns the line on which each key of a well-formed text is first mentioned.
func readLines(text []byte) map[string]int {
	lines := map[string]int{}
	var parser unstable.Parser
	parser.Reset(text)
	counted, line := 0, 1
	lineOf := func(offset uint32) int {
		line += bytes.Count(text[counted:offset], []byte("\n"))
		counted = int(offset)
		return line
	}
	var header []string
	for parser.NextExpression() {
		node := parser.Expression()
		if node.Kind == unstable.Table || node.Kind == unstable.ArrayTable {
			header = mention(lines, nil, node.Key(), lineOf)
			continue
		}
		mentionValue(lines, header, node, lineOf)
	}
	return lines
}

func mentionValue(lines map[string]int, under []string, node *unstable.Node, lineOf func(uint32) int) {
	path := mention(lines, under, node.Key(), lineOf)
	if value := node.Value(); value.Kind == unstable.InlineTable {
		for children := value.Children(); children.Next(); {
			if child := children.Node(); child.Kind == unstable.KeyValue {
				mentionValue(lines, path, child, lineOf)
			}
		}
	}
}

func mention(lines map[string]int, under []string, key unstable.Iterator, lineOf func(uint32) int) []string {
	path := slices.Clone(under)
	for key.Next() {
		path = append(path, string(key.Node().Data))
		name := strings.Join(path, pathSeparator)
		if at := lineOf(key.Node().Raw.Offset); lines[name] == 0 {
			lines[name] = at
		}
	}
	return path
}

func bareOrQuoted(key string) string {
	bare := !strings.ContainsFunc(key, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_')
	})
	if bare && key != "" && len(key) <= 80 {
		return key
	}
	return fmt.Sprintf("%q", transport.Clean(key, 80))
}
