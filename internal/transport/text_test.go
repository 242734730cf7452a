package transport_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"latchkey/internal/transport"
)

func TestTK41Clean(t *testing.T) {
	for _, c := range []struct {
		name, text string
		max        int
		want       string
	}{
		{"plain", "Acme", 10, "Acme"},
		{"other scripts", "Größe 日本語 😀 ελ", 20, "Größe 日本語 😀 ελ"},
		{"white space", "  a \t\r\n\u00a0\u2028 b  ", 10, "a b"},
		{"escape sequences", "\x1b[31mred\x1b]0;title\x07\u009b0m", 40, "[31mred]0;title0m"},
		{"NUL and DEL", "a\x00b\x7fc", 10, "abc"},
		{"bidirectional", "a\u202eb\u2066c\u200fd\u061ce", 10, "abcde"},
		{"invisible", "a\u200bb\u00adc\u2060d\ufeffe\U000e0041f\u034fg\u3164h\ufe0fi", 20, "abcdefghi"},
		{"not UTF-8", "a\xffb\xed\xa0\x80", 10, "a\ufffdb\ufffd\ufffd\ufffd"},
		{"exactly", "abcde", 5, "abcde"},
		{"exactly, with a space behind", "abcde ", 5, "abcde"},
		{"cut", "abcdef", 5, "abcd…"},
		{"cut at a space", "abc def", 5, "abc…"},
		{"one", "ab", 1, "…"},
		{"none", "ab", 0, ""},
		{"below none", "ab", -1, ""},
		{"long", strings.Repeat("ab ", 1_000_000), 8, "ab ab a…"},
	} {
		if got := transport.Clean(c.text, c.max); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add("a\x1b[31m\u202e b", 5)
	f.Fuzz(func(t *testing.T, text string, max int) {
		got := transport.Clean(text, max)
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > max && got != "" || strings.ContainsFunc(got, transport.Invisible) {
			t.Errorf("%q, %d: got %q", text, max, got)
		}
		if again := transport.Clean(got, max); again != got {
			t.Errorf("%q becomes %q the second time", got, again)
		}
	})
}
