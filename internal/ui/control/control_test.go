package control

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"latchkey/internal/ui/look"
)

// window puts an object on the screen of a test.
func window(t *testing.T, o fyne.CanvasObject) fyne.Window {
	t.Helper()
	test.NewTempApp(t).Settings().SetTheme(look.Theme{})
	w := test.NewTempWindow(t, o)
	w.Resize(fyne.NewSize(440, 640))
	return w
}

func key(name fyne.KeyName) *fyne.KeyEvent { return &fyne.KeyEvent{Name: name} }

func paste(e fyne.Shortcutable, text string) {
	c := test.NewClipboard()
	c.SetContent(text)
	e.TypedShortcut(&fyne.ShortcutPaste{Clipboard: c})
}

func TestButtonIsPressedByTheKeyboard(t *testing.T) {
	pressed := 0
	b := NewButton(Primary, "Sign in", func() { pressed++ })
	w := window(t, b)
	w.Canvas().Focus(b)
	for i, name := range []fyne.KeyName{fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace} {
		b.TypedKey(key(name))
		if pressed != i+1 {
			t.Errorf("%s: pressed %d times", name, pressed)
		}
	}
	test.Tap(b)
	if pressed != 4 {
		t.Errorf("tapped: pressed %d times", pressed)
	}
}

func TestBusyButtonKeepsItsSizeAndIsNotPressed(t *testing.T) {
	pressed := 0
	b := NewButton(Primary, "Sign in", func() { pressed++ })
	window(t, b)
	before := b.MinSize()
	b.SetBusy("Checking your password")
	b.TypedKey(key(fyne.KeyReturn))
	test.Tap(b)
	if pressed != 0 {
		t.Error("a busy button was pressed")
	}
	if b.MinSize() != before {
		t.Errorf("size %v became %v", before, b.MinSize())
	}
	if b.AccessibilityLabel() != "Checking your password" {
		t.Errorf("label %q", b.AccessibilityLabel())
	}
	b.SetBusy("")
	b.Disable()
	test.Tap(b)
	b.TypedKey(key(fyne.KeyReturn))
	if pressed != 0 {
		t.Error("a disabled button was pressed")
	}
}

func TestFocusIsVisible(t *testing.T) {
	b := NewButton(Primary, "Sign in", nil)
	w := window(t, container.New(All(20), b))
	without := w.Canvas().Capture()
	w.Canvas().Focus(b)
	with := w.Canvas().Capture()
	bounds, differ := with.Bounds(), 0
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			if with.At(x, y) != without.At(x, y) {
				differ++
			}
		}
	}
	if differ < 800 { // a ring of 2 around 400 × 600
		t.Errorf("the focus changes %d points", differ)
	}
}

// Keys a control has no use for reach the window, wherever the focus is.
func TestEscapeReachesTheWindow(t *testing.T) {
	for name, o := range map[string]fyne.Focusable{
		"button": NewButton(Quiet, "Cancel", nil), "entry": NewEntry("E-mail"), "password": NewPasswordEntry("Password"),
		"code": NewCodeEntry("Code"), "banner": NewBanner(BlockedGround, Space(1), func() string { return "" }),
	} {
		w := window(t, o.(fyne.CanvasObject))
		got := fyne.KeyName("")
		w.Canvas().SetOnTypedKey(func(k *fyne.KeyEvent) { got = k.Name })
		w.Canvas().Focus(o)
		o.TypedKey(key(fyne.KeyEscape))
		if got != fyne.KeyEscape {
			t.Errorf("%s keeps Escape", name)
		}
	}
}

// Drivers know only whole widgets: what an embedding entry hands on must be itself.
func TestEntriesKnowThemselves(t *testing.T) {
	password, code := NewPasswordEntry("Password"), NewCodeEntry("Code")
	if password.self != fyne.Widget(password) || code.self != fyne.Widget(code) {
		t.Error("an embedded entry takes itself for the whole")
	}
}

func TestMF03LineEndBehindAPasswordIsLeftOut(t *testing.T) {
	for _, text := range []string{"secret", "secret\n", "secret\r\n", "secret\r"} {
		e := NewPasswordEntry("Password")
		said := ""
		e.Notice = func(s string) { said = s }
		window(t, e)
		paste(e, text)
		if e.Text != "secret" || (said != "") != (text != "secret") {
			t.Errorf("%q: %q, said %q", text, e.Text, said)
		}
	}
}

func TestMF04MF07PasswordsThatAFieldWouldChangeAreRefused(t *testing.T) {
	for _, text := range []string{"sec\nret", "sec\r\nret", "secret\n\n", "sec\x00ret", "sec\tret", "secret\t", "sec\xffret", strings.Repeat("x", MaxPassword+1)} {
		e := NewPasswordEntry("Password")
		said := ""
		e.Notice = func(s string) { said = s }
		window(t, e)
		e.TypedRune('a')
		paste(e, text)
		if e.Text != "a" || said == "" {
			t.Errorf("%.20q: the field has %q, said %q", text, e.Text, said)
		}
	}
}

