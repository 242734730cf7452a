package loopback_test

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/loopback"
	"latchkey/internal/problem"
)

type broken struct{ *clocktest.Clock }

func (broken) Now() time.Time { panic("canary") }

// impatient cuts connections that say nothing, as it is done outside of tests.
func impatient(o *loopback.Options) { o.Limits(1500*time.Millisecond, patience, 200*time.Millisecond) }

func TestCB44SecureConnections(t *testing.T) {
	t.Parallel()
	r := listen(t)
	for i := range 3 {
		select {
		case <-r.HTTPSOnly():
			t.Fatalf("told after %d", i)
		default:
		}
		c, err := tls.Dial("tcp", host(r), &tls.Config{InsecureSkipVerify: true}) //nolint:gosec // nothing answers
		if err == nil {
			_ = c.Close()
			t.Fatal("TLS works")
		}
	}
	<-r.HTTPSOnly()
	wantAlive(t, r)
}

func TestCB45HTTP2(t *testing.T) {
	t.Parallel()
	r := listen(t, impatient)
	if got := raw(t, r, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"); got.status != 0 && got.status < 400 {
		t.Errorf("status %d", got.status)
	}
	c := dial(t, r)
	_, _ = io.WriteString(c, "PRI * HTTP/2.0\r\n")
	if _, err := io.ReadAll(c); isTimeout(err) {
		t.Error("half a preface is waited for")
	}
	wantAlive(t, r)
}

func TestCB46SlowConnections(t *testing.T) {
	t.Parallel()
	r := listen(t, impatient)
	var slow []net.Conn
	for range 200 {
		c := dial(t, r)
		_, _ = io.WriteString(c, "GET /callback HTTP/1.1\r\nHost: ")
		slow = append(slow, c)
	}
	first := get(t, answer(r, "state=x")) // while they hang
	wantPage(t, first, http.StatusBadRequest, pages.NotOurs)
	for _, c := range slow {
		if _, err := io.ReadAll(c); isTimeout(err) {
			t.Fatal("a slow connection was not cut")
		}
	}
	wantAlive(t, r)
}

func TestCB47IdleConnectionsAtTheEnd(t *testing.T) {
	t.Parallel()
	r := listen(t, impatient)
	var idle []net.Conn
	for range 100 {
		idle = append(idle, dial(t, r))
	}
	r.Close()
	for _, c := range idle {
		if _, err := io.ReadAll(c); isTimeout(err) {
			t.Fatal("an idle connection is still open")
		}
	}
	wantRefused(t, host(r))
}

func TestCB49PortScan(t *testing.T) {
	t.Parallel()
	r := listen(t)
	for range 10_000 {
		c, err := net.Dial("tcp", host(r))
		if err != nil {
			t.Fatal(err)
		}
		_ = c.(*net.TCPConn).SetLinger(0) // closes with RST
		_ = c.Close()
	}
	if got := r.Strangers(); got != 0 {
		t.Errorf("%d strangers said nothing and are counted", got)
	}
	wantAlive(t, r)
}

func TestCB50OnlyThisComputer(t *testing.T) {
	t.Parallel()
	r := listen(t)
	if ip, _, _ := net.SplitHostPort(host(r)); !net.ParseIP(ip).IsLoopback() {
		t.Fatalf("listens on %s", ip)
	}
	_, port, _ := net.SplitHostPort(host(r))
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range addresses {
		ip := a.(*net.IPNet).IP
		if ip.IsLoopback() || ip.To4() == nil {
			continue
		}
		if c, err := net.DialTimeout("tcp", net.JoinHostPort(ip.String(), port), patience); err == nil {
			_ = c.Close()
			t.Errorf("reachable at %s", ip)
		}
	}
	wantAlive(t, r)
}

func TestCB53AddressesAreLiterals(t *testing.T) {
	t.Parallel()
	r := listen(t)
	if !strings.HasPrefix(r.RedirectURI(), "http://127.0.0.1:") {
		t.Error(r.RedirectURI())
	}
	local := listen(t, func(o *loopback.Options) { o.Host, o.Path = "localhost", "/" })
	if !strings.HasPrefix(local.RedirectURI(), "http://localhost:") || !strings.HasPrefix(local.StartURL("https://x.example/"), "http://127.0.0.1:") {
		t.Error(local.RedirectURI(), local.StartURL("https://x.example/"))
	}
}

func TestLocalhostServesBothAddresses(t *testing.T) {
	t.Parallel()
	for _, literal := range []string{"127.0.0.1", "[::1]"} {
		r := listen(t, func(o *loopback.Options) { o.Host, o.Path = "localhost", "/" })
		_, port, _ := net.SplitHostPort(host(r))
		query := "?code=c&state=" + state + "&iss=" + url.QueryEscape(issuer)
		got := get(t, "http://"+literal+":"+port+"/"+query, func(q *http.Request) { q.Host = "localhost:" + port })
		wantPage(t, got, http.StatusSeeOther, nil)
		wantCode(t, r, "c")
		wantPage(t, get(t, "http://"+literal+":"+port+"/done"), http.StatusOK, pages.Done)
	}
}

func TestCB55ThePortIsNeverFree(t *testing.T) {
	t.Parallel()
	r := listen(t)
	if l, err := net.Listen("tcp4", host(r)); err == nil {
		_ = l.Close()
		t.Error("another program can listen there")
	}
	_, err := loopback.Listen(t.Context(), loopback.Options{Host: "127.0.0.1", Port: port(t, r), State: another})
	wantProblem(t, err, problem.PortUnavailable)
	wantAlive(t, r)
}

