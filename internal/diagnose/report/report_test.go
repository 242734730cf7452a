package report

import (
	"encoding/json"
	"math"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/diagnose"
	"latchkey/internal/problem"
)

var noon = time.Date(2026, 11, 3, 12, 0, 0, 0, time.UTC)

var about = About{
	Now: noon, Version: "0.3.0", Host: "login.acme.example:8443", Region: "euw2", Hosts: []string{"login.acme.example", "status.acme.example"},
	Private: []string{"wendy", "Wendy Canary", "wendys-laptop", "/home/wendy"},
}

func fact(name string, value any) diagnose.Fact {
	return diagnose.Fact{Name: name, Value: value, Shareable: true}
}

func private(name string, value any) diagnose.Fact { return diagnose.Fact{Name: name, Value: value} }

// blocked is a diagnosis as a check in the field makes one.
func blocked() diagnose.Report {
	return diagnose.Report{
		Verdict: diagnose.Blocked, Summary: "wendy cannot reach secret.corp.example", Took: 812 * time.Millisecond,
		Results: []diagnose.Result{
			{ID: "settings", Title: "Settings", State: diagnose.OK, What: "From /home/wendy/config.toml.", Took: 2 * time.Millisecond, Facts: []diagnose.Fact{private("file", "/home/wendy/config.toml")}},
			{
				ID: "dns", Title: "Server's name", State: diagnose.Problem, Code: problem.NameNotFound, Blocks: true, Took: 31 * time.Millisecond,
				What: "secret.corp.example is not found by 10.9.8.7.", Fix: "Ask wendy.", Facts: []diagnose.Fact{fact("answers", 0), private("resolver", "10.9.8.7")},
			},
			{ID: "tls", Title: "Certificate", State: diagnose.Skipped, Because: "dns", What: "wendys-laptop gave up."},
			{ID: "clock", Title: "Clock", State: diagnose.Warning, Code: problem.TimedOut, Facts: []diagnose.Fact{fact("offset_ms", 1234.5), fact("sources", []string{"server", "ntp"})}},
		},
	}
}

