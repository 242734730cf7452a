package transport_test

import (
	"strings"
	"testing"

	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

func TestCheckURL(t *testing.T) {
	for raw, want := range map[string]string{
		"https://login.acme.example":               "https://login.acme.example",
		"https://LOGIN.Acme.example:443/a%20b?c=d": "https://login.acme.example:443/a%20b?c=d",
		"HTTPS://login.acme.example/":              "https://login.acme.example/",
		"https://login.acme.example./":             "https://login.acme.example./",
		"https://a_b.example/":                     "https://a_b.example/",
		"https://10.0.0.1/":                        "https://10.0.0.1/",
		"https://[2001:DB8::1]:8443/":              "https://[2001:db8::1]:8443/",
		"http://127.0.0.1:4001/":                   "http://127.0.0.1:4001/",
		"http://127.255.0.9/":                      "http://127.255.0.9/",
		"http://[::1]:4001/":                       "http://[::1]:4001/",
		"http://LocalHost:4001/":                   "http://localhost:4001/",
		"https://bücher.example/":                  "https://xn--bcher-kva.example/", // TK-51
		"https://login.аcme.example/":              "https://login.xn--cme-5cd.example/",
		"https://xn--bcher-kva.example/":           "https://xn--bcher-kva.example/",
	} {
		u, err := transport.CheckURL(raw)
		if err != nil || u.String() != want {
			t.Errorf("%s: got %v, %v", raw, u, err)
		}
	}
}

func TestCheckURLRefuses(t *testing.T) {
	for _, raw := range []string{
		"", "/", "login.acme.example", "//login.acme.example", "https:", "https://", "https:///path", "https:login.acme.example", "https://:443",
		"http://login.acme.example", "http://10.0.0.1", "http://0.0.0.0", "http://127.1", "http://0x7f.1", "http://2130706433", "http://[::ffff:127.0.0.1]",
		"http://localhost.evil.example", "http://127.0.0.1.evil.example", "http://localhost.", "http://[fe80::1]", "http://[::1%25lo]", "https://[fe80::1%25eth0]/",
		"ftp://a.example", "file:///etc/passwd", "javascript:alert(1)", "data:,x", "ws://a.example", "unix:/run/x",
		"https://user@a.example", "https://user:pw@a.example", "https://@a.example", "https://a.example@evil.example",
		"https://a.example#", "https://a.example/#x", "https://a.example:0", "https://a.example:65536", "https://a.example:", "https://a.example:x", "https://a.example:-1",
		"https://a.example/\x00", "https://a\x00.example", "https://a.example/\r\nHost: evil", "https://a.example/\x1b[31m", "https://a.example/\u202e", "https://a.example/ x",
		" https://a.example", "https://a.example ", "https://a.example\\@evil.example", "https://a.example\\.evil.example", "https://a%00.example", "https://a.example/\\evil", "https://a%2eexample",
		"https://a..example", "https://-", "https://.", "https://a.example/%zz", "https://[::1", "https://a,b", "https://a;b", "https://a\"b", "https://xn--a.example",
		"https://a.example/\xff", "https://" + strings.Repeat("a", 9000), "https://" + strings.Repeat("a", 64) + ".example",
	} {
		u, err := transport.CheckURL(raw)
		if !problem.Has(err, problem.EndpointUnsafe) {
			t.Errorf("%q: got %v, %v", raw, u, err)
			continue
		}
		if text := err.Error(); strings.Contains(text, "evil") || strings.Contains(text, "pw") {
			t.Errorf("%q is quoted: %s", raw, text)
		}
	}
}

// TestTK52HostWithNUL is an error, not a panic, at use as well.
func TestTK52HostWithNUL(t *testing.T) {
	_, err := get(t, "https://login.acme.example\x00.evil.example/")
	want(t, err, problem.EndpointUnsafe)
}

func FuzzCheckURL(f *testing.F) {
	for _, seed := range []string{"https://a.example:1/b?c#d", "http://[::1]:1/", "https://bücher.example", "https://a@b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		u, err := transport.CheckURL(raw)
		if err != nil {
			return
		}
		again, err := transport.CheckURL(u.String())
		if err != nil || again.String() != u.String() {
			t.Errorf("%q: %q becomes %v, %v", raw, u, again, err)
		}
		if u.User != nil || u.Fragment != "" || u.Scheme != "https" && !transport.Loopback(u.Hostname()) || strings.ContainsFunc(u.Host, func(r rune) bool { return r <= ' ' || r > '~' }) {
			t.Errorf("%q became %#v", raw, u)
		}
	})
}
