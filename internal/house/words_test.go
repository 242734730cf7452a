package house

import (
	"regexp"
	"strings"
	"testing"

	"latchkey/internal/problem"
)

// Problems speak to agents: no words of the protocols, no blame, no begging, no shouting. What is for IT may use IT's words.
func TestProblemsSpeakPlainly(t *testing.T) {
	strange := regexp.MustCompile(`(?i)\b(oauth|openid|tokens?|pkce|dpop|s256|jwt|json|scopes?|redirects?|endpoints?|nonce|discovery|metadata|grants?|headers?|parameters?|https?|requests?|please|invalid|failed|illegal|oops|sorry)\b|!`)
	for code, p := range problem.All() {
		fix, _, _ := strings.Cut(p.Fix, "Tell IT")
		for _, words := range []string{p.Title, p.Why, fix} {
			if word := strange.FindString(words); word != "" {
				t.Errorf("%s says %q: %s", code, word, words)
			}
			if words != "" && !strings.HasSuffix(strings.TrimSpace(words), ".") && !strings.HasSuffix(words, ": latchkey login.") {
				t.Errorf("%s has a sentence without an end: %s", code, words)
			}
		}
		if p.Title == "" || p.Fix == "" {
			t.Errorf("%s does not say what happened, or what to do", code)
		}
	}
}
