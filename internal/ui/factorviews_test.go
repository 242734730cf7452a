package ui

import (
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"latchkey/internal/ui/look"
	"latchkey/internal/ui/present"
)

// A countdown moves nothing beside it.
func TestCountdownMovesNothing(t *testing.T) {
	s := newScreen(t)
	f := screens()["code-sms"]
	code := f.Screen.(present.Code)
	places := map[string]string{}
	for _, wait := range []string{"0:30", "0:29", "0:11", "0:08", ""} {
		code.Resend.Wait = wait
		f.Screen = code
		s.draw(f)
		v := s.view.screen.(*codeView)
		for name, b := range map[string]fyne.CanvasObject{"again": v.again, "ways": v.ways, "code": v.code, "submit": v.submit} {
			at := fmt.Sprint(fyne.CurrentApp().Driver().AbsolutePositionForObject(b), b.Size())
			if before, ok := places[name]; ok && before != at {
				t.Errorf("%s moved from %s to %s at %q", name, before, at, wait)
			}
			places[name] = at
		}
		if v.again.Disabled() != (wait != "") {
			t.Errorf("at %q the button is disabled: %v", wait, v.again.Disabled())
		}
	}
}

func TestNewPasswordIsHiddenAndNotCopied(t *testing.T) {
	s := newScreen(t)
	f := screens()["password"]
	s.draw(f)
	v := s.view.screen.(*newPasswordView)
	clipboard := test.NewClipboard()
	clipboard.SetContent("  correct horse 12  \n")
	v.line.entry.TypedShortcut(&fyne.ShortcutPaste{Clipboard: clipboard})
	if v.line.entry.Text != "  correct horse 12  " || !v.line.entry.Password || !strings.Contains(s.words(), "A line end behind the password was left out.") {
		t.Errorf("pasted %q, masked %v", v.line.entry.Text, v.line.entry.Password)
	}
	test.Tap(v.line.reveal)
	clipboard.SetContent("before")
	v.line.entry.TypedShortcut(&fyne.ShortcutSelectAll{})
	for _, shortcut := range []fyne.Shortcut{&fyne.ShortcutCopy{Clipboard: clipboard}, &fyne.ShortcutCut{Clipboard: clipboard}} {
		v.line.entry.TypedShortcut(shortcut)
	}
	if clipboard.Content() != "before" {
		t.Errorf("copied %q", clipboard.Content())
	}
	s.view.Mask()
	if !v.line.entry.Password || v.line.reveal.Text() != "Show" {
		t.Error("not masked when the window is left")
	}
	next := f.Screen.(present.NewPassword)
	next.Clear++
	f.Screen = next
	s.draw(f)
	if v.line.entry.Text != "" {
		t.Errorf("the field has %q", v.line.entry.Text)
	}
}

// Advice that is longer than its place makes the place larger: nothing of it is cut.
func TestAdviceIsShownWhole(t *testing.T) {
	s := newScreen(t)
	f := screens()["password"]
	screen := f.Screen.(present.NewPassword)
	screen.Typed = true
	for _, advice := range []string{
		"Use at least 12 characters: several words are easy to remember. Leave out your name, your user name and your organisation.",
		strings.Repeat("Leave out your name, your user name and your organisation. ", 4) + "To the end.",
	} {
		screen.Strength = present.Strength{Score: 1, Words: advice}
		f.Screen = screen
		s.draw(f)
		v := s.view.screen.(*newPasswordView)
		var lines []string
		for _, o := range test.WidgetRenderer(v.worth).Objects() {
			line := o.(*canvas.Text)
			lines = append(lines, line.Text)
			if line.MinSize().Width > look.ContentWidth {
				t.Errorf("a line is cut at the edge: %s", line.Text)
			}
		}
		if got := strings.Join(lines, " "); got != strings.TrimSpace(advice) || v.worth.Size().Height < v.worth.MinSize().Height {
			t.Errorf("shown is %q in a height of %v", got, v.worth.Size().Height)
		}
	}
}

func TestNewPasswordIsHeldUpNextToItsField(t *testing.T) {
	s := newScreen(t)
	f := screens()["password"]
	f.Problem = &present.Problem{Title: "The new password is too weak.", Why: "Still missing: 12 or more characters.", Soft: true, Code: "password-too-weak"}
	s.draw(f)
	v := s.view.screen.(*newPasswordView)
	if v.line.field.Hint.String() != "The new password is too weak." || v.submit.Disabled() || s.focused() != "New password, hidden" {
		t.Errorf("hint %q, disabled %v, focus %q", v.line.field.Hint.String(), v.submit.Disabled(), s.focused())
	}
	if bottom := fyne.CurrentApp().Driver().AbsolutePositionForObject(v.submit).Y + v.submit.Size().Height; bottom > 600 {
		t.Errorf("the button reaches to %v", bottom)
	}
}

// A server that asks for much, and has just refused: the button is in sight all the same.
func TestNewPasswordFitsBesideAProblem(t *testing.T) {
	s := newScreen(t)
	f := screens()["password"]
	asked := f.Screen.(present.NewPassword)
	asked.Rules = []present.Rule{
		{Text: "At least 12 characters"}, {Text: "At most 400 characters"}, {Text: "A capital letter"}, {Text: "A small letter"}, {Text: "A digit"},
		{Text: "None of the last 5 passwords"}, {Text: "Not your name or e-mail address"}, {Text: "Not a password that is known from a breach"},
	}
	f.Screen = asked
	f.Problem = &present.Problem{Title: "The new password was used before.", Why: "The server says: It is one of your last 5 passwords.", Fix: "Choose one that you have not used here yet.", Code: "password-reused", Soft: true, Details: []present.Detail{{Name: "Code", Value: "password-reused"}}}
	s.draw(f)
	if content, room := s.view.scroll.Content.MinSize().Height, s.view.scroll.Size().Height; content > room {
		t.Errorf("needs %v of %v", content, room)
	}
}

// The arrows go along a list, and stop at its ends.
func TestArrowsGoAlongAList(t *testing.T) {
	for name, ends := range map[string][2]string{"choose": {"A, a", "B, b"}, "organisations": {"Acme, a", "Globex, b"}} {
		s := newScreen(t)
		f := screens()["choose"]
		if name == "organisations" {
			f.Screen = present.Orgs{Rows: []present.OrgRow{{ID: "acme", Name: "Acme", Sub: "a"}, {ID: "globex", Name: "Globex", Sub: "b"}}}
		}
		s.draw(f)
		for _, step := range []struct {
			key  fyne.KeyName
			want string
		}{{fyne.KeyUp, ends[0]}, {fyne.KeyDown, ends[1]}, {fyne.KeyDown, ends[1]}, {fyne.KeyUp, ends[0]}} {
			s.win.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: step.key})
			if got := s.focused(); got != step.want {
				t.Errorf("%s: %s leads to %q, want %q", name, step.key, got, step.want)
			}
		}
	}
}

// Where there is no workspace to open, Return pressed once more ends nothing.
func TestFocusIsNotOnSignOut(t *testing.T) {
	s := newScreen(t)
	f := screens()["signed-in"]
	signedIn := f.Screen.(present.SignedIn)
	signedIn.Workspace = false
	f.Screen = signedIn
	s.draw(f)
	if got := s.focused(); got != "Switch" {
		t.Errorf("the focus is on %q", got)
	}
}
