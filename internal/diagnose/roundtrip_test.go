package diagnose

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"latchkey/internal/loopback"
	"latchkey/internal/secret"
)

// between is a security product between browser and receiver.
type between struct {
	through http.RoundTripper
	change  func(*http.Request, *http.Response) (*http.Response, error)
}

func (b between) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := b.through.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	return b.change(r, answer)
}

// What comes back otherwise than it was sent is noticed, wherever on the way.
func TestRoundTripNoticesWhatIsInBetween(t *testing.T) {
	page := func(status int, text string) *http.Response {
		return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(text))}
	}
	for name, change := range map[string]func(*http.Request, *http.Response) (*http.Response, error){
		"a page of its own": func(_ *http.Request, a *http.Response) (*http.Response, error) {
			a.Body.Close()
			return page(http.StatusOK, "<html>Blocked by policy</html>"), nil
		},
		"a page in place of the last one": func(r *http.Request, a *http.Response) (*http.Response, error) {
			if r.URL.Path != "/done" {
				return a, nil
			}
			a.Body.Close()
			a.Body = io.NopCloser(strings.NewReader("<script src=//av.example></script>"))
			return a, nil
		},
		"something put into the page": func(_ *http.Request, a *http.Response) (*http.Response, error) {
			body, err := io.ReadAll(a.Body)
			a.Body.Close()
			a.Body = io.NopCloser(bytes.NewReader(bytes.Replace(body, []byte("</body>"), []byte("<i></i></body>"), 1)))
			return a, err
		},
		"another redirect": func(_ *http.Request, a *http.Response) (*http.Response, error) {
			if a.Header.Get("Location") != "" {
				a.Header.Set("Location", "http://127.0.0.1:9/blocked")
			}
			return a, nil
		},
		"the parameters cut off": func(_ *http.Request, a *http.Response) (*http.Response, error) {
			address, _, _ := strings.Cut(a.Header.Get("Location"), "?")
			a.Header.Set("Location", address)
			return a, nil
		},
		"the policy taken away": func(_ *http.Request, a *http.Response) (*http.Response, error) {
			a.Header.Del("Content-Security-Policy")
			return a, nil
		},
		"a proxy's mark": func(_ *http.Request, a *http.Response) (*http.Response, error) {
			a.Header.Set("Via", "1.1 filter")
			return a, nil
		},
		"the connection cut": func(_ *http.Request, a *http.Response) (*http.Response, error) {
			a.Body.Close()
			return nil, io.ErrUnexpectedEOF
		},
	} {
		t.Run(name, func(t *testing.T) {
			state := secret.New("state-of-this-test")
			receiver, err := loopback.Listen(t.Context(), loopback.Options{Path: "/callback", State: state})
			if err != nil {
				t.Fatal(err)
			}
			defer receiver.Close()
			client := tripClient()
			defer client.CloseIdleConnections()
			client.Transport = between{client.Transport, change}
			if err := travel(t.Context(), client, receiver, state.Reveal()); err == nil {
				t.Error("nobody noticed")
			}
		})
	}
}

// The client of the round trip never speaks to anybody but this computer.
func TestDG17RoundTripStaysHere(t *testing.T) {
	client := tripClient()
	defer client.CloseIdleConnections()
	for _, address := range []string{"http://192.0.2.1:9/", "http://[2001:db8::1]:9/"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := client.Do(r)
		if err == nil {
			answer.Body.Close()
		}
		if !errors.Is(err, errAltered) {
			t.Errorf("%s: %v", address, err)
		}
	}
}
