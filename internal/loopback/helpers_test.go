package loopback_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"latchkey/assets"
	"latchkey/internal/clock/clocktest"
	"latchkey/internal/loopback"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	state  = "canary-state-0123456789-0123456789-0123456789"
	issuer = "https://login.acme.example"
)

var (
	pages = assets.NewReturnPages()
	start = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
)

// patience is how long something that has to happen may take on a busy machine.
const patience = time.Minute

func listen(t *testing.T, change ...func(*loopback.Options)) *loopback.Receiver {
	t.Helper()
	o := loopback.Options{
		Host: "127.0.0.1", Path: "/callback", State: secret.New(state),
		Issuer: issuer, IssRequired: true, Clock: clocktest.At(start), Until: start.Add(10 * time.Minute),
	}
	o.Limits(patience, patience, patience)
	for _, c := range change {
		c(&o)
	}
	r, err := loopback.Listen(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

// genuine is the answer that the server sends the browser with.
func genuine(r *loopback.Receiver) string {
	return r.RedirectURI() + "?" + url.Values{"code": {"canary-code"}, "state": {state}, "iss": {issuer}}.Encode()
}

func answer(r *loopback.Receiver, query string) string { return r.RedirectURI() + "?" + query }

type page struct {
	status int
	header http.Header
	body   string
}

// get asks once, as a browser's tab does, without following a redirect. Alterations change the request.
func get(t *testing.T, address string, alter ...func(*http.Request)) page {
	t.Helper()
	q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range alter {
		a(q)
	}
	client := http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       patience,
	}
	response, err := client.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return page{response.StatusCode, response.Header, string(body)}
}

// visit asks and goes where it is sent, as a browser does.
func visit(t *testing.T, r *loopback.Receiver, address string, alter ...func(*http.Request)) page {
	t.Helper()
	got := get(t, address, alter...)
	if got.status == http.StatusSeeOther {
		get(t, origin(r)+got.header.Get("Location"))
	}
	return got
}

// wantPage compares an answer with a fixed page, byte by byte.
func wantPage(t *testing.T, got page, status int, body []byte) {
	t.Helper()
	if got.status != status {
		t.Errorf("status %d, want %d", got.status, status)
	}
	if got.body != string(body) {
		t.Errorf("not the fixed page: %q", got.body)
	}
}

func host(r *loopback.Receiver) string {
	u, _ := url.Parse(r.RedirectURI())
	return u.Host
}

func origin(r *loopback.Receiver) string { return "http://" + host(r) }

func dial(t *testing.T, r *loopback.Receiver) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", host(r))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(patience))
	return c
}

// raw sends bytes and returns the answer's status, 0 when the connection was closed without one.
func raw(t *testing.T, r *loopback.Receiver, request string) page {
	t.Helper()
	c := dial(t, r)
	if _, err := io.WriteString(c, request); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return page{}
	}
	defer func() { _ = response.Body.Close() }()
	body, _ := io.ReadAll(response.Body)
	return page{response.StatusCode, response.Header, string(body)}
}

// wantNothing checks that no answer was consumed so far.
func wantNothing(t *testing.T, r *loopback.Receiver) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 8 { // a select between two ready channels is a coin
		if c, err := r.Wait(ctx); err == nil || problem.From(err).Code != problem.GivenUp {
			t.Fatalf("an answer was taken: %+v, %v", c, err)
		}
	}
}

// wantAlive checks that nothing has ended the sign-in: the genuine answer still gets through.
func wantAlive(t *testing.T, r *loopback.Receiver) {
	t.Helper()
	wantNothing(t, r)
	if got := visit(t, r, genuine(r)); got.status != http.StatusSeeOther {
		t.Fatalf("the genuine answer got %d", got.status)
	}
	wantCode(t, r, "canary-code")
}

func wait(t *testing.T, r *loopback.Receiver) (loopback.Callback, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	return r.Wait(ctx)
}

func wantCode(t *testing.T, r *loopback.Receiver, code string) {
	t.Helper()
	got, err := wait(t, r)
	if err != nil || got.Code.Reveal() != code || got.Error != "" {
		t.Fatalf("got %q, %q, %v", got.Code.Reveal(), got.Error, err)
	}
}

func wantProblem(t *testing.T, err error, code problem.Code) {
	t.Helper()
	if !problem.Has(err, code) {
		t.Fatalf("got %v, want %s", err, code)
	}
	if strings.Contains(err.Error(), "canary") {
		t.Errorf("the error quotes: %v", err)
	}
}

// wantRefused waits until nobody listens at the address any more.
func wantRefused(t *testing.T, address string) {
	t.Helper()
	for deadline := time.Now().Add(patience); ; {
		c, err := net.Dial("tcp", address)
		if err != nil {
			return
		}
		_ = c.Close()
		if time.Now().After(deadline) {
			t.Fatal("the port is still open")
		}
		time.Sleep(5 * time.Millisecond)
	}
}
