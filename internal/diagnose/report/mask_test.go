package report

import (
	"slices"
	"strings"
	"testing"

	"latchkey/internal/diagnose"
)

const (
	jwt    = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJlLWNhbmFyeQ"
	opaque = "Zk3vR8wq1LmXc92TbYh7"
)

// shapes are private values by their shape, and the rule that knows each. What is "" is let through.
var shapes = []struct{ text, want, rule string }{
	{"amy%40acme.example", "[secret 1]", "percent"},
	{"cGFzc3dvcmQ%3D", "[secret 1]", "percent"},
	{"https://amy:secretly@login.acme.example/go?code=abc#x", "https://login.acme.example/…", "url"},
	{"http://127.0.0.1:4001", "http://127.0.0.1:4001", ""},
	{"https://secret.corp.example:8443/", "https://[host 1]:8443", "url"},
	{"http://10.1.2.3:3128", "http://[address 1]:3128", "url"},
	{"amy@acme.example", "[e-mail 1]", "e-mail"},
	{"Amy.Agent+x@ACME.example.", "[e-mail 1].", "e-mail"},
	{"198.51.100.7", "[address 1]", "address"},
	{"198.51.100.7:443", "[address 1]", "address"},
	{"10.0.0.0/8", "[address 1]", "address"},
	{"2001:db8::7", "[address 1]", "address"},
	{"[2001:db8::7]:443", "[[address 1]]:443", "address"},
	{"fe80::1%eth0", "[address 1]", "address"},
	{"127.0.0.1:4001", "127.0.0.1:4001", "address"},
	{"::1", "::1", ""},
	{"0.0.0.0", "0.0.0.0", ""},
	{"00:1b:44:11:3a:b7", "[hardware 1]", "hardware"},
	{"00-1B-44-11-3A-B7", "[hardware 1]", "hardware"},
	{"/etc/machine", "[path 1]", "path"},
	{"~/config", "[path 1]", "path"},
	{`C:\Users\Amy`, "[path 1]", "path"},
	{`\\server\share`, "[path 1]", "path"},
	{"../secret", "[path 1]", "path"},
	{"2026-11-03T12:00:00Z", "2026-11-03T12:00:00Z", ""},
	{"2026-11-03", "2026-11-03", ""},
	{"password=hunter2", "password=[secret 1]", "pair"},
	{"Zk3vR8wq1LmXc92TbYh7=x", "[secret 1]", "pair"},
	{"login.acme.example", "login.acme.example", ""},
	{"LOGIN.acme.example:8443", "LOGIN.acme.example:8443", ""},
	{"secret.corp.example", "[host 1]", "host"},
	{"secret.corp.example:3128", "[host 1]:3128", "host"},
	{"secret.corp.example/login", "[host 1]/…", "host"},
	{"config.toml", "[host 1]", "host"},
	{jwt, "[secret 1]", "secret"},
	{opaque, "[secret 1]", "secret"},
	{"8f14e45f-ceea-167a-5a36-dedd4bea2543", "[secret 1]", "secret"},
	{"JBSWY3DPEHPK3PXP", "[secret 1]", "secret"},
	{"QWxhZGRpbjpvcGVuIHNlc2FtZQ", "[secret 1]", "secret"},
	{"correcthorsebatterystaplecorrect", "[secret 1]", "secret"},
	{"da39a3ee5e6b4b0d3255bfef95601890afd80709", "[secret 1]", "secret"},
	{"ABCD1-23EFG-4H5IJ", "[secret 1]", "secret"},
	{"482913", "[number 1]", "number"},
	{"+44-20-7946-0958", "[number 1]", "number"},
	{"wendy", "[private 1]", "private"},
	{"Wendy", "[private 1]", "private"},
	{"xx-wendys-laptop-yy", "xx-[private 1]-yy", "private"},
}

func TestRD17ShapesOfPrivateValues(t *testing.T) {
	for _, c := range shapes {
		if got := newMask(about, rules).text(c.text); got != c.want {
			t.Errorf("%s: %s, want %s", c.text, got, c.want)
		}
	}
}

// Words that people need are not taken for secrets.
func TestWordsStay(t *testing.T) {
	for _, text := range []string{
		"The proxy comes from the environment (HTTPS_PROXY).", "Zscaler Root CA", "Let's Encrypt R11", "TLS 1.3", "TLS 1.2, HTTP/1.1",
		"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "linux/amd64", "0.3.0", "Fortinet FortiGate", "text/html", "certificate-expired", "eth0", "wlp0s20f3",
		"UDP is open", "Symantec Blue Coat ProxySG", "partial outage", "5 of 5", "12.5 ms", "go1.26.8", "Europe/London", "UTC+01:00", "Microsoft Defender SmartScreen", "503",
		"swendyx is not her", "internationalization", "Chromium", "x11", "WSL2", "GlobalSign RSA OV SSL CA 2018",
	} {
		if got := newMask(about, rules).text(text); got != text {
			t.Errorf("%s became %s", text, got)
		}
	}
}

