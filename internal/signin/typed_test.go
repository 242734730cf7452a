package signin

import (
	"testing"

	"latchkey/internal/secret"
)

func TestMF38SeparatorsInCodes(t *testing.T) { codes(t, separators) }
func TestMF39DigitsOfOtherScripts(t *testing.T) {
	codes(t, scripts)
}
func TestMF40LeadingZeros(t *testing.T) { codes(t, zeros) }
func TestMF41ShapeOfCodes(t *testing.T) { codes(t, shapes) }

type typedCode struct {
	typed  string
	digits int
	want   string // empty: refused
}

var (
	separators = []typedCode{
		{"123 456", 6, "123456"}, {" 123456", 6, "123456"}, {"123-456", 6, "123456"}, {"123\u00a0456", 6, "123456"},
		{"123\t456", 6, "123456"}, {"123456\n", 6, "123456"}, {"123456\r\n", 6, "123456"}, {"123–456", 6, "123456"},
		{"\u200e123456\u200f", 6, "123456"}, {"\ufeff123456", 6, "123456"},
	}
	scripts = []typedCode{
		{"٠١٢٣٤٥", 6, "012345"}, {"۰۱۲۳۴۵", 6, "012345"}, {"０１２３４５", 6, "012345"}, {"०१२३४५", 6, "012345"},
		{"𝟘𝟙𝟚𝟛𝟜𝟝", 6, "012345"}, {"١٢٣ ٤٥٦", 6, "123456"},
	}
	zeros  = []typedCode{{"000123", 6, "000123"}, {"000000", 0, "000000"}}
	shapes = []typedCode{
		{"12345", 6, ""}, {"123456789", 6, ""}, {"12345", 0, ""}, {"12345678901", 0, ""}, {"1234567890", 0, "1234567890"},
		{"12345678", 8, "12345678"}, {"123456", 8, ""}, {"abcdef", 6, ""}, {"12345a", 6, ""}, {"ABCD-EFGH", 0, ""}, {"", 6, ""},
		{"123456\x00", 6, ""}, {"½½½½½½", 6, ""}, {"①②③④⑤⑥", 6, ""}, {"123\xff456", 6, ""},
	}
)

func codes(t *testing.T, table []typedCode) {
	t.Helper()
	for _, c := range table {
		got, ok := normalizeCode(secret.New(c.typed), c.digits)
		if ok != (c.want != "") || got.Reveal() != c.want {
			t.Errorf("%q with %d digits: got %q, %v, want %q", c.typed, c.digits, got.Reveal(), ok, c.want)
		}
	}
}

func TestMF55UserNames(t *testing.T) {
	for typed, want := range map[string]string{
		" amy@acme.example\n": "amy@acme.example", "AMY": "AMY", `CORP\amy`: `CORP\amy`, "zoë smith": "zoë smith", "  ": "",
	} {
		if got := trimUsername(typed); got != want {
			t.Errorf("%q: got %q, want %q", typed, got, want)
		}
	}
}