func TestReservedPort(t *testing.T) {
	t.Parallel()
	_, err := loopback.Listen(t.Context(), loopback.Options{Host: "127.0.0.1", Port: 8191, State: another})
	wantProblem(t, err, problem.PortUnavailable)
}

func TestCB61AfterTheTime(t *testing.T) {
	t.Parallel()
	clock := clocktest.At(start)
	r := listen(t, func(o *loopback.Options) { o.Clock = clock })
	c := dial(t, r) // accepted in time
	clock.Advance(10*time.Minute + time.Second)
	_, _ = fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", strings.TrimPrefix(genuine(r), origin(r)), host(r))
	got, _ := io.ReadAll(c)
	if !strings.HasPrefix(string(got), "HTTP/1.1 410 ") || !strings.HasSuffix(string(got), string(pages.Expired)) {
		t.Errorf("got %q", got)
	}
	wantPage(t, get(t, r.StartURL("https://login.acme.example/")), http.StatusGone, pages.Expired)
	wantProblem(t, r.Submit(genuine(r)), problem.AddressNotOurs)
	wantNothing(t, r)
}

func TestCB62PortIsClosed(t *testing.T) {
	t.Parallel()
	r := listen(t)
	address := host(r)
	r.Close()
	if c, err := net.Dial("tcp", address); err == nil {
		_ = c.Close()
		t.Error("the port is open after Close")
	}
}

func TestCB46ManyWhoHoldAndOneWhoAsks(t *testing.T) {
	t.Parallel()
	r := listen(t)
	var group sync.WaitGroup
	for range 4 { // far more than are held at once, while the browser comes
		group.Go(func() {
			for range 100 {
				if c, err := net.Dial("tcp", host(r)); err == nil {
					defer func() { _ = c.Close() }()
				}
			}
		})
	}
	group.Wait()
	wantAlive(t, r)
}

func TestStartAddress(t *testing.T) {
	t.Parallel()
	r := listen(t)
	const target = "https://login.acme.example/authorize?client_id=latchkey&state=s"
	address := r.StartURL(target)
	if !strings.HasPrefix(address, origin(r)+"/go/") || len(address)-len(origin(r)+"/go/") < 22 || strings.Contains(address, state) {
		t.Fatal(address)
	}
	wantPage(t, get(t, origin(r)+"/go/AAAAAAAAAAAAAAAAAAAAAAAAAA"), http.StatusNotFound, pages.NotFound)
	select {
	case <-r.Reached():
		t.Fatal("reached by a stranger")
	default:
	}
	for range 3 { // opened again
		got := get(t, address)
		if got.status != http.StatusFound || got.header.Get("Location") != target || got.body != "" {
			t.Fatalf("got %d, %q, %q", got.status, got.header.Get("Location"), got.body)
		}
		<-r.Reached()
	}
	if got := r.StartURL("https://login.acme.example/other"); got != address {
		t.Errorf("the address changed to %s", got)
	}
	if got := get(t, address); got.header.Get("Location") != "https://login.acme.example/other" {
		t.Errorf("leads to %q", got.header.Get("Location"))
	}
	wantAlive(t, r)
}

// A page that cannot be had right now is no arrival, and the address goes on working.
func TestStartWithoutAPage(t *testing.T) {
	t.Parallel()
	r := listen(t)
	address := r.Start(func() (string, error) { return "", problem.New(problem.ServerUnavailable) })
	wantPage(t, get(t, address), http.StatusBadGateway, pages.Unready)
	select {
	case <-r.Reached():
		t.Fatal("reached, although the browser is not at the sign-in page")
	default:
	}
	if got := get(t, r.StartURL("https://login.acme.example/authorize")); got.status != http.StatusFound {
		t.Errorf("got %d", got.status)
	}
	<-r.Reached()
	wantAlive(t, r)
}

// A visit that leads nowhere is an arrival, too: the browser gets the page that sends the agent back, and what it brought can be asked for.
func TestStartThatLeadsNowhere(t *testing.T) {
	t.Parallel()
	r := listen(t)
	address := r.Start(func() (string, error) { return "", nil })
	if got := r.Brought("username"); got != "" {
		t.Errorf("brought %q before anybody came", got)
	}
	wantPage(t, get(t, strings.Replace(address, "/go/", "/go/x", 1)+"?username=mallory"), http.StatusNotFound, pages.NotFound)
	wantPage(t, get(t, address+"?username=amy%40acme.example"), http.StatusOK, pages.Done)
	<-r.Reached()
	wantPage(t, get(t, address+"?username=mallory"), http.StatusOK, pages.Done)
	if got := r.Brought("username"); got != "amy@acme.example" {
		t.Errorf("brought %q", got)
	}
	wantAlive(t, r)
}

func port(t *testing.T, r *loopback.Receiver) int {
	t.Helper()
	_, p, _ := net.SplitHostPort(host(r))
	var n int
	if _, err := fmt.Sscan(p, &n); err != nil {
		t.Fatal(err)
	}
	return n
}

func isTimeout(err error) bool {
	e, ok := err.(net.Error) //nolint:errorlint // as net returns it
	return ok && e.Timeout()
}
