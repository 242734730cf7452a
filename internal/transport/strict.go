package transport

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

const maxDepth = 64

var (
	errNotObject = errors.New("not one JSON object")
	errText      = errors.New("text that is no Unicode")
	errVariant   = errors.New("two member names are the same, or differ only in case")
	errDeep      = errors.New("nested too deep")
)

// StrictObject reports what keeps the text from being one JSON object that everybody reads the same way (RFC 7493): UTF-8, no
// duplicate or case-variant member names, at most 64 levels deep, nothing after it. The error never quotes the text.
func StrictObject(text []byte) error {
	switch {
	case !json.Valid(text) || bytes.TrimLeft(text, " \t\r\n")[0] != '{':
		return errNotObject
	case !utf8.Valid(text) || halfPair(text):
		return errText
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber() // of any size
	var open []object
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return errNotObject
		}
		switch token {
		case json.Delim('{'):
			open = append(open, object{names: map[string]bool{}})
		case json.Delim('['):
			open = append(open, object{})
		case json.Delim('}'), json.Delim(']'):
			if open = open[:len(open)-1]; len(open) > 0 {
				open[len(open)-1].value = false
			}
		default:
			if open[len(open)-1].again(token) {
				return errVariant
			}
		}
		if len(open) > maxDepth {
			return errDeep
		}
	}
}

// object is one that is being read; an array has no names.
type object struct {
	names map[string]bool
	value bool // a value comes next, not a name
}

// again takes a name, or a value that is neither object nor array, and reports whether it is a name that was there before.
func (o *object) again(token json.Token) bool {
	if o.names == nil {
		return false
	}
	if o.value = !o.value; !o.value {
		return false
	}
	folded := strings.ToLower(strings.ToUpper(token.(string)))
	seen := o.names[folded]
	o.names[folded] = true
	return seen
}

// halfPair reports whether valid JSON names half of a surrogate pair, which is no character.
func halfPair(text []byte) bool {
	unit := func() rune { // at the beginning of the text; U+FFFD when there is none
		if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
			return utf8.RuneError
		}
		n, err := strconv.ParseUint(string(text[2:6]), 16, 16)
		if err != nil {
			return utf8.RuneError
		}
		return rune(n)
	}
	for {
		at := bytes.IndexByte(text, '\\')
		if at < 0 {
			return false
		}
		text = text[at:]
		first := unit()
		text = text[2:]
		if !utf16.IsSurrogate(first) {
			continue
		}
		text = text[4:]
		if utf16.DecodeRune(first, unit()) == utf8.RuneError {
			return true
		}
		text = text[6:]
	}
}
