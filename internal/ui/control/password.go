package control

import (
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// PasswordEntry is a line to type a password in. It takes every character as it is, cannot be copied or cut from even
// while it is shown, and has no undo, so that what was cleared stays cleared.
type PasswordEntry struct {
	Entry
	Typed  func(r rune) // a character was typed, for the Caps Lock hint
	Caps   func()       // the Caps Lock key was pressed
	reveal bool
}

// NewPasswordEntry returns an empty, masked entry.
func NewPasswordEntry(label string) *PasswordEntry {
	e := &PasswordEntry{}
	e.label, e.clean = label, pastePassword
	e.Password = true
	e.ActionItem = Space(0) // or Fyne adds a revealer that no keyboard reaches
	e.setup(e)
	return e
}

// SetShown unmasks or masks what is typed.
func (e *PasswordEntry) SetShown(shown bool) {
	if e.reveal == shown {
		return
	}
	e.reveal = shown
	e.Password = !shown
	e.Refresh()
}

// Shown reports whether the password can be read.
func (e *PasswordEntry) Shown() bool { return e.reveal }

// Clear empties the field for good and masks it again.
func (e *PasswordEntry) Clear() {
	e.SetShown(false)
	e.SetText("")
	e.say("")
}

// TypedRune takes a character, up to [MaxPassword] of them.
func (e *PasswordEntry) TypedRune(r rune) {
	if e.Typed != nil {
		e.Typed(r)
	}
	if utf8.RuneCountInString(e.Text) >= MaxPassword {
		e.say("That is as long as a password can be here.")
		return
	}
	e.Entry.TypedRune(r)
}

// KeyDown notices the Caps Lock key.
func (e *PasswordEntry) KeyDown(key *fyne.KeyEvent) {
	if key.Name == capsLockKey && e.Caps != nil {
		e.Caps()
	}
	e.Entry.KeyDown(key)
}

// TypedShortcut leaves out what would put the password somewhere else or bring an old one back.
func (e *PasswordEntry) TypedShortcut(shortcut fyne.Shortcut) {
	switch shortcut.(type) {
	case *fyne.ShortcutCopy, *fyne.ShortcutCut, *fyne.ShortcutUndo, *fyne.ShortcutRedo:
		return
	}
	e.Entry.TypedShortcut(shortcut)
}

// DoubleTapped selects everything: selecting words would show where they end.
func (e *PasswordEntry) DoubleTapped(*fyne.PointEvent) {
	e.Entry.TypedShortcut(&fyne.ShortcutSelectAll{})
}

// TappedSecondary offers to paste and to select, nothing else.
func (e *PasswordEntry) TappedSecondary(at *fyne.PointEvent) {
	if e.Disabled() {
		return
	}
	app := fyne.CurrentApp()
	c := app.Driver().CanvasForObject(e)
	if c == nil {
		return
	}
	c.Focus(e)
	menu := fyne.NewMenu("",
		fyne.NewMenuItem("Paste", func() { e.TypedShortcut(&fyne.ShortcutPaste{Clipboard: app.Clipboard()}) }),
		fyne.NewMenuItem("Select all", func() { e.TypedShortcut(&fyne.ShortcutSelectAll{}) }),
	)
	widget.ShowPopUpMenuAtPosition(menu, c, app.Driver().AbsolutePositionForObject(e).Add(at.Position))
}

// AccessibilityLabel says that what is typed is hidden.
func (e *PasswordEntry) AccessibilityLabel() string {
	if e.reveal {
		return e.label + ", shown"
	}
	return e.label + ", hidden"
}
