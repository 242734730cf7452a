package present

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"latchkey/internal/diagnose"
)

// Of one check's facts no two read the same, and none has an abbreviation that only programmers know.
func TestEveryFactHasWordsOfItsOwn(t *testing.T) {
	files, err := filepath.Glob("../../diagnose/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no checks: %v", err)
	}
	// What the files say together belongs to one check at least where they share the clock's name.
	inOne := map[string]string{"course.go": "check_clock.go", "coursewords.go": "check_clock.go", "offset.go": "check_clock.go", "slow.go": "check_server.go"}
	fact := regexp.MustCompile(`(?:told|kept)\("([a-z0-9_]+)"|Fact\{(?:Name: )?"([a-z0-9_]+)"`)
	odd := regexp.MustCompile(`(?i)\b(ms|mib|min|s|utc offset|vpn|rtt|sha256)\b`)
	names := 0
	seen := map[string]map[string]string{} // by check: words and the fact that has them
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		check := filepath.Base(file)
		if with, ok := inOne[check]; ok {
			check = with
		}
		if seen[check] == nil {
			seen[check] = map[string]string{}
		}
		for _, m := range fact.FindAllStringSubmatch(string(text), -1) {
			name := m[1] + m[2]
			names++
			words, _ := factName(name)
			if other, ok := seen[check][words]; ok && other != name {
				t.Errorf("%s: %s and %s both read %q", check, other, name, words)
			}
			seen[check][words] = name
			if bad := odd.FindString(strings.ReplaceAll(words, "VPN", "")); bad != "" {
				t.Errorf("%s: %s reads %q", check, name, words)
			}
		}
	}
	if names < 60 {
		t.Errorf("only %d facts were found", names)
	}
}

func TestFactsReadWell(t *testing.T) {
	d := &diagnosing{location: time.UTC}
	for _, test := range []struct {
		fact diagnose.Fact
		want Detail
	}{
		{diagnose.Fact{Name: "drift", Value: "loses 43 s a day"}, Detail{"Drift", "loses 43 s a day"}},
		{diagnose.Fact{Name: "drift_ppm", Value: 498.0}, Detail{"Drift rate", "498 ppm"}},
		{diagnose.Fact{Name: "drift_uncertainty_ppm", Value: 35.0}, Detail{"Drift rate, ±", "35 ppm"}},
		{diagnose.Fact{Name: "free_mib", Value: int64(55124)}, Detail{"Free space", "55124 MiB"}},
		{diagnose.Fact{Name: "bytes_per_s", Value: int64(2500)}, Detail{"Comes through", "2500 bytes/s"}},
		{diagnose.Fact{Name: "renewed_s_ago", Value: int64(3900)}, Detail{"Renewed, ago", "1 h 5 min"}},
		{diagnose.Fact{Name: "totp_steps", Value: 8.0}, Detail{"Codes off by", "8 steps"}},
		{diagnose.Fact{Name: "offset_ms", Value: -0.04}, Detail{"Offset", "0 ms"}},
		{diagnose.Fact{Name: "vpn", Value: false}, Detail{"VPN", "no"}},
	} {
		got := d.facts(diagnose.Result{Facts: []diagnose.Fact{test.fact}})
		if len(got) != 1 || got[0] != test.want {
			t.Errorf("%s: %+v, want %+v", test.fact.Name, got, test.want)
		}
	}
}
