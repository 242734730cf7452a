package transport

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"

	"latchkey/internal/problem"
)

// reserved are headers that callers cannot set: they carry credentials that Request has fields for, would make
// net/http replay a POST (Idempotency-Key), or change what the connection is.
var reserved = []string{
	"Authorization", "Cookie", "Proxy-Authorization", "Idempotency-Key", "X-Idempotency-Key",
	"Host", "Connection", "Upgrade", "Content-Length", "Transfer-Encoding",
}

// build makes the net/http request, or says why it cannot be sent.
func (r Request) build(ctx context.Context) (*http.Request, error) {
	address, err := CheckURL(r.URL)
	if err != nil {
		return nil, err
	}
	if !r.known() {
		return nil, problem.New(problem.UnexpectedError, problem.Caused(errors.New("a request with this method or form is not sent")))
	}
	var body io.Reader
	// A reader of a known type sets GetBody, which lets net/http send again when nothing was written at all.
	switch {
	case r.Form != nil:
		body = strings.NewReader(r.Form.Encode())
	case r.JSON != nil:
		body = bytes.NewReader(r.JSON)
	}
	request, err := http.NewRequestWithContext(ctx, r.method(), address.String(), body)
	if err != nil {
		return nil, unsafeAddress("it cannot be read")
	}
	switch {
	case r.Form != nil:
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	case r.JSON != nil:
		request.Header.Set("Content-Type", "application/json")
	}
	for name, values := range r.Header {
		name = http.CanonicalHeaderKey(name)
		if slices.Contains(reserved, name) {
			return nil, problem.New(problem.UnexpectedError, problem.Caused(errors.New("a request with this header is not sent")))
		}
		request.Header[name] = slices.Clone(values)
	}
	request.Header.Set("Accept", r.accept())
	if r.Upgrade != "" {
		request.Header.Set("Connection", "Upgrade")
		request.Header.Set("Upgrade", r.Upgrade)
	}
	if r.BasicUser != "" {
		// Both are form-encoded first: RFC 6749, section 2.3.1.
		request.SetBasicAuth(url.QueryEscape(r.BasicUser), url.QueryEscape(r.BasicPassword))
	}
	if !r.Bearer.Empty() {
		request.Header.Set("Authorization", cmp.Or(r.Scheme, "Bearer")+" "+r.Bearer.Reveal())
	}
	for _, values := range request.Header {
		if !slices.ContainsFunc(values, func(v string) bool { return !httpguts.ValidHeaderFieldValue(v) }) {
			continue
		}
		return nil, problem.New(problem.UnexpectedError, problem.Caused(errors.New("a header holds a forbidden character")))
	}
	return request, nil
}

// known reports whether the method is one of this package's; only a POST has a body.
func (r Request) known() bool {
	switch r.method() {
	case http.MethodPost:
		return true
	case http.MethodGet, http.MethodHead, http.MethodDelete:
		return r.Form == nil && r.JSON == nil
	}
	return false
}

func (r Request) method() string {
	switch {
	case r.Method != "":
		return r.Method
	case r.Form != nil || r.JSON != nil:
		return http.MethodPost
	default:
		return http.MethodGet
	}
}

func (r Request) accept() string {
	if r.Accept == "" {
		return "application/json"
	}
	return r.Accept
}
