package terminal

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

// printer writes lines for people. Nothing that comes from outside may pass it uncleaned: see clean.
type printer struct {
	out    io.Writer
	colour bool
	ascii  bool // the terminal shows no characters beyond ASCII
	width  int  // of the terminal; 0: lines are not wrapped
}

const (
	bold   = "\x1b[1m"
	red    = "\x1b[1;31m"
	green  = "\x1b[32m"
	yellow = "\x1b[33m"
	dim    = "\x1b[2m"
	reset  = "\x1b[0m"
)

func (p printer) paint(style, text string) string {
	if !p.colour || text == "" {
		return text
	}
	return style + text + reset
}

// line prints one line.
func (p printer) line(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if p.ascii {
		text = plain.Replace(text)
	}
	_, _ = io.WriteString(p.out, strings.ReplaceAll(wrap(text, p.width), inOnePiece, " ")+"\n")
}

// inOnePiece stands for a blank at which no line is broken.
const inOnePiece = "\u00a0"

// whole keeps a command in one piece: where it does not fit into a line, it begins one, so that it can be copied.
func whole(format string, args ...any) string {
	return strings.ReplaceAll(fmt.Sprintf(format, args...), " ", inOnePiece)
}

// wrap breaks a line at blanks so that no word is cut at the edge of the terminal. What comes after the break stands as far in
// as the line did. A word that is longer than a line, such as a link, is left whole: it can still be copied.
func wrap(text string, width int) string {
	if width == 0 || visible(text) <= width {
		return text
	}
	words := strings.TrimLeft(text, " ")
	indent := text[:len(text)-len(words)]
	var b strings.Builder
	b.WriteString(indent)
	column := len(indent)
	for i, word := range strings.Split(words, " ") {
		n := visible(word)
		switch {
		case i == 0:
		case column+1+n > width:
			b.WriteString("\n" + indent)
			column = len(indent)
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += n
	}
	return b.String()
}

// visible counts the characters of a text that take a place on the screen.
func visible(text string) int {
	for _, style := range []string{bold, red, green, yellow, dim, whiteOnBlack, reset} {
		text = strings.ReplaceAll(text, style, "")
	}
	return utf8.RuneCountInString(text)
}

// plain replaces the few characters beyond ASCII that our own words use.
var plain = strings.NewReplacer("→", "->", "…", "...", "·", "-", "–", "-", "✓", "+", "✗", "x", "±", "+/-", "×", "x")

// problem prints what happened, why, and what to do, each on a line of its own; the code is for whoever is asked for
// help.
func (p printer) problem(t *problem.Problem) {
	p.line("%s", p.paint(red, clean(t.Title)))
	if t.Why != "" {
		p.line("%s", clean(t.Why))
	}
	p.line("→ %s %s", clean(t.Fix), p.paint(dim, "["+string(t.Code)+"]"))
}

// clean makes text from outside safe to show: no control, no escape sequence, one line.
func clean(text string) string { return transport.Clean(text, 400) }

// ask prints a prompt; the answer is typed behind it.
func (p printer) ask(prompt string) {
	if p.ascii {
		prompt = plain.Replace(prompt)
	}
	_, _ = io.WriteString(p.out, prompt)
}