// embedded returns the JSON of a report, decoded.
func embedded(t *testing.T, text []byte) document {
	t.Helper()
	_, after, found := strings.Cut(string(text), "\n```json\n")
	inner, rest, ended := strings.Cut(after, "\n```\n")
	if !found || !ended || rest != "" {
		t.Fatalf("no JSON at the end:\n%s", text)
	}
	var d document
	if err := json.Unmarshal([]byte(inner), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestReport(t *testing.T) {
	text := Write(blocked(), about)
	for _, want := range []string{
		"- Made: 2026-11-03T12:00:00Z\n", "- Sign-in server: `login.acme.example:8443`\n", "- Genesys Cloud region: `euw2`\n", "- Verdict: **blocked**\n",
		"\nThe sign-in server's name is not found. The network does not know the address, or you are offline.\n",
		"\n### Server's name: problem\n", "\n→ Check the network connection, then try again. [name-not-found]\n", "\nIt explains: Certificate.\n",
		"\n| Certificate | skipped, because of Server's name |  | 0 ms |\n",
		"\n- `offset_ms`: 1234.5\n", "\n- `sources`: `server`, `ntp`\n", "\n- `resolver`: `[private 2]`\n",
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	d := embedded(t, text)
	want := check{
		ID: "dns", Title: "Server's name", State: diagnose.Problem, Code: problem.NameNotFound, TookMS: 31,
		Why: "The sign-in server's name is not found. The network does not know the address, or you are offline.", Fix: "Check the network connection, then try again.",
		Facts: facts{"answers": 0.0, "resolver": "[private 2]"},
	}
	if diff := cmp.Diff(want, d.Checks[1]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if d.Report != 1 || d.TookMS != 812 || d.System != runtime.GOOS+"/"+runtime.GOARCH || d.Summary != want.Why || len(d.Checks) != 4 {
		t.Errorf("%+v", d)
	}
	if strings.ContainsAny(string(text), "\r\t") || !strings.HasSuffix(string(text), "\n") {
		t.Error("lines do not end in LF")
	}
}

func TestSummaries(t *testing.T) {
	for _, c := range []struct {
		report diagnose.Report
		want   string
	}{
		{diagnose.Report{Verdict: diagnose.Fine}, "Nothing keeps you from signing in."},
		{diagnose.Report{Verdict: diagnose.Fine, Results: []diagnose.Result{{ID: "a", Blocks: true, State: diagnose.Unknown}}}, "Nothing was found that keeps you from signing in. Not everything could be checked."},
		{diagnose.Report{Verdict: diagnose.Degraded, Results: []diagnose.Result{{ID: "a", State: diagnose.Warning, Code: problem.TimedOut}}}, "You can sign in. The sign-in server does not answer in time."},
		{diagnose.Report{Verdict: diagnose.Degraded}, "You can sign in. Not everything is as it should be."},
		{diagnose.Report{Verdict: diagnose.Blocked, Results: []diagnose.Result{{ID: "a", State: diagnose.Problem, Code: problem.TimedOut}}}, "Something keeps you from signing in."},
		{diagnose.Report{Verdict: "canary"}, "You can sign in. Not everything is as it should be."},
	} {
		if got := embedded(t, Write(c.report, about)).Summary; got != c.want {
			t.Errorf("%+v: %q, want %q", c.report, got, c.want)
		}
	}
}

// What is not in the vocabulary of a diagnosis does not get in, not even in part.
func TestOnlyWhatIsAllowed(t *testing.T) {
	r := diagnose.Report{Verdict: "canary", Results: []diagnose.Result{
		{ID: "Canary Canary", Title: "Canary"},
		{ID: "dns", Title: "DNS", State: "canary", Code: "canary", Because: "<canary>", What: "canary", Fix: "canary", Facts: []diagnose.Fact{
			fact("canary name", 1), fact("struct", struct{ Canary string }{"canary"}), fact("pointer", &about), fact("bytes", []byte("canary")),
			fact("map", map[string]string{"canary": "canary"}), fact("error", os.ErrNotExist), fact("nil", nil), fact("nan", math.NaN()), fact("inf", math.Inf(1)),
			private("pin", 482913), private("yes", true), private("at", noon), private("pins", []int{482913}), private("words", []string{"canary"}),
		}},
	}}
	text := Write(r, about)
	if found := leaks(text, "canary"); len(found) != 0 {
		t.Errorf("the canary is in there: %v\n%s", found, text)
	}
	if strings.Contains(string(text), "482913") {
		t.Errorf("a private number is in there:\n%s", text)
	}
	want := facts{
		"struct": leftOut, "pointer": leftOut, "bytes": leftOut, "map": leftOut, "error": leftOut, "nil": leftOut, "nan": leftOut, "inf": leftOut,
		"pin": leftOut, "yes": leftOut, "at": "[private 1]", "pins": []any{leftOut}, "words": []any{"[private 2]"},
	}
	if diff := cmp.Diff(want, embedded(t, text).Checks[0].Facts); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestValuesOfEveryKind(t *testing.T) {
	got := newMask(about, rules).facts([]diagnose.Fact{
		fact("text", "five tries"), fact("yes", true), fact("n", 3), fact("big", uint64(1)<<40), fact("ratio", 0.25), fact("none", math.Copysign(0, -1)),
		fact("rtt_ms", 1500*time.Microsecond), fact("rtts_ms", []time.Duration{time.Millisecond, 2 * time.Second}), fact("until", noon),
		fact("here", netip.MustParseAddr("127.0.0.1")), fact("there", []netip.Addr{netip.MustParseAddr("198.51.100.7"), netip.MustParseAddr("::1")}),
		fact("at", netip.MustParseAddrPort("198.51.100.7:443")), fact("mixed", []any{1, "two", struct{}{}}), fact("floats", []float64{1.5}),
		fact("leaf_sha256", strings.Repeat("0a1B", 16)), fact("other", strings.Repeat("0a1B", 16)), fact("numbers", []int64{4}),
	})
	want := facts{
		"text": "five tries", "yes": true, "n": 3, "big": uint64(1) << 40, "ratio": 0.25, "none": 0.0, "rtt_ms": 1.5, "rtts_ms": []any{1.0, 2000.0}, "until": "2026-11-03T12:00:00Z",
		"here": "127.0.0.1", "there": []any{"[address 1]", "::1"}, "at": "[address 1]", "mixed": []any{1, "two", leftOut}, "floats": []any{1.5},
		"leaf_sha256": strings.Repeat("0a1B", 16), "other": "[secret 1]", "numbers": []any{int64(4)},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if shown(got["none"]) != "0" {
		t.Errorf("zero is shown as %s", shown(got["none"]))
	}
}

// RD-13: the bytes that are shown are the bytes that are saved.
func TestRD13WhatIsShownIsSaved(t *testing.T) {
	text := Write(blocked(), about)
	if string(text) != string(Write(blocked(), about)) {
		t.Error("two reports of the same diagnosis differ")
	}
	path := filepath.Join(t.TempDir(), "r.md")
	if err := Save(path, text); err != nil {
		t.Fatal(err)
	}
	saved, err := os.ReadFile(path)
	if err != nil || string(saved) != string(text) {
		t.Errorf("%v: saved something else", err)
	}
}

// RD-21: no user name in the file's name, nothing is replaced, and nobody else can read it.
func TestRD21SavedOnceAndForItsOwnerOnly(t *testing.T) {
	if got := Name(noon); got != "latchkey-report-2026-11-03.md" {
		t.Errorf("name %q", got)
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "r.md")
	if err := Save(file, []byte("first")); err != nil {
		t.Fatal(err)
	}
	if err := Save(file, []byte("second")); !problem.Has(err, problem.ReportExists) {
		t.Errorf("replaced: %v", err)
	}
	if b, _ := os.ReadFile(file); string(b) != "first" {
		t.Errorf("now holds %q", b)
	}
	if info, err := os.Stat(file); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v %v", info.Mode(), err)
	}
	// A link that leads to nowhere is there, too: nothing is written through it.
	target := filepath.Join(dir, "target")
	if err := os.Symlink(target, filepath.Join(dir, "link.md")); err == nil {
		if err := Save(filepath.Join(dir, "link.md"), []byte("x")); !problem.Has(err, problem.ReportExists) {
			t.Errorf("through a link: %v", err)
		}
		if _, err := os.Lstat(target); err == nil {
			t.Error("written through a link")
		}
	}
	if err := Save(filepath.Join(dir, "no", "r.md"), nil); !problem.Has(err, problem.ReportNotSaved) {
		t.Errorf("no folder: %v", err)
	}
	for _, want := range []string{"latchkey-report-2026-11-03.md", "latchkey-report-2026-11-03-2.md", "latchkey-report-2026-11-03-3.md"} {
		path, err := SaveIn(dir, noon, []byte("x"))
		if err != nil || path != filepath.Join(dir, want) {
			t.Errorf("%s %v, want %s", path, err, want)
		}
	}
}

// RD-15: the same value is the same placeholder in one report, and says nothing about another report.
func TestRD15Placeholders(t *testing.T) {
	r := diagnose.Report{Results: []diagnose.Result{
		{ID: "a", Facts: []diagnose.Fact{private("x", "canary-one"), private("y", "Canary-One"), private("z", "canary-two")}},
		{ID: "b", Facts: []diagnose.Fact{private("x", "canary-two")}},
	}}
	d := embedded(t, Write(r, about))
	if diff := cmp.Diff([]facts{{"x": "[private 1]", "y": "[private 1]", "z": "[private 2]"}, {"x": "[private 2]"}}, []facts{d.Checks[0].Facts, d.Checks[1].Facts}); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	r.Results = r.Results[1:]
	if got := embedded(t, Write(r, about)).Checks[0].Facts["x"]; got != "[private 1]" {
		t.Errorf("in another report canary-two is %v", got)
	}
}

// Addresses are told when they are chosen, and only they.
func TestAddressesAreChosen(t *testing.T) {
	r := diagnose.Report{Results: []diagnose.Result{{ID: "voice", Facts: []diagnose.Fact{
		private("public_address", "203.0.113.9"), private("v6", "2001:db8::7"), private("name", "wendy"), fact("seen", "from 203.0.113.9"), fact("ms", 5),
	}}}}
	if text := Write(r, about); strings.Contains(string(text), "203.0") || strings.Contains(string(text), "db8") {
		t.Errorf("an address that was not chosen:\n%s", text)
	}
	chosen := about
	chosen.Addresses = true
	text := Write(r, chosen)
	if got := embedded(t, text).Checks[0].Facts; got["public_address"] != "203.0.113.9" || got["v6"] != "2001:db8::7" || got["seen"] != "from 203.0.113.9" || got["name"] != "[private 1]" {
		t.Errorf("%v", got)
	}
	if strings.Contains(string(text), "no IP addresses") {
		t.Error("the report says that it holds no addresses")
	}
	if !strings.Contains(string(text), "Its IP addresses were chosen to be in it.") {
		t.Error("the report does not say that it holds addresses")
	}
}
