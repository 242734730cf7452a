package transport

import (
	"bytes"
	"mime"
	"net/http"

	"github.com/go-jose/go-jose/v4/json" // encoding/json, but for names that differ in case

	"latchkey/internal/problem"
)

// DecodeJSON decodes an answer's body strictly into v: one JSON object, UTF-8, no duplicate or case-variant member
// names, bounded depth, nothing after it; unknown members are ignored. HTML is the problem network-page, anything
// else that is wrong the problem server-answer; neither quotes the body. An answer that reports a failure of the
// server (500 to 599, 511 aside) and is no such object is the problem server-unavailable.
func (r *Response) DecodeJSON(v any) error {
	err := StrictObject(r.Body)
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
