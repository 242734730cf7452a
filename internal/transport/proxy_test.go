package transport_test

import (
	"bufio"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/transport"
	"latchkey/internal/transport/transporttest"
)

// target is not on this computer, and never reached: the proxy says what comes of it.
const target = "https://login.acme.example/token"

func through(address string) func(*http.Request) (*url.URL, error) {
	return func(*http.Request) (*url.URL, error) { return url.Parse("http://user:canary@" + address) }
}

func TestTK27Proxy(t *testing.T) {
	// then answers CONNECT, and whatever comes after it.
	then := func(answer, more string) func(net.Conn) {
		return func(c net.Conn) {
			r := bufio.NewReader(c)
			if _, err := http.ReadRequest(r); err != nil {
				return
			}
			_, _ = io.WriteString(c, answer)
			if more != "" {
				_, _ = r.ReadByte() // of the handshake
				_, _ = io.WriteString(c, more)
			}
		}
	}
	for _, c := range []struct {
		name  string
		serve func(net.Conn)
		code  problem.Code
		why   string
	}{
		{"407", then("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n", ""), problem.ProxyPassword, ""},
		{"401", then("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", ""), problem.ProxyPassword, ""},
		{"403 with a page", then("HTTP/1.1 403 Blocked canary\r\nContent-Type: text/html\r\nContent-Length: 12\r\n\r\n<h1>canary</", ""), problem.ProxyFailed, "forbids login.acme.example (answer 403)"},
		{"502", then("HTTP/1.1 502 Bad Gateway\r\n\r\n", ""), problem.ProxyFailed, "answers 502"},
		{"302", then("HTTP/1.1 302 Found\r\nLocation: http://x/canary\r\n\r\n", ""), problem.ProxyFailed, "answers 302"},
		{"no HTTP", then("SSH-2.0-canary\r\n", ""), problem.ProxyFailed, "breaks the connection off"},
		{"closes", then("", ""), problem.ProxyFailed, "breaks the connection off"},
		{"200, then a page", then("HTTP/1.1 200 OK\r\n\r\n", "<html>canary</html>"), problem.ProxyFailed, "something else than the server"},
		{"200, then closes", then("HTTP/1.1 200 OK\r\n\r\n", ""), problem.ConnectionBroken, ""},
		{"endless header", then("HTTP/1.1 200 OK\r\nA: "+strings.Repeat("a", 1<<22), ""), problem.ProxyFailed, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := newClient(t, transport.Options{Proxy: through(transporttest.Raw(t, c.serve))})
			_, err := client.Do(t.Context(), transport.Request{URL: target, Form: url.Values{}})
			p := want(t, err, c.code)
			if !strings.Contains(p.Why, c.why) {
				t.Errorf("why: %q, want %q", p.Why, c.why)
			}
			if text := p.Error() + p.Fix; strings.Contains(text, "canary") {
				t.Errorf("RD-08: %s", text)
			}
		})
	}
}

func TestTK27ProxyThatHangs(t *testing.T) {
	address := transporttest.Raw(t, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) })
	hangs(t, problem.ProxyFailed, "does not answer", func(limit time.Duration) error {
		_, err := newClient(t, transport.Options{Proxy: through(address), Timeout: limit}).Do(t.Context(), transport.Request{URL: target})
		return err
	})
}

func TestTK27ProxyThatIsNotThere(t *testing.T) {
	client := newClient(t, transport.Options{Proxy: through("127.0.0.1:1")})
	_, err := client.Do(t.Context(), transport.Request{URL: target})
	if p := want(t, err, problem.ProxyFailed); !strings.Contains(p.Why, "does not accept connections") {
		t.Errorf("got %q", p.Why)
	}
}

func TestTK27ProxyThatIsEncrypted(t *testing.T) {
	ca := transporttest.NewAuthority(t, "Test CA")
	const answer = "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"
	for _, c := range []struct {
		name        string
		certificate tls.Certificate
		code        problem.Code
		why         string
	}{
		{"asks for a password", ca.Issue(t), problem.ProxyPassword, ""},
		{"is not trusted", transporttest.SelfSigned(t), problem.ProxyFailed, "Its certificate cannot be trusted."},
	} {
		address, _ := transporttest.TLS(t, &tls.Config{Certificates: []tls.Certificate{c.certificate}}, answer)
		client := newClient(t, transport.Options{Roots: ca.Pool, Proxy: func(*http.Request) (*url.URL, error) { return url.Parse("https://" + address) }})
		_, err := client.Do(t.Context(), transport.Request{URL: target})
		if p := want(t, err, c.code); !strings.Contains(p.Why, c.why) {
			t.Errorf("%s: got %q", c.name, p.Why)
		}
	}
}

