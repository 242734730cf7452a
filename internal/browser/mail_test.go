package browser

import (
	"strings"
	"testing"
)

func TestMailIsReadyToSend(t *testing.T) {
	for _, c := range []struct{ to, subject, body, want string }{
		{"it@acme.example", "Help", "one\ntwo & $(x) 50%", "mailto:it@acme.example?subject=Help&body=one%0D%0Atwo%20%26%20%24%28x%29%2050%25"},
		{"it+latchkey@acme.example", "a b", "", "mailto:it+latchkey@acme.example?subject=a%20b&body="},
	} {
		got, err := mailTo(c.to, c.subject, c.body)
		if err != nil || got != c.want {
			t.Errorf("%s: %q, %v\nwant %q", c.to, got, err, c.want)
		}
	}
	long, err := mailTo("it@acme.example", "x", strings.Repeat("é 林 one line of many\n", 200))
	if err != nil || len(long) > longestMail || len(long) < longestMail-100 || !strings.HasSuffix(long, "many%0D%0A") {
		t.Errorf("a long body: %d bytes, %v", len(long), err)
	}
}

func TestMailGoesToAnAddressOnly(t *testing.T) {
	for _, to := range []string{"", "it", "IT <it@acme.example>", "it@acme.example?cc=evil@evil.example", "-x@acme.example", "a@b.example,c@d.example", "it@acme.example\nx", "https://acme.example"} {
		if got, err := mailTo(to, "", ""); err == nil {
			t.Errorf("%q: %q", to, got)
		}
	}
}
