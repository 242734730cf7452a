package transport

import (
	"context"
	"errors"
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
	request, err := http.NewRequestWithContext(ctx, r.method(), address.String(), nil)
	if err != nil {
		return nil, unsafeAddress("it cannot be read")
	}
	if r.Form != nil {
		form := r.Form.Encode()
		// A reader of a known type sets GetBody, which lets net/http send again when nothing was written at all.
		request, err = http.NewRequestWithContext(ctx, r.method(), address.String(), strings.NewReader(form))
		if err != nil {
			return nil, unsafeAddress("it cannot be read")
		}
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, values := range r.Header {
		name = http.CanonicalHeaderKey(name)
		if slices.Contains(reserved, name) {
			return nil, problem.New(problem.UnexpectedError, problem.Because("A request was made with a header that is not allowed."))
		}
		request.Header[name] = slices.Clone(values)
	}
	request.Header.Set("Accept", r.accept())
	if r.BasicUser != "" {
		// Both are form-encoded first: RFC 6749, section 2.3.1.
		request.SetBasicAuth(url.QueryEscape(r.BasicUser), url.QueryEscape(r.BasicPassword))
	}
	if !r.Bearer.Empty() {
		request.Header.Set("Authorization", "Bearer "+r.Bearer.Reveal())
	}
	for _, values := range request.Header {
		if !slices.ContainsFunc(values, func(v string) bool { return !httpguts.ValidHeaderFieldValue(v) }) {
			continue
		}
		return nil, problem.New(problem.UnexpectedError, problem.Caused(errors.New("a header holds a forbidden character")))
	}
	return request, nil
}

func (r Request) method() string {
	switch {
	case r.Method != "":
		return r.Method
	case r.Form != nil:
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