func TestTK27ProxySettingThatCannotBeRead(t *testing.T) {
	for name, proxy := range map[string]func(*http.Request) (*url.URL, error){
		"an error":    func(*http.Request) (*url.URL, error) { return nil, errors.New("http://user:canary@::::") },
		"environment": nil,
	} {
		t.Setenv("HTTPS_PROXY", "http://user:canary@a b:%zz")
		_, err := newClient(t, transport.Options{Proxy: proxy}).Do(t.Context(), transport.Request{URL: target})
		if p := want(t, err, problem.ProxyFailed); strings.Contains(p.Error(), "canary") || !strings.Contains(p.Why, "cannot be read") {
			t.Errorf("%s: got %q", name, p.Why)
		}
	}
}

// tunnel is a proxy that lets everything through to one server.
func tunnel(t *testing.T, to string, connected *atomic.Int64) string {
	t.Helper()
	return transporttest.Raw(t, func(c net.Conn) {
		r, err := http.ReadRequest(bufio.NewReader(c))
		if err != nil || r.Method != "CONNECT" || r.Host != "login.acme.example:443" {
			return
		}
		connected.Add(1)
		server, err := net.Dial("tcp", to)
		if err != nil {
			return
		}
		defer server.Close()
		_, _ = io.WriteString(c, "HTTP/1.1 200 Connection established\r\n\r\n")
		go func() {
			_, _ = io.Copy(server, c)
			_ = server.Close()
		}()
		_, _ = io.Copy(c, server)
	})
}

func TestProxyLetsThrough(t *testing.T) {
	ca := transporttest.NewAuthority(t, "Test CA")
	address, _ := transporttest.TLS(t, &tls.Config{Certificates: []tls.Certificate{ca.Issue(t, names("login.acme.example"))}}, okAnswer)
	var connected atomic.Int64
	client := newClient(t, transport.Options{Proxy: through(tunnel(t, address, &connected)), Roots: ca.Pool})
	got, err := client.Do(t.Context(), transport.Request{URL: target})
	if err != nil || string(got.Body) != "{}" || connected.Load() != 1 {
		t.Errorf("got %v, %v", got, err)
	}
}

// TestTK23 has a product in between whose certificates this computer trusts: that works.
// One whose certificates it does not trust is named.
func TestTK23InspectionProxy(t *testing.T) {
	product := transporttest.NewAuthority(t, "NetInspect Root")
	address, bytes := transporttest.TLS(t, &tls.Config{Certificates: []tls.Certificate{product.Issue(t, names("login.acme.example"))}}, okAnswer)
	var connected atomic.Int64
	proxy := through(tunnel(t, address, &connected))
	if _, err := newClient(t, transport.Options{Proxy: proxy, Roots: product.Pool}).Do(t.Context(), transport.Request{URL: target}); err != nil {
		t.Errorf("trusted: %v", err)
	}
	bytes.Store(0)
	_, err := newClient(t, transport.Options{Proxy: proxy, Roots: transporttest.NewAuthority(t, "Other").Pool}).Do(t.Context(), transport.Request{URL: target})
	if p := want(t, err, problem.TLSUntrusted); !strings.Contains(p.Why, "“NetInspect Root”") || bytes.Load() != 0 {
		t.Errorf("got %q, %d bytes sent", p.Why, bytes.Load())
	}
}

// The library would look for a proxy named "http".
func TestAProxyWithAMisspelledPortIsUnclear(t *testing.T) {
	for _, setting := range []string{"http://proxy.acme.example:port", "http://proxy.acme.example:31280000", "https://user:canary@proxy.acme.example:x"} {
		t.Setenv("HTTPS_PROXY", setting)
		_, err := get(t, target)
		if p := want(t, err, problem.ProxyFailed); strings.Contains(p.Error(), "canary") || !strings.Contains(p.Why, "cannot be read") {
			t.Errorf("%s: %v", setting, p)
		}
	}
}

func TestTK28LoopbackIsNeverProxied(t *testing.T) {
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"} {
		t.Setenv(name, "http://127.0.0.1:1")
	}
	for _, odd := range []string{"", ",,;", "*.acme.example,[::1]:x,10.0.0.0/99", "login.acme.example:443 "} {
		t.Setenv("NO_PROXY", odd)
		t.Setenv("no_proxy", odd)
		asked := 0
		server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
		port := server.URL[strings.LastIndex(server.URL, ":"):]
		for _, proxy := range []func(*http.Request) (*url.URL, error){nil, through("127.0.0.1:1")} {
			client := newClient(t, transport.Options{Proxy: proxy})
			for _, host := range []string{"127.0.0.1", "localhost"} {
				if _, err := client.Do(t.Context(), transport.Request{URL: "http://" + host + port}); err != nil {
					t.Errorf("NO_PROXY=%s: %v", odd, err)
				}
			}
		}
		server.Close()
		if asked != 4 {
			t.Errorf("NO_PROXY=%s: asked %d times", odd, asked)
		}
	}
}
