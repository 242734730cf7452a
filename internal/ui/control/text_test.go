package control

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"latchkey/internal/ui/look"
)

// linesOf returns what is drawn.
func linesOf(text *Text) []string {
	var lines []string
	r := text.CreateRenderer()
	for _, o := range r.Objects() {
		lines = append(lines, o.(*canvas.Text).Text)
	}
	return lines
}

func TestTextWrapsAtWords(t *testing.T) {
	window(t, Space(1))
	text := NewText("Resetting the password does not lift it. Wait, or ask your administrator to unlock it.", look.Body, 200)
	lines := linesOf(text)
	if len(lines) < 3 || strings.Join(lines, " ") != text.String() {
		t.Fatalf("%q", lines)
	}
	for _, line := range lines {
		if w := fyne.MeasureText(line, look.Body, fyne.TextStyle{}).Width; w > 200 {
			t.Errorf("%q is %v wide", line, w)
		}
	}
	if h := text.MinSize().Height; h != float32(len(lines))*20 {
		t.Errorf("%d lines are %v high", len(lines), h)
	}
}

func TestTextCutsWordsThatAreTooLong(t *testing.T) {
	window(t, Space(1))
	word := strings.Repeat("mississippi", 20)
	lines := linesOf(NewText(word, look.Body, 200))
	if len(lines) < 2 || strings.Join(lines, "") != word {
		t.Errorf("%q", lines)
	}
	if got := linesOf(NewText(word, look.Body, 1)); len(got) != len(word) {
		t.Errorf("%d lines in no width at all", len(got))
	}
}

func TestTextWithFewLines(t *testing.T) {
	window(t, Space(1))
	lines := linesOf(NewText(strings.Repeat("word ", 50), look.Body, 200).Lines(2))
	if len(lines) != 2 || !strings.HasSuffix(lines[1], "…") {
		t.Errorf("%q", lines)
	}
}

// Of a long host the end is shown: it says whose it is.
func TestHostKeepsItsEnd(t *testing.T) {
	window(t, Space(1))
	lines := linesOf(NewText("login.acme.example.very-long-name-of-someone-else.example:8443", look.Small, 200).Mono().Tail())
	if len(lines) != 1 || !strings.HasPrefix(lines[0], "…") || !strings.HasSuffix(lines[0], "someone-else.example:8443") {
		t.Errorf("%q", lines)
	}
}

// PR-23: markup, links and images in a text are just text.
func TestPR23TextIsPlain(t *testing.T) {
	window(t, Space(1))
	hostile := "<b>x</b> [a](javascript:1) ![i](http://x.example/i.png) **y**"
	if got := strings.Join(linesOf(NewText(hostile, look.Body, 340)), " "); got != hostile {
		t.Errorf("drawn: %q", got)
	}
}

func TestInitials(t *testing.T) {
	for name, want := range map[string]string{
		"Amy Agent": "AA", "amy@acme.example": "A", "una.söderström@acme.example": "US", "Jean-Luc Picard": "JP", "": "?", "  ": "?",
		"Örjan": "Ö", "林": "林", "O'Brien Pat": "OP", "@": "?",
	} {
		if got := Initials(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func TestQRCode(t *testing.T) {
	window(t, Space(1))
	if QR("https://login.acme.example/device?user_code=WDJB-MJHT", 136) == nil {
		t.Error("no code")
	}
	if QR(strings.Repeat("x", 5000), 136) != nil {
		t.Error("a code of 5000 characters")
	}
}
