package ui

import (
	"latchkey/internal/ui/control"
	"latchkey/internal/ui/look"
)

// passwordLine is a field for a password with a button that shows it, and a line below for what is worth knowing: what is wrong with
// it, what was done to a paste, and Caps Lock.
type passwordLine struct {
	entry  *control.PasswordEntry
	reveal *control.Button
	field  *control.Field
	caps   control.CapsLock
	notice string // about what was pasted
	fault  string
}

func newPasswordLine(label string, askCaps func(func(on bool)), changed func(text string), enter func()) *passwordLine {
	l := &passwordLine{entry: control.NewPasswordEntry(label)}
	l.entry.OnChanged = func(text string) {
		changed(text)
		if text == "" {
			l.caps.Set(false)
		}
		l.drawHint()
	}
	l.entry.OnSubmitted = func(string) { enter() }
	l.entry.Notice = func(words string) { l.notice = words; l.drawHint() }
	l.entry.Typed = l.caps.Typed
	l.entry.Caps = func() { askCaps(l.caps.Set) }
	l.caps.Changed = func(bool) { l.drawHint() }
	l.reveal = control.NewButton(control.Inline, "Show", l.toggle)
	l.field = control.NewField(label, look.ContentWidth, l.entry, true, l.reveal)
	return l
}

// draw says what is wrong, and whether something can be typed.
func (l *passwordLine) draw(open bool, fault string) {
	enable(l.entry, open)
	l.fault = fault
	l.field.SetFault(fault != "")
	l.drawHint()
}

func (l *passwordLine) drawHint() {
	switch {
	case l.fault != "" && l.entry.Text == "":
		l.field.Say(l.fault, control.Blocked)
	case l.notice != "":
		l.field.Say(l.notice, control.Soft)
	case l.caps.On():
		l.field.Say("Caps Lock is on", control.Attention)
	default:
		l.field.Say("", control.Soft)
	}
}

// clear empties the field for good and masks it.
func (l *passwordLine) clear() {
	l.entry.Clear()
	l.labelReveal()
}

func (l *passwordLine) toggle() {
	l.entry.SetShown(!l.entry.Shown())
	l.labelReveal()
}

// mask hides what is typed.
func (l *passwordLine) mask() {
	l.entry.SetShown(false)
	l.labelReveal()
}

func (l *passwordLine) labelReveal() {
	if l.entry.Shown() {
		l.reveal.SetText("Hide")
	} else {
		l.reveal.SetText("Show")
	}
}
