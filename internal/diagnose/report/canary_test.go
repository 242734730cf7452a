package report

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/url"
	"strings"
	"testing"
	"unicode/utf16"
)

// leaks returns the forms in which a planted value is found in text: raw, encoded, cut, split over lines, compressed.
// It is the scanner behind every test that nothing leaks; TestRD16 tests the scanner.
func leaks(text []byte, canary string) []string {
	var found []string
	seen := map[string]bool{}
	for _, haystack := range haystacks(text) {
		for name, needle := range forms(canary) {
			if !seen[name] && bytes.Contains(haystack, []byte(strings.ToLower(needle))) {
				seen[name] = true
				found = append(found, name)
			}
		}
	}
	return found
}

// forms are what a value can look like. A form that is too short would be found by accident.
func forms(canary string) map[string]string {
	b := []byte(canary)
	quoted, _ := json.Marshal(canary)
	all := map[string]string{
		"raw": canary, "url": url.QueryEscape(canary), "path": url.PathEscape(canary), "json": strings.Trim(string(quoted), `"`),
		"hex": hex.EncodeToString(b), "base64": base64.RawStdEncoding.EncodeToString(b), "base64url": base64.RawURLEncoding.EncodeToString(b),
	}
	// Within a longer text base64 begins at another bit: leave the ends away.
	for n := 1; n < 3; n++ {
		if e := base64.RawStdEncoding.EncodeToString(append(make([]byte, n), b...)); len(e) > 10 {
			all["base64+"+string(rune('0'+n))] = e[4 : len(e)-2]
		}
	}
	if len(canary) >= 12 {
		all["first 12"], all["last 12"] = canary[:12], canary[len(canary)-12:]
	}
	return all
}

// haystacks are the text, without its line breaks, as UTF-16 would hold it, and what is compressed in it; in small letters.
func haystacks(text []byte) [][]byte {
	lines := bytes.Fields(text)
	all := [][]byte{text, bytes.Join(lines, nil)}
	all = append(all, bytes.ReplaceAll(text, []byte{0}, nil)) // UTF-16 of ASCII
	if at := bytes.Index(text, []byte{0x1f, 0x8b}); at >= 0 {
		if z, err := gzip.NewReader(bytes.NewReader(text[at:])); err == nil {
			plain, _ := io.ReadAll(z)
			all = append(all, plain)
		}
	}
	for i := range all {
		all[i] = bytes.ToLower(all[i])
	}
	return all
}

func TestRD16TheScannerFindsWhatIsHidden(t *testing.T) {
	const canary = "Canary/pass+word-1234"
	hidden := map[string][]byte{
		"raw":         []byte("a " + canary + " b"),
		"other case":  []byte(strings.ToUpper(canary)),
		"url":         []byte("?p=" + url.QueryEscape(canary)),
		"json":        []byte(`{"p":"` + canary + `"}`),
		"hex":         []byte(hex.EncodeToString([]byte(canary))),
		"base64":      []byte(base64.StdEncoding.EncodeToString([]byte(canary))),
		"basic":       []byte(base64.StdEncoding.EncodeToString([]byte("amy:" + canary))),
		"basic, too":  []byte(base64.StdEncoding.EncodeToString([]byte("bob4:" + canary))),
		"basic again": []byte(base64.StdEncoding.EncodeToString([]byte("carla:" + canary))),
		"its start":   []byte(canary[:12] + "…"),
		"its end":     []byte("…" + canary[len(canary)-12:]),
		"two lines":   []byte("Canary/pass\n  +word-1234"),
	}
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = z.Write([]byte(canary))
	_ = z.Close()
	hidden["gzip"] = zipped.Bytes()
	var wide []byte
	for _, u := range utf16.Encode([]rune(canary)) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	hidden["UTF-16"] = wide
	for name, text := range hidden {
		if len(leaks(text, canary)) == 0 {
			t.Errorf("%s: not found", name)
		}
	}
	if found := leaks([]byte("nothing of that kind, pass by"), canary); len(found) != 0 {
		t.Errorf("found %v where there is nothing", found)
	}
}
