package transport_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/problem"
	"latchkey/internal/transport"
	"latchkey/internal/transport/transporttest"
)

func TestTK31SizeThatIsNotTrue(t *testing.T) {
	for _, short := range []string{
		"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", "HTTP/1.1 200 OK\r\n", "",
	} {
		var asked atomic.Int64
		serve := answers(short)
		address := transporttest.Raw(t, func(c net.Conn) {
			asked.Add(1)
			serve(c)
		})
		_, err := newClient(t, transport.Options{}).Do(t.Context(), transport.Request{URL: "http://" + address, Form: url.Values{}})
		if !problem.Has(err, problem.ConnectionBroken) || asked.Load() != 1 {
			t.Errorf("%q: got %v, asked %d times", short, err, asked.Load())
		}
		// A GET is tried again.
		_, err = get(t, "http://"+address)
		if !problem.Has(err, problem.ConnectionBroken) || asked.Load() != 4 {
			t.Errorf("%q: got %v, asked %d times", short, err, asked.Load())
		}
	}
	address := transporttest.Raw(t, answers("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}surplus"))
	got, err := get(t, "http://"+address)
	if err != nil || string(got.Body) != "{}" {
		t.Errorf("surplus: got %v, %v", got, err)
	}
}

func TestTK33POSTIsNotReplayedOnAnIdleConnection(t *testing.T) {
	for name, send := range map[string]func(*transport.Client, string) error{
		"Do": func(c *transport.Client, address string) error {
			_, err := c.Do(context.Background(), transport.Request{URL: address, Form: url.Values{"code": {"c"}}})
			return err
		},
		"HTTP": func(c *transport.Client, address string) error {
			request, err := http.NewRequest("POST", address, strings.NewReader("code=c"))
			if err != nil {
				return err
			}
			request.Header.Set("Idempotency-Key", "x") // would let net/http replay
			r, err := c.HTTP().Do(request)
			if err == nil {
				_ = r.Body.Close()
			}
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			var asked atomic.Int64
			address := "http://" + transporttest.Raw(t, func(c net.Conn) {
				r := bufio.NewReader(c)
				for {
					request, err := http.ReadRequest(r)
					if err != nil {
						return
					}
					_, _ = io.Copy(io.Discard, request.Body)
					if request.Header.Get("Idempotency-Key") != "" {
						t.Error("the request says that it may be replayed")
					}
					if asked.Add(1) == 2 {
						return // the connection was good once; now it closes as the request comes
					}
					_, _ = io.WriteString(c, okAnswer)
				}
			})
			client := newClient(t, transport.Options{})
			if err := send(client, address); err != nil {
				t.Fatal(err)
			}
			err := send(client, address)
			want(t, err, problem.ConnectionBroken)
			if asked.Load() != 2 {
				t.Errorf("asked %d times", asked.Load())
			}
		})
	}
}

// TestTK32 asks a server that would like to speak HTTP/2: frames, GOAWAY and floods have nobody to reach.
func TestTK32OnlyHTTP1IsSpoken(t *testing.T) {
	ca := transporttest.NewAuthority(t, "Test CA")
	var major atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { major.Store(int64(r.ProtoMajor)) }))
	server.EnableHTTP2 = true
	server.TLS = &tls.Config{Certificates: []tls.Certificate{ca.Issue(t)}}
	server.StartTLS()
	defer server.Close()
	_, err := newClient(t, transport.Options{Roots: ca.Pool}).Do(t.Context(), transport.Request{URL: server.URL})
	if err != nil || major.Load() != 1 {
		t.Errorf("got HTTP/%d, %v", major.Load(), err)
	}
	address, bytes := transporttest.TLS(t, &tls.Config{Certificates: []tls.Certificate{ca.Issue(t)}, NextProtos: []string{"h2"}}, "")
	_, err = newClient(t, transport.Options{Roots: ca.Pool}).Do(t.Context(), transport.Request{URL: "https://" + address})
	if err == nil || bytes.Load() != 0 && !problem.Has(err, problem.ConnectionBroken) {
		t.Errorf("a server of HTTP/2 only: %v", err)
	}
}

func TestTimeLimitSaysHowFarItCame(t *testing.T) {
	silent := func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }
	trickle := func(c net.Conn) {
		if _, err := http.ReadRequest(bufio.NewReader(c)); err != nil {
			return
		}
		_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
		_, _ = io.Copy(io.Discard, c)
	}
	for _, c := range []struct {
		name, scheme, why string
		serve             func(net.Conn)
	}{
		{"no answer", "http", "the answer takes too long. Try again in a few minutes", silent},
		{"half an answer", "http", "the answer takes too long. Try again in a few minutes", trickle},
		{"no handshake", "https", "secure connection is not completed", silent},
	} {
		address := transporttest.Raw(t, c.serve)
		t.Run(c.name, func(t *testing.T) {
			hangs(t, problem.TimedOut, c.why, func(limit time.Duration) error {
				_, err := newClient(t, transport.Options{Timeout: limit}).Do(t.Context(), transport.Request{URL: c.scheme + "://" + address})
				return err
			})
			// The caller's own limit counts, too.
			hangs(t, problem.TimedOut, c.why, func(limit time.Duration) error {
				ctx, cancel := context.WithTimeout(t.Context(), limit)
				defer cancel()
				_, err := newClient(t, transport.Options{}).Do(ctx, transport.Request{URL: c.scheme + "://" + address, Method: "POST"})
				return err
			})
		})
	}
}

