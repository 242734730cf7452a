package control

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"fyne.io/fyne/v2"
)

// MaxPassword is the longest password the form takes, in code points; a longer one is refused, never cut.
const MaxPassword = 4096

// pasted is what becomes of a clipboard's text: what goes into the field, and what is said about it.
type pasted struct {
	text    string
	refused bool
	notice  string
}

// pastePassword takes a password as it is. Only one line end behind it, which many password managers and terminals
// add, is left out; a password with a line end or control character inside is refused, because a one-line field would
// change it in silence.
func pastePassword(text string) pasted {
	trimmed, cut := cutLineEnd(text)
	switch {
	case !utf8.ValidString(trimmed):
		return pasted{refused: true, notice: "Not pasted: this is not text."}
	case strings.ContainsAny(trimmed, "\r\n"):
		return pasted{refused: true, notice: "Not pasted: there is more than one line."}
	case strings.ContainsFunc(trimmed, unicode.IsControl):
		return pasted{refused: true, notice: "Not pasted: there is a tab or control character in it."}
	case utf8.RuneCountInString(trimmed) > MaxPassword:
		return pasted{refused: true, notice: "Not pasted: it is too long for a password."}
	case cut:
		return pasted{text: trimmed, notice: "A line end behind the password was left out."}
	}
	return pasted{text: trimmed}
}

func cutLineEnd(text string) (string, bool) {
	if s, ok := strings.CutSuffix(text, "\r\n"); ok {
		return s, true
	}
	if s, ok := strings.CutSuffix(text, "\n"); ok {
		return s, true
	}
	return strings.CutSuffix(text, "\r")
}

// pasteLine takes one line of text, without white space around it, for fields where that is never meant.
func pasteLine(text string) pasted {
	text = strings.TrimSpace(text)
	switch {
	case !utf8.ValidString(text):
		return pasted{refused: true, notice: "Not pasted: this is not text."}
	case strings.ContainsFunc(text, unicode.IsControl):
		return pasted{refused: true, notice: "Not pasted: there is more than one line."}
	}
	return pasted{text: text}
}

// clip is a clipboard that holds one text, to hand a cleaned one to Fyne's entry.
type clip string

func (c clip) Content() string { return string(c) }
func (clip) SetContent(string) {}

var _ fyne.Clipboard = clip("")
