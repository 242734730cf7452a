package transport

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"latchkey/internal/problem"
)

const maxDepth = 64

// DecodeJSON decodes an answer's body strictly into v: one JSON object, UTF-8, no duplicate or case-variant member
// names, bounded depth, nothing after it; unknown members are ignored. HTML is the problem network-page, anything
// else that is wrong the problem server-answer; neither quotes the body. An answer that reports a failure of the
// server (500 to 599, 511 aside) and is no such object is the problem server-unavailable.
func (r *Response) DecodeJSON(v any) error {
	err := strictObject(r.Body)
	if err == nil {
		err = json.Unmarshal(r.Body, v)
	}
	switch {
	case err == nil:
		return nil
	case r.Status >= 500 && r.Status != http.StatusNetworkAuthenticationRequired:
		return problem.New(problem.ServerUnavailable)
	case r.page():
		return problem.New(problem.NetworkPage)
	default:
		return problem.New(problem.ServerAnswer) // without err: it quotes what the server said
	}
}

// page reports whether the answer is a web page.
func (r *Response) page() bool {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind == "text/html" || kind == "application/xhtml+xml" {
		return true
	}
	start := bytes.TrimLeft(bytes.TrimPrefix(r.Body, []byte("\ufeff")), " \t\r\n")
	return bytes.HasPrefix(start, []byte("<"))
}

var (
	errNotObject = errors.New("not one JSON object")
	errVariant   = errors.New("two member names differ only in case")
	errDeep      = errors.New("nested too deep")
)

// strictObject walks the text once: the decoder itself refuses what is no JSON, no UTF-8, or has duplicate names.
func strictObject(body []byte) error {
	decoder := jsontext.NewDecoder(bytes.NewReader(body))
	if decoder.PeekKind() != '{' {
		return errNotObject
	}
	var names []map[string]bool // of the open objects; nil for an array
	for {
		token, err := decoder.ReadToken()
		if err != nil {
			return err
		}
		switch token.Kind() {
		case '{':
			names = append(names, map[string]bool{})
		case '[':
			names = append(names, nil)
		case '}', ']':
			names = names[:len(names)-1]
		case '"':
			if kind, n := decoder.StackIndex(decoder.StackDepth()); kind == '{' && n%2 == 1 { // a name, not a value
				folded := strings.ToLower(strings.ToUpper(token.String()))
				if names[len(names)-1][folded] {
					return errVariant
				}
				names[len(names)-1][folded] = true
			}
		}
		if len(names) > maxDepth {
			return errDeep
		}
		if len(names) == 0 {
			if _, err := decoder.ReadToken(); err != io.EOF {
				return errNotObject
			}
			return nil
		}
	}
}