func TestCancelEndsEveryStage(t *testing.T) {
	silent := func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }
	for _, scheme := range []string{"http", "https"} {
		ctx, cancel := context.WithCancel(t.Context())
		address := transporttest.Raw(t, func(c net.Conn) {
			cancel()
			silent(c)
		})
		_, err := newClient(t, transport.Options{}).Do(ctx, transport.Request{URL: scheme + "://" + address})
		want(t, err, problem.GivenUp)
		cancel()
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := newClient(t, transport.Options{}).Do(ctx, transport.Request{URL: "https://127.0.0.1:1"})
	want(t, err, problem.GivenUp)
}

func TestNobodyListens(t *testing.T) {
	_, err := get(t, "http://127.0.0.1:1")
	want(t, err, problem.ConnectionRefused)
	_, err = get(t, "https://localhost:1")
	want(t, err, problem.ConnectionRefused)
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	date := func(d time.Duration) string { return now.Add(d).Format(http.TimeFormat) }
	for _, c := range []struct {
		name, after, date string
		want              time.Duration
	}{
		{"none", "", "", 0}, {"seconds", "7", "", 7 * time.Second}, {"spaces", " 7 ", "", 7 * time.Second}, {"zero", "0", "", 0},
		{"below zero", "-1", "", 0}, {"half", "1.5", "", 0}, {"words", "soon", "", 0}, {"huge", "99999999999999999999", "", 0},
		{"date", date(time.Minute), "", time.Minute}, {"past", date(-time.Minute), "", 0},
		{"date, and the clock here is wrong", date(-time.Hour + time.Minute), date(-time.Hour), time.Minute},
	} {
		header := http.Header{}
		header.Set("Retry-After", c.after)
		if c.date != "" {
			header.Set("Date", c.date)
		}
		if got := transport.RetryAfter(header, now); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

func TestRetryAfterIsObeyedWithinTheTimeLimit(t *testing.T) {
	for after, asks := range map[string]int{"2": 3, "3600": 1} {
		asked := 0
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked++
			w.Header().Set("Retry-After", after)
			w.WriteHeader(http.StatusServiceUnavailable)
		}))
		clock := &quick{}
		got, err := newClient(t, transport.Options{Clock: clock}).Do(t.Context(), transport.Request{URL: server.URL})
		server.Close()
		if err != nil || got.Status != 503 || asked != asks {
			t.Errorf("%s: got %v, %v, asked %d times", after, got, err, asked)
		}
		for _, d := range clock.slept {
			if d < 2*time.Second {
				t.Errorf("%s: slept %v only", after, d)
			}
		}
	}
}

func TestObserved(t *testing.T) {
	here := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	var date, age string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Date"] = []string{date}
		if age != "" {
			w.Header().Set("Age", age)
		}
	}))
	defer server.Close()
	host := strings.TrimPrefix(server.URL, "http://")
	client := newClient(t, transport.Options{Clock: clocktest.At(here)})
	if seen := client.Observed(host); seen != (transport.Observation{}) {
		t.Errorf("before anything: %+v", seen)
	}
	for _, ahead := range []time.Duration{0, 4 * time.Minute, -4 * time.Minute, 24 * time.Hour} {
		date = here.Add(ahead).Format(http.TimeFormat)
		if _, err := client.Do(t.Context(), transport.Request{URL: server.URL}); err != nil {
			t.Fatal(err)
		}
		seen := client.Observed(host)
		if off := (seen.Offset - ahead - 500*time.Millisecond).Abs(); off > seen.RoundTrip || seen.Uncertainty < 500*time.Millisecond ||
			seen.Uncertainty != seen.RoundTrip/2+500*time.Millisecond || seen.At != here || seen.RoundTrip <= 0 {
			t.Errorf("%v ahead: %+v", ahead, seen)
		}
	}
	// What says nothing about the time leaves the last known.
	for _, c := range [][2]string{{"yesterday", ""}, {"", ""}, {here.Format(http.TimeFormat), "3600"}} {
		date, age = c[0], c[1]
		if _, err := client.Do(t.Context(), transport.Request{URL: server.URL}); err != nil {
			t.Fatal(err)
		}
		if seen := client.Observed(strings.ToUpper(host)); seen.Offset < 23*time.Hour {
			t.Errorf("%q: %+v", c, seen)
		}
	}
}
