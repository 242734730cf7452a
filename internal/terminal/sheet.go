package terminal

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"latchkey/internal/diagnose"
)

// sheet shows a diagnosis at a prompt: a row for each check as soon as it is certain, then the verdict and what is behind
// it. Nothing that was printed changes afterwards, and every mark has its word beside it, so that a screen reader can
// follow.
type sheet struct {
	out    printer
	titles map[string]string
	widest int             // title
	shown  map[string]bool // rows
}

const (
	narrow    = 60  // characters in a line; with less, what was found stands below its title
	widest    = 120 // what eyes still follow
	timeWidth = 8
)

func newSheet(out printer, checks []diagnose.Check) *sheet {
	s := &sheet{out: out, titles: map[string]string{}, shown: map[string]bool{}}
	for _, c := range checks {
		s.titles[c.ID] = clean(c.Title)
		s.widest = max(s.widest, utf8.RuneCountInString(s.titles[c.ID]))
	}
	return s
}

func (s *sheet) begin(env diagnose.Env) {
	login, ok := env.Login()
	if !ok {
		s.out.line("Looking for what keeps you from signing in …\n")
		return
	}
	s.out.line("Looking for what keeps you from signing in to %s at %s …\n", clean(orgName(env.Org)), clean(login.URL.Host))
}

// marks tell the states apart at a glance; the words beside them tell it to everybody.
var marks = map[diagnose.State]struct{ mark, style string }{
	diagnose.OK:      {"✓", green},
	diagnose.Warning: {"!", yellow},
	diagnose.Problem: {"✗", red},
	diagnose.Skipped: {"-", dim},
	diagnose.Unknown: {"?", yellow},
}

// row prints what a check found. That it turned out to block is for the end.
func (s *sheet) row(r diagnose.Result) {
	if s.shown[r.ID] {
		return
	}
	s.shown[r.ID] = true
	text := clean(r.Line())
	if r.Because != "" {
		text = "Because of: " + s.title(r.Because) + "."
	}
	s.print("", r, text)
}

// waiting prints what everything waits for. What is found there comes later, in a row of its own.
func (s *sheet) waiting(r diagnose.Result) {
	r.State, r.Took = "", 0
	s.print("", r, clean(r.Line()))
}

// print prints one row behind an indent: mark, state, title, text, time.
func (s *sheet) print(indent string, r diagnose.Result, text string) {
	m, word := marks[r.State], string(r.State)
	if r.State == "" {
		m.mark, m.style, word = "…", dim, "waiting"
	}
	title := s.title(r.ID)
	head := indent + s.out.paint(m.style, m.mark+" "+fmt.Sprintf("%-7s", word)) + "  " + title
	head += strings.Repeat(" ", max(0, s.widest-len([]rune(title)))+2)
	took := took(r)
	room := min(s.out.width, widest) - visible(head) - timeWidth - 1
	if s.out.width > 0 && s.out.width < narrow {
		if took != "" {
			took = " (" + took + ")"
		}
		s.out.line("%s", indent+s.out.paint(m.style, m.mark+" "+word)+"  "+title+took)
		if text != "" {
			s.out.line("%s", indent+"  "+text)
		}
		return
	}
	if s.out.width == 0 || room < 20 {
		if took != "" {
			text = strings.TrimLeft(text+" ("+took+")", " ")
		}
		s.out.line("%s", strings.TrimRight(head+text, " "))
		return
	}
	lines := strings.Split(wrap(text, room), "\n")
	first := lines[0] + strings.Repeat(" ", max(0, room-visible(lines[0]))) + fmt.Sprintf(" %*s", timeWidth, took)
	s.out.line("%s", strings.TrimRight(head+first, " "))
	for _, more := range lines[1:] {
		s.out.line("%s", strings.Repeat(" ", visible(head))+more)
	}
}

func (s *sheet) title(id string) string {
	if title := s.titles[id]; title != "" {
		return title
	}
	return clean(id)
}

// took tells how long a check took, if that was any time.
func took(r diagnose.Result) string {
	switch {
	case r.State == diagnose.Skipped, r.Took < time.Millisecond:
		return ""
	case r.Took < 10*time.Second:
		return fmt.Sprintf("%d ms", r.Took.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", r.Took.Seconds())
}

// stopped says that not everything was checked.
func (s *sheet) stopped() { s.out.line("\nStopped. This is what was found until then.") }

// conclude prints the verdict in a sentence, then each finding with what to do and what follows from it, what keeps people
// from signing in first.
func (s *sheet) conclude(r diagnose.Report) {
	summary := clean(r.Summary)
	style := green
	switch r.Verdict {
	case diagnose.Blocked:
		summary, style = "Blocked: "+summary, red
	case diagnose.Degraded:
		style = yellow
	}
	s.out.line("\n%s", s.out.paint(style, summary))
	for _, weighs := range []func(diagnose.Result) bool{
		func(f diagnose.Result) bool { return f.State == diagnose.Problem && f.Blocks },
		func(f diagnose.Result) bool { return f.State == diagnose.Problem && !f.Blocks },
		func(f diagnose.Result) bool { return f.State == diagnose.Warning },
	} {
		for _, f := range r.Results {
			if weighs(f) {
				s.finding(r, f)
			}
		}
	}
}

// paragraph prints a text behind an indent.
func (s *sheet) paragraph(indent, text string) {
	room := 0
	if s.out.width > narrow {
		room = min(s.out.width, widest) - len(indent)
	}
	for line := range strings.SplitSeq(wrap(text, room), "\n") {
		s.out.line("%s", indent+line)
	}
}

func (s *sheet) finding(r diagnose.Report, f diagnose.Result) {
	m := marks[f.State]
	s.out.line("\n%s  %s %s", s.out.paint(m.style, m.mark+" "+string(f.State)), s.out.paint(bold, s.title(f.ID)), s.out.paint(dim, "["+string(f.Code)+"]"))
	if line := f.Line(); line != "" && !strings.HasSuffix(r.Summary, line) { // the verdict has just said it
		s.paragraph("  ", clean(line))
	}
	if f.Fix != "" {
		s.paragraph("  ", "→ "+clean(f.Fix))
	}
	for _, repair := range f.Repairs {
		if repair.Command != "" {
			s.out.line("  In a terminal: %s", clean(repair.Command)) // in one line, to be copied
		}
	}
	var follows []diagnose.Result
	for _, other := range r.Results {
		if other.Because == f.ID {
			follows = append(follows, other)
		}
	}
	if len(follows) == 0 {
		return
	}
	s.out.line("  It explains:")
	for _, other := range follows {
		why := other.Line()
		if why == f.Line() {
			why = "" // it says nothing new
		}
		s.print("    ", other, clean(why))
	}
}
