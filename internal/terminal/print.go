package terminal

import (
	"fmt"
	"io"
	"strings"

	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

// printer writes lines for people. Nothing that comes from outside may pass it uncleaned: see clean.
type printer struct {
	out    io.Writer
	colour bool
	ascii  bool // the terminal shows no characters beyond ASCII
}

const (
	bold  = "\x1b[1m"
	red   = "\x1b[1;31m"
	dim   = "\x1b[2m"
	reset = "\x1b[0m"
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
	_, _ = io.WriteString(p.out, text+"\n")
}

// plain replaces the few characters beyond ASCII that our own words use.
var plain = strings.NewReplacer("→", "->", "…", "...", "·", "-", "–", "-")

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
