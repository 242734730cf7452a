package transport

import (
	"bytes"
	"io"
	"net/http"

	"latchkey/internal/problem"
)

// HTTP returns a net/http client with the same rules, for libraries that want one. A failed request loses its query
// in the process: net/http would quote it in the error.
func (c *Client) HTTP() *http.Client {
	return &http.Client{
		Transport:     roundTripper{c},
		CheckRedirect: func(*http.Request, []*http.Request) error { return problem.New(problem.RedirectRefused) },
	}
}

type roundTripper struct{ client *Client }

var _ http.RoundTripper = roundTripper{}

// RoundTrip answers with a body that was read to its end already.
func (t roundTripper) RoundTrip(request *http.Request) (*http.Response, error) {
	got, err := t.roundTrip(request)
	if err != nil {
		// The caller's request, not its URL, is changed: an error is made from it, nothing is sent with it any more.
		plain := *request.URL
		plain.RawQuery, plain.User = "", nil
		request.URL = &plain
		return nil, err
	}
	response := got.head
	response.Request = request
	response.Body = io.NopCloser(bytes.NewReader(got.body))
	response.ContentLength = int64(len(got.body))
	return response, nil
}

func (t roundTripper) roundTrip(request *http.Request) (*answer, error) {
	if request.Body != nil {
		defer request.Body.Close()
	}
	if _, err := CheckURL(request.URL.String()); err != nil {
		return nil, err
	}
	request = request.Clone(request.Context())
	request.Header.Del("Cookie")
	request.Header.Del("Idempotency-Key") // net/http would take it for leave to replay a POST
	return t.client.exchange(request, 0, false)
}
