package diagnose_test

import (
	"context"
	"net"
	"net/netip"
	"testing"
	"time"

	"latchkey/internal/diagnose"
	"latchkey/internal/problem"
	"latchkey/internal/transport/transporttest"
)

func TestDG01NameNotFound(t *testing.T) {
	l := newLab(t)
	l.names = nil
	l.wants(t, with(under("dns", "connect", "portal", "tls"), "dns", problemOf(problem.NameNotFound, serverName)))
}

func TestNameServiceDead(t *testing.T) {
	never := func(ctx context.Context) error {
		<-ctx.Done()
		return &net.DNSError{Err: "i/o timeout", Name: serverName, IsTimeout: true}
	}
	saying := func(text string) func(context.Context) error {
		return func(context.Context) error { return &net.DNSError{Err: text, Name: serverName, IsTemporary: true} }
	}
	for _, c := range []struct {
		name   string
		lookup func(context.Context) error
		why    string
	}{
		{"silent", never, "It does not answer."},
		{"nobody there", saying("read udp 127.0.0.1:5555->127.0.0.1:53: read: connection refused"), "Nobody answers"},
		{"no way", saying("dial udp 192.0.2.53:53: connect: network is unreachable"), "There is no way to it."},
		{"SERVFAIL", saying(errStrange.Error()), "It reports a failure."},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLab(t)
			l.lookup = c.lookup
			l.wants(t, with(under("dns", "connect", "portal", "tls"), "dns", problemOf(problem.NameServiceDead, c.why)))
		})
	}
}

func TestSlowNameService(t *testing.T) {
	l := newLab(t)
	l.lookupFor = 1400 * time.Millisecond
	by := l.wants(t, map[string]want{"dns": warningOf(problem.NameServiceSlow, "1.4 s")})
	if took := fact(by["dns"], "lookup_ms"); took != 1400.0 {
		t.Errorf("lookup_ms: %v", took)
	}
	// The system asks its second server after five seconds: slow, not dead.
	l = newLab(t)
	l.lookupFor = 5050 * time.Millisecond
	l.wants(t, map[string]want{"dns": warningOf(problem.NameServiceSlow, "5.0 s")})
}

// Some home routers drop questions for IPv6.
func TestQuestionsForIPv6Vanish(t *testing.T) {
	l := newLab(t)
	l.lookup = func(ctx context.Context) error {
		if ctx.Value(asked{}) == "ip6" {
			<-ctx.Done()
			return &net.DNSError{Err: "i/o timeout", Name: serverName, IsTimeout: true}
		}
		return nil
	}
	by := l.wants(t, map[string]want{"dns": warningOf(problem.NameServiceSlow, "It leaves questions for IPv6 without an answer.")})
	if fact(by["dns"], "unanswered") != "ipv6" {
		t.Errorf("%+v", by["dns"].Facts)
	}
}

// A hosts file or a name service that leads the server's name elsewhere.
func TestDG07UnusualAddress(t *testing.T) {
	for _, address := range []string{"127.0.0.1", "0.0.0.0", "::1", "169.254.3.4", "224.0.0.1"} {
		l := newLab(t)
		l.names[serverName] = []netip.Addr{netip.MustParseAddr(address)}
		l.wants(t, with(under("dns", "connect", "tls"), "dns", problemOf(problem.NameUnusual, "leads to "+address)))
	}

	// Somebody else answers there.
	l := newLab(t)
	l.names[serverName] = []netip.Addr{netip.MustParseAddr("127.0.0.1")}
	l.at["127.0.0.1:443"] = l.secure(transporttest.SelfSigned(t))
	l.wants(t, with(under("dns", "tls"), "dns", problemOf(problem.NameUnusual, "127.0.0.1")))
	if l.heard.Len() > 0 {
		t.Errorf("a stranger was told %q", l.heard.String())
	}

	// The server itself is there: a company's own way to it.
	l = newLab(t)
	l.names[serverName] = []netip.Addr{netip.MustParseAddr("127.0.0.1")}
	l.at["127.0.0.1:443"] = l.at[server4+":443"]
	by := l.wants(t, nil)
	if unusual := fact(by["dns"], "unusual_address"); unusual != true {
		t.Errorf("unusual_address: %v", unusual)
	}
}

func TestAPrivateAddressIsUnusualForAPublicNameOnly(t *testing.T) {
	inside := netip.MustParseAddr("10.1.2.3")
	l := newLab(t)
	l.names[serverName] = []netip.Addr{inside}
	l.wants(t, with(under("connect", "tls"), "connect", problemOf(problem.ConnectionRefused, "")))

	l = newLab(t)
	l.names["login.mypurecloud.ie"] = []netip.Addr{inside}
	l.org.Issuer, l.org.Region = "", "euw1"
	l.wants(t, with(under("dns", "connect", "tls"), "dns", problemOf(problem.NameUnusual, "leads to 10.1.2.3")))

	// Nobody is there, and the network says nothing at all.
	l.at["10.1.2.3:443"], l.at["10.1.2.3:80"] = silent, silent
	l.wants(t, with(under("dns", "connect", "portal", "tls"), "dns", problemOf(problem.NameUnusual, "leads to 10.1.2.3")))
}

func TestNamesMadeUp(t *testing.T) {
	page := netip.MustParseAddr("203.0.113.99")
	// The server's name is found; only names that nobody has are answered, too.
	l := newLab(t)
	l.everybody = []netip.Addr{page}
	l.wants(t, map[string]want{"dns": warningOf(problem.NamesMadeUp, "names that nobody has")})

	// The server's own name gets the made-up answer.
	l = newLab(t)
	l.names, l.everybody = nil, []netip.Addr{page}
	l.wants(t, with(under("dns", "connect", "tls"), "dns", problemOf(problem.NamesMadeUp, "It does not know "+serverName)))

	// And what answers there is the network's page.
	l = newLab(t)
	l.names, l.everybody = nil, []netip.Addr{page}
	l.at["203.0.113.99:80"] = l.pages("HTTP/1.1 302 Found\r\nLocation: http://wifi.hotel.example/welcome?mac=canary\r\nContent-Length: 0\r\n\r\n")
	l.wants(t, with(under("portal", "dns", "connect", "tls"), "portal", problemOf(problem.NetworkPage, "wifi.hotel.example")))
}

// Another name of the organisation is found: the network hides nothing, it only makes missing names up, and shows a page there.
func TestMissingNamesAreMadeUpWithAPage(t *testing.T) {
	page := netip.MustParseAddr("203.0.113.99")
	l := newLab(t)
	l.names, l.everybody = map[string][]netip.Addr{"status.acme.example": {netip.MustParseAddr("203.0.113.5")}}, []netip.Addr{page}
	l.org.StatusURL = "https://status.acme.example"
	l.at["203.0.113.99:80"] = l.pages("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\nhttp")
	l.wants(t, with(under("dns", "connect", "portal", "tls", "status"), "dns", problemOf(problem.NamesMadeUp, "It does not know "+serverName)))
}

// Every name below the organisation's own domain may lead somewhere: that is not made up.
func TestAWildcardIsNotMadeUp(t *testing.T) {
	l := newLab(t)
	l.names["anything.acme.example."] = l.names[serverName]
	l.wants(t, nil)
}

func TestAnIPAddressNeedsNoName(t *testing.T) {
	l := newLab(t)
	l.org.Issuer = "https://" + server4
	l.lookup = noNameService
	by := l.wants(t, map[string]want{"tls": problemOf(problem.TLSWrongName, server4)})
	if by["dns"].State != diagnose.OK {
		t.Errorf("dns: %+v", by["dns"])
	}
}
