package house

import (
	"regexp"
	"strings"
	"testing"
)

// An installed app has no secret of its own (RFC 8252, section 8.5): none is anywhere in what the programs are built from.
func TestAZ07NoClientSecret(t *testing.T) {
	named := regexp.MustCompile(`(?i)client_?secret["']?\s*(:|=|:=)\s*["'` + "`" + `][A-Za-z0-9_.~+/-]{4,}`)
	key := regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----`)
	for _, name := range files(t) {
		if !isText(name) || strings.HasSuffix(name, "_test.go") {
			continue
		}
		text := read(t, name)
		for _, pattern := range []*regexp.Regexp{named, key} {
			if hit := pattern.FindString(text); hit != "" {
				t.Errorf("%s holds a secret: %.30s", name, hit)
			}
		}
	}
	for _, planted := range []string{`client_secret = "s3cr3t-value"`, `ClientSecret: "s3cr3t-value"`, `"client_secret":"s3cr3t-value"`} {
		if !named.MatchString(planted) {
			t.Errorf("%s is not found", planted)
		}
	}
}
