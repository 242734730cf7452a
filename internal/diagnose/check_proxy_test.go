package diagnose_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"

	"latchkey/internal/diagnose"
	"latchkey/internal/problem"
	"latchkey/internal/proxy"
)

// behindProxy is a network in which only the proxy leads out.
func behindProxy(t *testing.T, serve func(l *lab, c net.Conn)) *lab {
	t.Helper()
	l := newLab(t)
	l.proxy = &url.URL{Scheme: "http", Host: "proxy.acme.example:3128", User: url.UserPassword("amy", "canary")}
	l.env["HTTPS_PROXY"] = l.proxy.String()
	l.names = map[string][]netip.Addr{"proxy.acme.example": {netip.MustParseAddr("10.0.0.3")}}
	l.at["10.0.0.3:3128"] = serves(func(c net.Conn) { serve(l, c) })
	return l
}

// answering reads what the proxy is asked and gives one answer.
func answering(answer string) func(*lab, net.Conn) {
	return func(_ *lab, c net.Conn) {
		if _, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
			_, _ = io.WriteString(c, answer)
		}
	}
}

func tunnel(l *lab, c net.Conn) {
	if _, err := http.ReadRequest(bufio.NewReader(c)); err != nil {
		return
	}
	_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\n\r\n")
	to, err := l.at[server4+":443"](context.Background())
	if err != nil {
		return
	}
	go func() {
		_, _ = io.Copy(to, c)
		_ = to.Close()
	}()
	_, _ = io.Copy(c, to)
}

func TestTK27TheProxyIsNamed(t *testing.T) {
	l := behindProxy(t, tunnel)
	by := l.wants(t, nil)
	if r := by["proxy"]; !strings.Contains(r.Line(), "proxy.acme.example:3128") || fact(r, "source") != "HTTPS_PROXY" || fact(r, "answers") != true {
		t.Errorf("%s %+v", r.Line(), r.Facts)
	}
	for _, c := range []struct {
		name  string
		serve func(*lab, net.Conn)
		code  problem.Code
		why   string
	}{
		{"password", answering("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"), problem.ProxyPassword, "HTTPS_PROXY"},
		{"blocks the server", answering("HTTP/1.1 403 Filtered\r\nContent-Length: 0\r\n\r\n"), problem.ProxyFailed, "forbids login.acme.example"},
		{"cannot get through", answering("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"), problem.ProxyFailed, "answers 502"},
		{"hangs up", func(*lab, net.Conn) {}, problem.ProxyFailed, "breaks the connection off"},
		{"waits for ever", func(l *lab, c net.Conn) { l.hears(c) }, problem.ProxyFailed, "does not get through to the server in time"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := behindProxy(t, c.serve)
			by := l.wants(t, with(under("proxy", "portal", "tls"), "proxy", problemOf(c.code, c.why)))
			if strings.Contains(by["proxy"].Line(), "canary") || strings.Contains(by["proxy"].Line(), "amy") {
				t.Errorf("the proxy's password is told: %s", by["proxy"].Line())
			}
		})
	}
}

func TestTheProxyIsNotThere(t *testing.T) {
	for _, c := range []struct {
		name string
		at   func(context.Context) (net.Conn, error)
		why  string
	}{
		{"refused", refused, "does not accept connections"},
		{"silent", silent, "does not answer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := behindProxy(t, tunnel)
			l.at["10.0.0.3:3128"] = c.at
			by := l.wants(t, with(under("proxy", "portal", "tls"), "proxy", problemOf(problem.ProxyFailed, c.why)))
			if fact(by["proxy"], "answers") != false {
				t.Error("it is said to answer")
			}
		})
	}
	l := behindProxy(t, tunnel)
	l.names = map[string][]netip.Addr{serverName: {netip.MustParseAddr(server4)}}
	l.wants(t, with(under("proxy", "portal", "tls"), "proxy", problemOf(problem.ProxyFailed, "")))
}

// A server on this computer needs no proxy; a script that does not work is told all the same, and keeps nobody out.
func TestABrokenScriptBesideAServerOnThisComputer(t *testing.T) {
	for name, c := range map[string]struct {
		found proxy.Found
		want  want
	}{
		"missing": {proxy.Found{Source: proxy.Settings, Script: true, ScriptErr: proxy.Fail(proxy.Unreachable, nil)}, warningOf(problem.ProxyScriptFailed, "It cannot be fetched. The sign-in server is on this computer")},
		"broken":  {proxy.Found{Source: proxy.System, Script: true, ScriptErr: proxy.Fail(proxy.Broken, nil)}, warningOf(problem.ProxyScriptFailed, "has a mistake in it")},
		"works":   {proxy.Found{Source: proxy.Settings, Script: true}, want{state: diagnose.OK}},
	} {
		t.Run(name, func(t *testing.T) {
			e := newLab(t).environment(t)
			e.Org.Issuer = "http://127.0.0.1:9"
			var asked *url.URL
			e.Proxies = func(_ context.Context, to *url.URL) (proxy.Found, error) {
				asked = to
				return c.found, nil
			}
			checks := diagnose.Checks(e)
			at := slices.IndexFunc(checks, func(c diagnose.Check) bool { return c.ID == "proxy" })
			f := checks[at].Run(t.Context())
			if f.State != c.want.state || f.Code != c.want.code || !strings.Contains(f.Line(), c.want.why) {
				t.Errorf("%s %s: %s", f.State, f.Code, f.Line())
			}
			if asked == nil || asked.Hostname() == "127.0.0.1" {
				t.Errorf("the script was asked for %v", asked)
			}
		})
	}
}

func TestNoProxyForThisServer(t *testing.T) {
	l := newLab(t)
	l.env["https_proxy"] = "http://proxy.acme.example:3128"
	by := l.wants(t, nil)
	if !strings.Contains(by["proxy"].Line(), "exception") || fact(by["proxy"], "source") != "https_proxy" {
		t.Errorf("%s %+v", by["proxy"].Line(), by["proxy"].Facts)
	}
}
