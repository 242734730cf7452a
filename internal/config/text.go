package config

import (
	"bytes"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// expression is one "key = value" or one "[header]" of a file, with the lines it stands on.
type expression struct {
	path       []string // whole: a value's below its header
	header     bool
	start, end int // of whole lines; a comment behind it belongs to it
	value      int // where the value ends
}

// expressions splits a well-formed text; it ends early where it is not.
func expressions(text []byte) []expression {
	var all []expression
	var parser unstable.Parser
	parser.Reset(text)
	var under []string
	for parser.NextExpression() {
		node := parser.Expression()
		var path []string
		first, last := len(text), 0
		for key := node.Key(); key.Next(); {
			raw := key.Node().Raw
			path = append(path, string(key.Node().Data))
			first, last = min(first, int(raw.Offset)), int(raw.Offset+raw.Length)
		}
		header := node.Kind != unstable.KeyValue
		if header {
			under = path
		} else {
			path = slices.Concat(under, path)
			last = int(node.Raw.Offset + node.Raw.Length)
		}
		all = append(all, expression{path, header, lineStart(text, first), lineEnd(text, last), last})
	}
	return all
}

// lineStart returns where the line begins that holds the byte at this offset.
func lineStart(text []byte, at int) int { return bytes.LastIndexByte(text[:at], '\n') + 1 }

// lineEnd returns where the next line begins.
func lineEnd(text []byte, at int) int {
	if i := bytes.IndexByte(text[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(text)
}

// newline is what ends the lines of a text.
func newline(text []byte) string {
	if bytes.Contains(text, []byte("\r\n")) {
		return "\r\n"
	}
	return "\n"
}

// appendTable writes a new table at the end of the text, with an empty line before it.
func appendTable(text []byte, lines []string) []byte {
	end := newline(text)
	if len(text) > 0 {
		if !bytes.HasSuffix(text, []byte("\n")) {
			text = append(text, end...)
		}
		text = append(text, end...)
	}
	return append(text, strings.Join(lines, end)+end...)
}

// setDefault writes the default organisation where it stands already, or on top of the text.
func setDefault(text []byte, id string) []byte {
	end := newline(text)
	line := "default = " + tomlText(id)
	for _, e := range expressions(text) {
		if slices.Equal(e.path, []string{"default"}) && !e.header {
			return slices.Concat(text[:e.start], []byte(line), text[e.value:])
		}
	}
	return slices.Concat([]byte(line+end+end), text)
}

// cut takes out everything at or below path. A comment between a table's lines goes with it, others stay.
func cut(text []byte, path []string) []byte {
	var out []byte
	kept := 0
	all := expressions(text)
	for i := 0; i < len(all); i++ {
		e := all[i]
		if !below(e.path, path) {
			continue
		}
		end := e.end
		for e.header && i+1 < len(all) && !all[i+1].header && below(all[i+1].path, path) {
			i++
			end = all[i].end
		}
		out = append(out, text[kept:e.start]...)
		// Of two empty lines that come together, one goes.
		if rest := text[end:]; blankEnd(out) && (len(rest) == 0 || rest[0] == '\n' || rest[0] == '\r') {
			out = out[:lineStart(out, len(out)-1)]
		} else if len(out) == 0 && len(rest) > 0 && (rest[0] == '\n' || rest[0] == '\r') {
			end = lineEnd(text, end)
		}
		kept = end
	}
	return append(out, text[kept:]...)
}

// blankEnd reports whether the text ends with an empty line.
func blankEnd(text []byte) bool {
	return bytes.HasSuffix(text, []byte("\n\n")) || bytes.HasSuffix(text, []byte("\n\r\n"))
}

func below(path, above []string) bool {
	return len(path) >= len(above) && slices.Equal(path[:len(above)], above)
}