// TestRD28EveryRuleIsNeeded removes one rule at a time: what only that rule knows must come through then.
func TestRD28EveryRuleIsNeeded(t *testing.T) {
	accepting := []string{"time", "known host"} // these let words pass: without them, too much is masked
	for i, gone := range rules {
		fewer := slices.Delete(slices.Clone(rules), i, i+1)
		changed := 0
		for _, c := range shapes {
			if got := newMask(about, fewer).text(c.text); got != c.want {
				changed++
				if c.rule != gone.name && !slices.Contains(accepting, gone.name) {
					t.Errorf("without %s, %s is %s", gone.name, c.text, got)
				}
			}
		}
		if changed == 0 {
			t.Errorf("nothing changes without %s", gone.name)
		}
	}
	nobody := about
	nobody.Private = nil
	if got := newMask(nobody, rules).text("wendy"); got != "wendy" {
		t.Errorf("without the private values: %s", got)
	}
}

// Private values stand for themselves or inside of others; short ones are not looked for inside of words.
func TestKnownPrivateValues(t *testing.T) {
	a := About{Private: []string{"al", "Al Canary", "a", "İstanbul-PC"}}
	for text, want := range map[string]string{
		"also normal": "also normal", "al": "[private 1]", "by AL, twice: al": "by [private 1], twice: [private 1]",
		"Al Canary and al": "[private 1] and [private 2]", "at İSTANBUL-PC now": "at [private 1] now",
		"a": "a",
	} {
		if got := newMask(a, rules).text(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

// RD-20: a report that is opened as Markdown, HTML, a table or in a terminal is text and nothing more.
func TestRD20NothingInAReportIsRun(t *testing.T) {
	hostile := []string{
		"=cmd|'/c calc'!A1", "+1+1", "-2+3", "@SUM(A1)", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "![x](javascript:alert(1))",
		"[click](http://evil.example)", "```\n# Fake\n```", "`code` | cell |", "\x1b[31mred\x1b[0m", "\u202Egnorw", "a\nb\r\nc", "</code></pre>", "**bold** _it_", "\t=1", "\ufeff=1",
	}
	for _, text := range hostile {
		r := diagnose.Report{Results: []diagnose.Result{
			{ID: "status", Title: text, State: diagnose.Problem, Facts: []diagnose.Fact{fact("said", text), fact("all", []string{text})}},
			{ID: "dns", Title: "DNS", Because: text},
		}}
		a := About{Version: text, Host: text, Region: text, Now: noon}
		page, inner, _ := strings.Cut(string(Write(r, a)), "```json\n")
		for _, r := range page + inner {
			if r != '\n' && (r < ' ' || r == 0x7f || r == '\u202e' || r == '\ufeff') {
				t.Errorf("%q: %q is in there", text, r)
			}
		}
		if strings.Count(page, "\n# ") != 0 || strings.Count(page, "\n## ") > 4 || strings.Contains(page, "Fake\n") {
			t.Errorf("%q: another heading in\n%s", text, page)
		}
		// Outside of backticks there is nothing of it but letters.
		for i, part := range strings.Split(page, "`") {
			if i%2 == 0 && strings.ContainsAny(part, "<@!=\\") {
				t.Errorf("%q: stands open in %q", text, part)
			}
		}
		if strings.ContainsAny(inner, "<>&") || strings.Count(inner, "```") != 1 {
			t.Errorf("%q: in the JSON\n%s", text, inner)
		}
		for cell := range strings.FieldsFuncSeq(page+inner, func(r rune) bool { return strings.ContainsRune("`\"", r) }) {
			if strings.ContainsRune("=+@", rune(cell[0])) {
				t.Errorf("%q: the cell %q is run by programs that make tables", text, cell)
			}
		}
	}
}

// RD-27: what is too large or no text is dropped, without a look at it.
func TestRD27TooMuchIsDropped(t *testing.T) {
	huge := strings.Repeat("a@b.example ", 2<<20) // 24 MB, and a million times of it
	results := make([]diagnose.Result, 1000)
	for i := range results {
		all := make([]diagnose.Fact, 1000)
		for j := range all {
			all[j] = fact("said_"+strings.Repeat("x", j%30), huge)
		}
		results[i] = diagnose.Result{ID: "dns", Title: huge, Facts: all}
	}
	text := Write(diagnose.Report{Results: results}, About{Version: huge, Private: []string{huge, "x"}})
	if len(text) > 1<<20 || strings.Contains(string(text), "a@b") {
		t.Errorf("%d bytes", len(text))
	}
	for _, c := range []string{"\xff\xfe canary", strings.Repeat("x", maxRaw+1)} {
		if got := newMask(About{}, rules).text(c); got != leftOut {
			t.Errorf("%.20q became %q", c, got)
		}
	}
	// The worst that fits: every character looks like the start of something.
	for _, c := range []string{"%", "@", "://", "[", "a.", ":", "eyJ", "=", "wendy", "(", "/"} {
		newMask(about, rules).text(strings.Repeat(c, maxRaw/len(c)))
	}
}

func FuzzMask(f *testing.F) {
	for _, c := range shapes {
		f.Add(c.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := newMask(about, rules).text(text + " " + jwt)
		if strings.Contains(got, "eyJ") && !strings.Contains(text, "eyJ") || strings.ContainsAny(got, "\n\r\x1b") {
			t.Errorf("%q became %q", text, got)
		}
	})
}
