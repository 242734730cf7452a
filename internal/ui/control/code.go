package control

import (
	"strings"
	"unicode"

	"fyne.io/fyne/v2"

	"latchkey/internal/ui/look"
)

// CodeEntry is one large field for a one-time code. It takes digits of any script, pasted with whatever is between them,
// and reports the code as soon as it is whole. Where the server does not say how long the code is, or the code is not
// only digits, Return submits it.
type CodeEntry struct {
	Entry
	Complete func(code string)

	whole      int  // digits of a whole code; 0 when the server does not say
	anything   bool // a recovery code: letters too
	formatting bool
}

// NewCodeEntry returns an empty field.
func NewCodeEntry(label string) *CodeEntry {
	e := &CodeEntry{}
	e.label = label
	e.clean = e.paste
	e.TextStyle = fyne.TextStyle{Monospace: true}
	e.OnChanged = e.changed
	e.setup(e)
	return e
}

// SetLabel changes what the field is called.
func (e *CodeEntry) SetLabel(label string) { e.label = label }

// Expect tells how long a whole code is (0: not known) and whether it may have letters.
func (e *CodeEntry) Expect(digits int, letters bool) {
	e.whole, e.anything = digits, letters
}

// Code returns what was typed, without what is between the digits.
func (e *CodeEntry) Code() string {
	if e.anything {
		return strings.TrimSpace(e.Text)
	}
	digits, _ := Digits(e.Text)
	return digits
}

// Clear empties the field.
func (e *CodeEntry) Clear() {
	e.formatting = true
	e.SetText("")
	e.formatting = false
	e.say("")
}

// TypedRune takes digits; anything else is left out, and letters are told about.
func (e *CodeEntry) TypedRune(r rune) {
	if e.anything {
		e.Entry.TypedRune(r)
		return
	}
	e.say("")
	if !unicode.IsDigit(r) {
		if unicode.IsLetter(r) {
			e.say("The code has only digits.")
		}
		return
	}
	if e.whole > 0 && len(e.Code()) >= e.whole && e.SelectedText() == "" {
		return
	}
	e.Entry.TypedRune(rune(digitValue(r)))
}

// TypedShortcut has no undo: every change writes the code anew.
func (e *CodeEntry) TypedShortcut(shortcut fyne.Shortcut) {
	switch shortcut.(type) {
	case *fyne.ShortcutUndo, *fyne.ShortcutRedo:
		return
	}
	e.Entry.TypedShortcut(shortcut)
}

func (e *CodeEntry) paste(text string) pasted {
	if e.anything {
		return pasteLine(text)
	}
	digits, other := Digits(text)
	switch {
	case digits == "" || other:
		return pasted{refused: true, notice: "Not pasted: the code has only digits."}
	case e.whole > 0 && len(digits) != e.whole:
		return pasted{refused: true, notice: "Not pasted: this is not a whole code."}
	}
	if e.whole > 0 { // a whole code replaces what was there
		e.Clear()
	}
	return pasted{text: digits}
}

// changed writes the digits anew with a gap in the middle, keeps the cursor where it was among them, and reports a whole
// code.
func (e *CodeEntry) changed(text string) {
	if e.formatting || e.anything {
		return
	}
	digits, _ := Digits(text)
	before, _ := Digits(string([]rune(text)[:min(e.CursorColumn, len([]rune(text)))]))
	if grouped := GroupDigits(digits, e.whole); grouped != text {
		e.formatting = true
		e.SetText(grouped)
		e.formatting = false
	}
	e.CursorColumn = len(GroupDigits(digits[:len(before)], e.whole))
	e.Refresh()
	if e.whole > 0 && len(digits) == e.whole && e.Complete != nil {
		e.Complete(digits)
	}
}

// slotWidth is the width that a whole code takes, so that its digits do not move while they are typed.
func (e *CodeEntry) slotWidth() float32 {
	whole := e.whole
	if whole == 0 || e.anything {
		return 0
	}
	widest := GroupDigits(strings.Repeat("0", whole), whole)
	return fyne.MeasureText(widest, look.Code, e.TextStyle).Width + 40
}
