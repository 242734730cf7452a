package browser

import (
	"strings"
	"testing"

	"latchkey/internal/problem"
)

var hostile = []string{
	"file:///etc/passwd", "javascript:alert(1)", "smb://h/s", "ms-msdt:/id", "search-ms:query=x", `C:\x`, `\\h\s`, "-a Calculator", "--x",
	"https://x/$(calc)", `"; calc`, "%0acalc", "", " ", "https://", "https:///path", "https:x.example", "//x.example/", "x.example", "/path",
	"http://x.example/", "http://127.0.0.1.evil.example/", "http://localhost.evil.example/", "http://2130706433/", "http://0.0.0.0/", "http://[::]/",
	"http://10.0.0.1/", "ftp://127.0.0.1/", "https://user@x.example/", "https://user:canary@x.example/", "https://@x.example/", "https://-x.example/",
	"https://x.example/`calc`", "https://x.example/a b", "https://x.example/a\nb", "https://x.example/\x00", "https://x.example/%0acalc",
	"https://x.example/?a=%00", "https://x.example/?a=%zz", "https://x.example/%zz", "https://x.example:99999/", "https://x.example:0/", "https://x.example:/",
	"https://x.example:port/", "https://xé.example/", "https://x.example/\u202e", `https://x.example/"onclick="`, "https://x.example/'x'", "https://x.example\\@evil.example/",
	"https://x.example/<script>", "https://x.example/|calc", "https://x.example/^", "https://%78.example/", "https://[fe80::1%25eth0]/", " https://x.example/",
	"https://x.example/" + strings.Repeat("a", 9<<10), "data:text/html,x", "about:blank", "vbscript:x", "mailto:a@b.example", "view-source:https://x.example/",
	"intent://x#Intent;end", "https://x.example/#%0a",
}

func TestAZ09HostileAddresses(t *testing.T) {
	for _, address := range hostile {
		got, err := check(address)
		if !problem.Has(err, problem.EndpointUnsafe) {
			t.Errorf("%q: got %q, %v", address, got, err)
		}
		if err != nil && strings.Contains(err.Error(), "canary") {
			t.Errorf("%q: the error quotes: %v", address, err)
		}
	}
}

func TestAZ10AddressIsPutTogetherAgain(t *testing.T) {
	for address, want := range map[string]string{
		"https://login.acme.example/authorize?a=1&b=%7Ex": "https://login.acme.example/authorize?a=1&b=%7Ex",
		"HTTPS://Login.ACME.example/A":                    "https://login.acme.example/A",
		"https://login.acme.example":                      "https://login.acme.example",
		"https://apps.euw2.pure.cloud/directory/#/user":   "https://apps.euw2.pure.cloud/directory/#/user",
		"https://xn--mnchen-3ya.example:8443/?q=a%20b":    "https://xn--mnchen-3ya.example:8443/?q=a%20b",
		"http://127.0.0.1:4000/go/ABC":                    "http://127.0.0.1:4000/go/ABC",
		"http://[::1]:4000/go/ABC":                        "http://[::1]:4000/go/ABC",
		"http://LOCALHOST:4000/":                          "",
		"http://localhost:4000/":                          "http://localhost:4000/",
		"https://x.example/?":                             "https://x.example/?",
		"https://x.example/#":                             "https://x.example/",
	} {
		got, err := check(address)
		if want == "" {
			if err == nil {
				t.Errorf("%s: got %s", address, got)
			}
			continue
		}
		if err != nil || got != want {
			t.Errorf("%s: got %q, %v", address, got, err)
		}
	}
}

func FuzzCheck(f *testing.F) {
	for _, address := range hostile {
		f.Add(address)
	}
	f.Add("https://login.acme.example/authorize?a=1&b=%7Ex#c")
	f.Fuzz(func(t *testing.T, address string) {
		got, err := check(address)
		if err != nil {
			return
		}
		if !strings.HasPrefix(got, "https://") && !strings.HasPrefix(got, "http://127.") && !strings.HasPrefix(got, "http://[::") &&
			!strings.HasPrefix(got, "http://localhost") {
			t.Errorf("%q became %q", address, got)
		}
		if strings.ContainsAny(got, " \t\r\n\x00\"'`$()<>\\^{|}") {
			t.Errorf("%q became %q", address, got)
		}
		if again, err := check(got); err != nil || again != got {
			t.Errorf("%q became %q, then %q, %v", address, got, again, err)
		}
	})
}

// A network's own sign-in page is often at a plain address with a number; nothing else that is refused becomes possible.
func TestPagesMayBePlain(t *testing.T) {
	for _, address := range []string{"http://10.0.0.1/login", "http://portal.example/", "https://portal.example/", "http://127.0.0.1:8080/"} {
		if got, err := checkPage(address); err != nil || got != address {
			t.Errorf("%s: %q, %v", address, got, err)
		}
	}
	for _, address := range hostile {
		got, err := checkPage(address)
		if err == nil && !strings.HasPrefix(got, "http://") {
			t.Errorf("%s is opened as %s", address, got)
		}
	}
	for _, address := range []string{"file:///etc/passwd", "javascript:alert(1)", "ftp://10.0.0.1/", "http://user@10.0.0.1/", "http:///x", "http://-x/", "http://x/$(calc)", "-a"} {
		if got, err := checkPage(address); err == nil {
			t.Errorf("%s is opened as %s", address, got)
		}
	}
}
