package diagnose_test

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"latchkey/internal/diagnose"
	"latchkey/internal/problem"
	"latchkey/internal/transport/transporttest"
)

// hotel is a network that answers in the server's place until somebody signs in to it.
func hotel(t *testing.T, page string) *lab {
	t.Helper()
	l := newLab(t)
	l.at[server4+":443"] = l.secure(transporttest.SelfSigned(t))
	l.at[server4+":80"] = l.pages(page)
	return l
}

const html = "<html><h1>Welcome, canary</h1></html>"

func TestDG02CaptivePortal(t *testing.T) {
	for _, c := range []struct {
		name, page, why, open string
	}{
		{"page", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nSet-Cookie: a=canary\r\n\r\n" + html, "sign in to it first", "http://login.acme.example/"},
		{"page without a type", "HTTP/1.1 200 OK\r\n\r\n" + html, "sign in to it first", "http://login.acme.example/"},
		{"redirect", "HTTP/1.1 302 Found\r\nLocation: https://wifi.hotel.example:8443/login?mac=canary\r\nContent-Length: 0\r\n\r\n", "wifi.hotel.example", "https://wifi.hotel.example:8443/"},
		{"redirect to an address", "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://192.168.1.1/\r\nContent-Length: 0\r\n\r\n", "192.168.1.1", "http://192.168.1.1/"},
		{"says so", "HTTP/1.1 511 Network Authentication Required\r\nContent-Length: 0\r\n\r\n", "sign in to it first", "http://login.acme.example/"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := hotel(t, c.page)
			by := l.wants(t, map[string]want{"portal": problemOf(problem.NetworkPage, c.why), "tls": folded("portal")})
			asked := l.heard.String()
			if strings.Contains(asked, "Cookie") || strings.Contains(asked, "Authorization") || !strings.HasPrefix(asked, "GET /latchkey-") {
				t.Errorf("asked %q", asked)
			}
			r := by["portal"]
			if len(r.Repairs) != 1 || strings.Contains(r.Line(), "canary") {
				t.Fatalf("%+v", r)
			}
			browser := &launcher{}
			e := l.environment(t)
			e.Browser = browser
			for _, check := range diagnose.Checks(e) {
				if check.ID == "portal" {
					r = once(t, check)
				}
			}
			if err := r.Repairs[0].Do(t.Context()); err != nil || strings.Join(browser.opened, " ") != c.open {
				t.Errorf("opened %q, %v", browser.opened, err)
			}
		})
	}
}

// A network may let its own page through and nothing else.
func TestAPortalThatBlocksTheRest(t *testing.T) {
	for name, blocks := range map[string]func(context.Context) (net.Conn, error){"drops": silent, "refuses": refused} {
		t.Run(name, func(t *testing.T) {
			l := hotel(t, "HTTP/1.1 302 Found\r\nLocation: http://wifi.hotel.example/\r\nContent-Length: 0\r\n\r\n")
			l.at[server4+":443"] = blocks
			l.wants(t, with(under("portal", "connect", "tls"), "portal", problemOf(problem.NetworkPage, "wifi.hotel.example")))
		})
	}
}

// A server that is itself is not a portal, whatever its unencrypted side does.
func TestNoPortalWhereTheServerAnswers(t *testing.T) {
	l := newLab(t)
	l.at[server4+":80"] = l.pages("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + html)
	l.wants(t, nil)
	if l.heard.Len() > 0 {
		t.Errorf("it was asked for a page: %q", l.heard.String())
	}

	// Slow to prove itself, but it does.
	l = newLab(t)
	l.rtt = 1500 * time.Millisecond
	l.at[server4+":80"] = l.pages("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + html)
	l.wants(t, map[string]want{"connect": warningOf(problem.ConnectionSlow, "")})

	// Its certificate is wrong, and its unencrypted side leads to its secure one, or knows no such page.
	for _, page := range []string{
		"HTTP/1.1 301 Moved Permanently\r\nLocation: https://login.acme.example/\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 301 Moved Permanently\r\nLocation: https://www.acme.example/\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n" + html,
		"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/html\r\n\r\n" + html,
	} {
		l := hotel(t, page)
		l.wants(t, map[string]want{"tls": problemOf(problem.TLSWrongName, "")})
	}
}

// On this computer the page is asked for at the server's own address.
func TestAPortalActedOutOnThisComputer(t *testing.T) {
	answer := "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 3\r\n\r\n<p>"
	address := transporttest.Raw(t, func(c net.Conn) {
		asked := make([]byte, 4096)
		_, _ = c.Read(asked)
		_, _ = c.Write([]byte(answer))
	})
	e := computer(t)
	e.Org.Issuer = "http://" + address
	e.Resolver, e.Dialer = nil, nil
	wantFinding(t, foundBy(t, e, "portal"), diagnose.Problem, problem.NetworkPage, "sign in to it first")
}
