package scenarios

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"latchkey/internal/ui/control"
)

// screen returns everything that can be read on the screen now.
func (a *agent) screen() string {
	var all []string
	a.look(func(o fyne.CanvasObject) {
		switch o := o.(type) {
		case *control.Text:
			all = append(all, o.String())
		case *control.Button:
			all = append(all, o.AccessibilityLabel())
		case *control.Entry:
			all = append(all, o.Text)
		}
	})
	return strings.Join(all, "\n")
}

// look visits what is visible, into widgets too.
func (a *agent) look(visit func(fyne.CanvasObject)) {
	var walk func(o fyne.CanvasObject)
	walk = func(o fyne.CanvasObject) {
		if !o.Visible() {
			return
		}
		visit(o)
		switch o := o.(type) {
		case *fyne.Container:
			for _, child := range o.Objects {
				walk(child)
			}
		case *container.Scroll:
			walk(o.Content)
		case fyne.Widget:
			for _, child := range test.TempWidgetRenderer(a.t, o).Objects() {
				walk(child)
			}
		}
	}
	walk(a.window.Canvas().Content())
}

// reaches moves the focus with Tab to the control with this label, as somebody without a mouse does.
func (a *agent) reaches(label string) *agent {
	a.t.Helper()
	c := a.window.Canvas()
	var passed []string
	a.until("Tab reaches "+label, func() bool {
		passed = passed[:0]
		for range 40 {
			if has := labelOf(c.Focused()); has == label || strings.HasPrefix(has, label+", ") {
				return true
			} else if len(passed) > 1 && slices.Contains(passed, has) && has != "" {
				break
			} else {
				passed = append(passed, has)
			}
			c.FocusNext()
		}
		return false
	})
	return a
}

func labelOf(f fyne.Focusable) string {
	if named, ok := f.(fyne.Accessible); ok {
		return named.AccessibilityLabel()
	}
	return ""
}

// presses goes to a button with Tab and presses Return there.
func (a *agent) presses(label string) *agent {
	a.t.Helper()
	a.reaches(label)
	a.key(fyne.KeyReturn)
	return a
}

// types types into what has the focus.
func (a *agent) types(text string) *agent {
	a.t.Helper()
	f := a.window.Canvas().Focused()
	if f == nil {
		a.t.Fatalf("nothing to type into has the focus. On the screen:\n%s", a.screen())
	}
	for _, r := range text {
		f.TypedRune(r)
	}
	return a
}

// pastes pastes into what has the focus.
func (a *agent) pastes(text string) *agent {
	a.t.Helper()
	a.copied.SetContent(text)
	f, ok := a.window.Canvas().Focused().(fyne.Shortcutable)
	if !ok {
		a.t.Fatalf("nothing to paste into has the focus. On the screen:\n%s", a.screen())
	}
	f.TypedShortcut(&fyne.ShortcutPaste{Clipboard: a.copied})
	return a
}

// key presses one key.
func (a *agent) key(name fyne.KeyName) *agent {
	if f := a.window.Canvas().Focused(); f != nil {
		f.TypedKey(&fyne.KeyEvent{Name: name})
		return a
	}
	if typed := a.window.Canvas().OnTypedKey(); typed != nil {
		typed(&fyne.KeyEvent{Name: name})
	}
	return a
}

// fills replaces what is in the field with this label.
func (a *agent) fills(label, text string) *agent {
	a.t.Helper()
	a.reaches(label)
	switch field := a.window.Canvas().Focused().(type) {
	case *control.Entry:
		field.SetText("")
	case *control.PasswordEntry:
		field.Clear()
	case *control.CodeEntry:
		field.Clear()
	}
	return a.types(text)
}

// signsIn fills in the form and presses Return.
func (a *agent) signsIn(username, password string) *agent {
	a.t.Helper()
	a.sees("E-mail", "Password")
	a.fills("E-mail", username)
	a.fills("Password", password)
	return a.key(fyne.KeyReturn)
}