func TestMF01MF02MF05MF09PasswordsAreTakenAsTheyAre(t *testing.T) {
	for _, text := range []string{
		"x", strings.Repeat("ä", 64), strings.Repeat("x", 128), strings.Repeat("🔑", 1024), strings.Repeat("x", MaxPassword),
		"  spaces  ", "caf\u00e9", "cafe\u0301", `+&=%#"\`, "林 0123",
	} {
		e := NewPasswordEntry("Password")
		window(t, e)
		paste(e, text)
		if e.Text != text {
			t.Errorf("%.20q became %.20q", text, e.Text)
		}
		if len(text) > 200 {
			continue
		}
		e.Clear()
		test.Type(e, text)
		if e.Text != text {
			t.Errorf("%.20q typed became %.20q", text, e.Text)
		}
	}
}

func TestMF10PasswordCannotBeCopied(t *testing.T) {
	e := NewPasswordEntry("Password")
	w := window(t, e)
	w.Canvas().Focus(e)
	test.Type(e, "secret")
	for _, shown := range []bool{false, true} {
		e.SetShown(shown)
		e.TypedShortcut(&fyne.ShortcutSelectAll{})
		c := test.NewClipboard()
		e.TypedShortcut(&fyne.ShortcutCopy{Clipboard: c})
		e.TypedShortcut(&fyne.ShortcutCut{Clipboard: c})
		if c.Content() != "" || e.Text != "secret" {
			t.Errorf("shown %v: copied %q, left %q", shown, c.Content(), e.Text)
		}
	}
}

func TestMF11ClearedPasswordDoesNotComeBack(t *testing.T) {
	e := NewPasswordEntry("Password")
	w := window(t, e)
	w.Canvas().Focus(e)
	test.Type(e, "secret")
	for name, clear := range map[string]func(){
		"cleared": e.Clear,
		"deleted": func() {
			e.TypedShortcut(&fyne.ShortcutSelectAll{})
			e.TypedKey(key(fyne.KeyBackspace))
		},
	} {
		test.Type(e, "secret")
		clear()
		e.TypedShortcut(&fyne.ShortcutUndo{})
		e.TypedShortcut(&fyne.ShortcutRedo{})
		if e.Text != "" {
			t.Errorf("%s: %q came back", name, e.Text)
		}
	}
}

func TestPasswordIsMaskedAgainWhenCleared(t *testing.T) {
	e := NewPasswordEntry("Password")
	window(t, e)
	e.SetShown(true)
	e.Clear()
	if !e.Password || e.Shown() {
		t.Error("the next password would be shown")
	}
}

func TestPasswordMenuHasNoCopy(t *testing.T) {
	e := NewPasswordEntry("Password")
	w := window(t, e)
	test.Type(e, "secret")
	test.TapSecondary(e)
	top := w.Canvas().Overlays().Top()
	if top == nil {
		t.Fatal("no menu")
	}
	var items []string
	for _, o := range test.LaidOutObjects(top) {
		if t, ok := o.(interface{ AccessibilityLabel() string }); ok {
			items = append(items, t.AccessibilityLabel())
		}
	}
	if strings.Contains(strings.Join(items, "|"), "Copy") || strings.Contains(strings.Join(items, "|"), "Undo") {
		t.Errorf("menu: %v", items)
	}
}

func TestCapsLockIsGuessedFromWhatIsTyped(t *testing.T) {
	shift := false
	changes := 0
	c := CapsLock{Shift: func() bool { return shift }, Changed: func(bool) { changes++ }}
	for _, step := range []struct {
		r     rune
		shift bool
		on    bool
	}{
		{'a', false, false}, {'A', true, false}, {'1', false, false}, {'A', false, true}, {'5', false, true}, {'林', false, true},
		{'b', false, false}, {'b', true, true}, {'Ä', true, true}, {'ä', false, false},
	} {
		shift = step.shift
		c.Typed(step.r)
		if c.On() != step.on {
			t.Errorf("%c with shift %v: on %v", step.r, step.shift, c.On())
		}
	}
	if changes != 4 {
		t.Errorf("told %d times", changes)
	}
}

func TestCapsLockKeyIsNoticed(t *testing.T) {
	e := NewPasswordEntry("Password")
	asked := 0
	e.Caps = func() { asked++ }
	window(t, e)
	e.KeyDown(key(desktop.KeyCapsLock))
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
}

func TestEmailIsPastedWithoutWhiteSpace(t *testing.T) {
	for text, want := range map[string]string{"  amy@acme.example\r\n": "amy@acme.example", "a b": "a b", "a\nb": "", "a\x00b": ""} {
		e := NewEntry("E-mail")
		window(t, e)
		paste(e, text)
		if e.Text != want {
			t.Errorf("%q: %q, want %q", text, e.Text, want)
		}
	}
}

func TestReturnSubmits(t *testing.T) {
	e := NewEntry("E-mail")
	submitted := 0
	e.OnSubmitted = func(string) { submitted++ }
	window(t, e)
	e.TypedKey(key(fyne.KeyReturn))
	e.TypedKey(key(fyne.KeyEnter))
	if submitted != 2 {
		t.Errorf("submitted %d times", submitted)
	}
	e.Disable()
	e.TypedKey(key(fyne.KeyReturn))
	if submitted != 2 {
		t.Error("a field that is busy submits")
	}
}

// Words stand below words, whichever button a line begins with, and rings do not touch.
func TestFlowAlignsWords(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(look.Theme{})
	outlined, words, more := NewButton(Compact, "Go to Initech", nil), NewButton(Inline, "Choose another organisation", nil), NewButton(Inline, "Details", nil)
	flow := container.New(Flow{Width: 280, Gap: 4}, outlined, words, more)
	flow.Resize(flow.MinSize())
	if outlined.Position().X != 0 || words.Position().X != -inlinePadding {
		t.Errorf("lines begin at %v and %v", outlined.Position().X, words.Position().X)
	}
	if gap := words.Position().Y - outlined.Position().Y - outlined.Size().Height; gap < look.Grid {
		t.Errorf("lines are %v apart", gap)
	}
	if more.Position().Y != words.Position().Y {
		t.Error("the third button does not stand beside the second")
	}
}
