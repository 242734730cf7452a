package control

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// Entry is a line of text to type in: one line, Return submits, Escape and other keys it has no use for go to the
// window, and a paste is cleaned before it is taken.
type Entry struct {
	widget.Entry
	label   string
	clean   func(string) pasted
	Notice  func(string) // says what was done to a paste; empty when there is nothing more to say
	Left    func()       // the focus went elsewhere
	focused func(bool)
	self    fyne.Widget // the whole widget, which drivers know: a password or code entry embeds this one
}

var _ fyne.Accessible = (*Entry)(nil)

// NewEntry returns an empty entry with this label.
func NewEntry(label string) *Entry {
	e := &Entry{label: label, clean: pasteLine}
	e.setup(e)
	return e
}

func (e *Entry) setup(self fyne.Widget) {
	e.self = self
	e.Wrapping = fyne.TextWrap(fyne.TextTruncateClip)
	e.ExtendBaseWidget(self)
}

// FocusGained implements fyne.Focusable.
func (e *Entry) FocusGained() {
	e.Entry.FocusGained()
	if e.focused != nil {
		e.focused(true)
	}
	Reveal(e.self)
}

// FocusLost implements fyne.Focusable.
func (e *Entry) FocusLost() {
	e.Entry.FocusLost()
	if e.focused != nil {
		e.focused(false)
	}
	if e.Left != nil {
		e.Left()
	}
}

// TypedKey hands Escape to the window.
func (e *Entry) TypedKey(key *fyne.KeyEvent) {
	if key.Name == fyne.KeyEscape {
		toWindow(e.self, key)
		return
	}
	if e.Disabled() {
		return
	}
	e.Entry.TypedKey(key)
}

// TypedRune says no more about an earlier paste once something is typed, and that is seen, whatever came above the field meanwhile.
func (e *Entry) TypedRune(r rune) {
	e.say("")
	e.Entry.TypedRune(r)
	Reveal(e.self)
}

// TypedShortcut cleans what is pasted.
func (e *Entry) TypedShortcut(shortcut fyne.Shortcut) {
	paste, ok := shortcut.(*fyne.ShortcutPaste)
	if !ok {
		e.Entry.TypedShortcut(shortcut)
		return
	}
	if e.Disabled() || paste.Clipboard == nil {
		return
	}
	got := e.clean(paste.Clipboard.Content())
	e.say(got.notice)
	if !got.refused && got.text != "" {
		e.Entry.TypedShortcut(&fyne.ShortcutPaste{Clipboard: clip(got.text)})
	}
}

func (e *Entry) say(notice string) {
	if e.Notice != nil {
		e.Notice(notice)
	}
}

// AccessibilityLabel is the field's label.
func (e *Entry) AccessibilityLabel() string { return e.label }

// AccessibilityRole is text; there is no role for something to type in.
func (e *Entry) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }
