package ui

import (
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"latchkey/internal/secret"
	"latchkey/internal/signin"
	"latchkey/internal/ui/control"
	"latchkey/internal/ui/look"
	"latchkey/internal/ui/present"
)

// screen is a view on a test's screen, with a presenter that never begins.
type screen struct {
	t    *testing.T
	view *View
	win  fyne.Window
	turn int
}

func newScreen(t *testing.T) *screen {
	t.Helper()
	app := test.NewTempApp(t)
	app.Settings().SetTheme(look.Theme{})
	p := present.New(t.Context(), present.Options{Post: func(func()) {}, Clipboard: app.Clipboard()})
	t.Cleanup(p.Close)
	s := &screen{t: t, view: NewView(p), turn: p.Frame().Turn}
	s.win = test.NewTempWindow(t, s.view.Root())
	s.win.SetPadded(false)
	s.win.Resize(fyne.NewSize(look.Width, look.Height))
	return s
}

// draw draws a frame and moves the focus as it says.
func (s *screen) draw(f present.Frame) {
	s.turn++
	f.Turn = s.turn
	if f.Pulse == (present.Pulse{}) {
		f.Pulse = present.Pulse{Connection: "Not connected yet", Clock: "Clock unknown"}
	}
	s.view.Draw(f, s.win.Canvas())
}

func (s *screen) focused() string {
	switch f := s.win.Canvas().Focused().(type) {
	case nil:
		return ""
	case fyne.Accessible:
		return f.AccessibilityLabel()
	default:
		return fmt.Sprintf("%T without a label", f)
	}
}

// tabs returns the labels of everything that Tab comes by, in its order, from the first.
func (s *screen) tabs() []string {
	c := s.win.Canvas()
	c.Unfocus()
	var labels []string
	for range 40 {
		c.FocusNext()
		label := s.focused()
		if len(labels) > 0 && label == labels[0] {
			return labels
		}
		labels = append(labels, label)
	}
	s.t.Fatalf("Tab never comes around: %q", labels)
	return nil
}

// words returns everything that can be read on the screen.
func (s *screen) words() string {
	var all []string
	walk(s.t, s.win.Canvas().Content(), func(o fyne.CanvasObject) {
		switch o := o.(type) {
		case *control.Text:
			all = append(all, o.String())
		case *control.Button:
			all = append(all, o.AccessibilityLabel())
		}
	})
	return strings.Join(all, "\n")
}

// walk visits what is visible, into widgets too.
func walk(t *testing.T, o fyne.CanvasObject, visit func(fyne.CanvasObject)) {
	if !o.Visible() {
		return
	}
	visit(o)
	switch o := o.(type) {
	case *fyne.Container:
		for _, child := range o.Objects {
			walk(t, child, visit)
		}
	case *container.Scroll:
		walk(t, o.Content, visit)
	case fyne.Widget:
		for _, child := range test.TempWidgetRenderer(t, o).Objects() {
			walk(t, child, visit)
		}
	}
}

var (
	acmeWhere = present.Where{Name: "Acme Contact Center", Host: "login.acme.example", Change: true}
	signIn    = present.SignIn{Username: "amy@acme.example", Password: true, Button: "Sign in", Company: "Login with Acme", Forgot: true, Ways: true}
	refused   = &present.Problem{Title: "The e-mail or password is not right.", Why: "3 tries are left.", Fix: "Check Caps Lock.", Code: "credentials-refused", Soft: true, Action: present.Forgot, Button: "Forgot password", Details: []present.Detail{{Name: "Code", Value: "credentials-refused"}}}
)

// screens are frames of every kind.
func screens() map[string]present.Frame {
	return map[string]present.Frame{
		"sign-in":   {Where: acmeWhere, Screen: signIn, Focus: present.FocusPassword},
		"refused":   {Where: acmeWhere, Screen: signIn, Problem: refused, Focus: present.FocusPassword},
		"genesys":   {Where: acmeWhere, Screen: present.SignIn{Button: "Sign in", Explain: "Continues in your browser.", Company: "Login with Globex"}, Focus: present.FocusUsername},
		"code":      {Where: acmeWhere, Screen: present.Code{Title: "Enter your code", Explain: "From your authenticator app.", Digits: 6, Ways: true}, Focus: present.FocusCode},
		"code-sms":  {Where: acmeWhere, Screen: present.Code{Title: "Enter your code", Explain: "It was sent as a text message.", Digits: 6, Ways: true, Resend: present.Resend{Offered: true}, Left: "1:12"}, Focus: present.FocusCode},
		"recovery":  {Where: acmeWhere, Screen: present.Code{Title: "Enter a recovery code", Explain: "One of the codes you saved.", Letters: true}, Focus: present.FocusCode},
		"approve":   {Where: acmeWhere, Screen: present.Approve{Title: "Approve on your phone", Explain: "A question was sent.", Number: "95", Warning: "Only what you started.", Left: "0:48", Resend: present.Resend{Offered: true, Wait: "0:24"}, Ways: true}, Focus: present.FocusMain},
		"password":  {Where: acmeWhere, Screen: present.NewPassword{Title: "Choose a new password", Explain: "The old one has run out.", Rules: []present.Rule{{Text: "12 or more characters"}, {Text: "A digit", Sign: present.Met}, {Text: "None of your last 5 passwords", Sign: present.Untold}}, Ways: true}, Focus: present.FocusNewPassword},
		"with-code": {Where: acmeWhere, Screen: present.SignIn{Username: "amy@acme.example", Password: true, Button: "Sign in", Code: true}, Focus: present.FocusPassword},
		"locked":    {Where: acmeWhere, Screen: signIn, Problem: &present.Problem{Title: "The account is locked.", Code: "account-locked", Left: "4:12", Action: present.CopyIT, Button: "Copy for IT", Besides: present.AskIT, BesidesButton: "Write to IT"}, Focus: present.FocusProblem},
		"forgotten": {Where: acmeWhere, Screen: present.Forgotten{Host: "login.acme.example", Mail: "amy@acme.example"}, Focus: present.FocusMain},
		"last":      {Where: acmeWhere, Screen: present.SignedIn{Name: "Amy Agent", Username: "amy@acme.example", Org: "Acme", Until: "until 18:40", Last: "Last sign-in: yesterday 17:03, by password, on this computer", TwoStep: true, Workspace: true}, Focus: present.FocusMain},
		"suspicion": {Where: acmeWhere, Screen: present.Suspicion{Last: "Last sign-in: today 08:12"}, Focus: present.FocusKeep},
		"message":   {Where: acmeWhere, Screen: present.Suspicion{Done: true, Title: "Signed out", Text: "Sessions are ended.", Message: "Somebody else may have signed in.\nAccount: amy@acme.example\n", Contact: "Write to IT", Forgot: true}, Focus: present.FocusMain},
		"others":    {Where: acmeWhere, Screen: present.Browser{Link: "http://127.0.0.1:1/go/x", Stage: signin.Reached, Ways: true, Others: true, Help: true, Hint: "The page has not come back yet. Take your time. If it hangs, try a private window of another browser."}, Focus: present.FocusMain},
		"doubt":     {Where: acmeWhere, Screen: present.Doubt{Why: "It is almost login.acme.example.", Host: []present.Letter{{Text: "a"}, {Text: "е", Differs: true}}, Like: []present.Letter{{Text: "a"}, {Text: "e"}}, Really: "xn--a", Odd: "The е is Cyrillic."}, Focus: present.FocusMain},
		"sign-news": {Where: acmeWhere, Screen: signIn, News: &present.News{Version: "1.2.0"}, Focus: present.FocusPassword},
		"news":      {Where: acmeWhere, Screen: present.News{Version: "1.2.0", Own: "1.0.0", Notes: []string{"Faster."}, Page: "https://downloads.example"}, Focus: present.FocusMain},
		"new-code":  {Where: acmeWhere, Screen: present.NewRecoveryCode{Code: secret.New("K7QF-93XW-PL4M-ZT2R")}, Focus: present.FocusMain},
		"choose":    {Where: acmeWhere, Screen: present.Choose{Title: "Another way", Ways: []present.Way{{Use: "a", Title: "A", Sub: "a"}, {Use: "b", Title: "B", Sub: "b"}}, Back: "Back"}, Focus: present.FocusMain},
		"browser":   {Where: acmeWhere, Screen: present.Browser{Link: "http://127.0.0.1:1/go/x", Stage: signin.Opening, Ways: true, Hint: "The browser has not shown up."}, Focus: present.FocusMain},
		"device":    {Where: acmeWhere, Screen: present.Device{Code: "WDJB-MJHT", Link: "https://x.example/device", Left: "9:00", Ways: true}, Focus: present.FocusMain},
		"signed-in": {Where: acmeWhere, Screen: present.SignedIn{Name: "Amy Agent", Username: "amy@acme.example", Org: "Acme", Until: "until 18:40", Workspace: true}, Focus: present.FocusMain},
		"restoring": {Where: acmeWhere, Screen: present.Restoring{Name: "Amy Agent"}, Focus: present.FocusMain},
		"setup":     {Screen: present.Setup{First: true}, Focus: present.FocusPlace},
		"orgs":      {Where: acmeWhere, Screen: present.Orgs{Add: true, Rows: []present.OrgRow{{ID: "acme", Name: "Acme", Sub: "login.acme.example"}}}, Focus: present.FocusMain},
		"diagnosis": {Screen: dnsDown, Focus: present.FocusMain},
		"report":    {Screen: present.Report{Text: "# Report\n\n  x: 1\n", Where: "~/Documents"}, Focus: present.FocusMain},
		"waiting":   {Problem: refused, Screen: present.Waiting{}, Focus: present.FocusProblem},
	}
}

func TestTabOrderIsWhatTheEyeReads(t *testing.T) {
	for name, want := range map[string][]string{
		"sign-in":   {"Change", "E-mail", "Password, hidden", "Show", "Sign in", "Login with Acme", "Forgot password?", "Other ways", "Trouble?"},
		"refused":   {"Change", "The e-mail or password is not right. 3 tries are left. Check Caps Lock.", "Forgot password", "Details", "E-mail", "Password, hidden", "Show", "Sign in", "Login with Acme", "Forgot password?", "Other ways", "Trouble?"},
		"genesys":   {"Change", "E-mail", "Sign in", "Login with Globex", "Trouble?"},
		"code":      {"Change", "Code", "Continue", "Another way", "Cancel"},
		"code-sms":  {"Change", "Code", "Continue", "Send again", "Another way", "Cancel"},
		"recovery":  {"Change", "Recovery code", "Continue", "Cancel"},
		"approve":   {"Change", "Another way", "Cancel"},
		"password":  {"Change", "New password, hidden", "Show", "Change password", "Another way", "Cancel"},
		"with-code": {"Change", "E-mail", "Password, hidden", "Show", "Code", "Sign in", "Trouble?"},
		"locked":    {"Change", "The account is locked.", "Copy for IT", "Write to IT", "E-mail", "Password, hidden", "Show", "Sign in", "Login with Acme", "Forgot password?", "Other ways", "Trouble?"},
		"forgotten": {"Change", "Back to sign in", "Open the page again", "Trouble?"},
		"last":      {"Change", "Set up", "Not now", "Open workspace", "Switch", "Diagnostics", "Sign out", "This wasn't me"},
		"suspicion": {"Change", "Sign out everywhere", "It was me"},
		"message":   {"Change", "Write to IT", "Copy for IT", "Set a new password", "Sign in again"},
		"others":    {"Change", "Open again", "Copy link", "Another browser", "Another way", "Cancel", "The page shows an address instead?"},
		"doubt":     {"Change", "You typed aе. It looks like ae. The е is Cyrillic.", "Go back", "It is right, add it"},
		"sign-news": {"Change", "E-mail", "Password, hidden", "Show", "Sign in", "Login with Acme", "Forgot password?", "Other ways", "Trouble?", "Latchkey 1.2.0 is out. What is new?"},
		"news":      {"Change", "Open the download page", "Back"},
		"new-code":  {"Change", "Copy", "I have kept it"},
		"choose":    {"Change", "A, a", "B, b", "Back"},
		"browser":   {"Change", "Open again", "Copy link", "Another way", "Cancel", "The page shows an address instead?"},
		"device":    {"Change", "Copy link", "Open here", "Another way", "Cancel"},
		"signed-in": {"Change", "Open workspace", "Switch", "Diagnostics", "Sign out"},
		"restoring": {"Change", "Sign in another way"},
		"setup":     {"Region or address", "Client ID", "Continue", "Trouble?"},
		"orgs":      {"Change", "Acme, login.acme.example", "Add an organisation", "Back"},
		"diagnosis": {"The name is not found. Ask IT.", "Name look-up, keeps you out. Nobody knows the name.", "Repair it", "2 more follow from this", "Details", "Settings, fine. All is well.", "Run again", "Copy", "Save report", "Back"},
		"report":    {"Save", "Copy", "Add IP addresses", "Back"},
	} {
		s := newScreen(t)
		s.draw(screens()[name])
		want = append(want, "Diagnostics: Not connected yet, Clock unknown")
		if got := s.tabs(); strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("%s:\n got %q\nwant %q", name, got, want)
		}
	}
}

func TestFocusIsWhereTheWorkIs(t *testing.T) {
	for name, want := range map[string]string{
		"sign-in": "Password, hidden", "refused": "Password, hidden", "genesys": "E-mail", "code": "Code", "approve": "Another way", "password": "New password, hidden", "new-code": "Copy", "news": "Open the download page", "doubt": "You typed aе. It looks like ae. The е is Cyrillic.", "last": "Open workspace", "suspicion": "It was me", "message": "Write to IT", "forgotten": "Back to sign in", "locked": "The account is locked.", "choose": "A, a", "browser": "Open again",
		"device": "Copy link", "signed-in": "Open workspace", "restoring": "Sign in another way", "setup": "Region or address",
		"orgs": "Acme, login.acme.example", "diagnosis": "The name is not found. Ask IT.", "report": "Save", "waiting": "The e-mail or password is not right. 3 tries are left. Check Caps Lock.",
	} {
		s := newScreen(t)
		s.draw(screens()[name])
		if got := s.focused(); got != want {
			t.Errorf("%s: the focus is on %q, want %q", name, got, want)
		}
	}
}

// Everything that can have the focus says what it is.
func TestEverythingHasALabel(t *testing.T) {
	for name, f := range screens() {
		s := newScreen(t)
		s.draw(f)
		walk(s.t, s.win.Canvas().Content(), func(o fyne.CanvasObject) {
			if _, ok := o.(fyne.Focusable); !ok {
				return
			}
			a, ok := o.(fyne.Accessible)
			if !ok || strings.TrimSpace(a.AccessibilityLabel()) == "" {
				t.Errorf("%s: %T has no label", name, o)
			}
		})
	}
}

// Nothing is cut: every line of text lies within the column, and buttons are wide enough for their words.
func TestNothingIsCut(t *testing.T) {
	for name, f := range screens() {
		s := newScreen(t)
		s.win.Resize(fyne.NewSize(look.MinWidth, 520))
		s.draw(f)
		walk(s.t, s.win.Canvas().Content(), func(o fyne.CanvasObject) {
			switch o.(type) {
			case *control.Text, *control.Button:
				min, got := o.MinSize(), o.Size()
				if got.Width+0.5 < min.Width || got.Height+0.5 < min.Height {
					t.Errorf("%s: %T %q needs %v and has %v", name, o, o.(fyne.Accessible).AccessibilityLabel(), min, got)
				}
				left := fyne.CurrentApp().Driver().AbsolutePositionForObject(o).X
				if left < 0 || left+got.Width > look.MinWidth+0.5 {
					t.Errorf("%s: %q reaches from %v to %v", name, o.(fyne.Accessible).AccessibilityLabel(), left, left+got.Width)
				}
			}
		})
	}
}

// Nothing moves when discovery ends, when something is pressed, or when there is something to say about the password.
func TestNothingJumps(t *testing.T) {
	s := newScreen(t)
	place := func() string {
		var at []string
		for _, o := range []fyne.CanvasObject{s.view.form.username, s.view.form.password, s.view.form.submit, s.view.form.company} {
			at = append(at, fmt.Sprint(fyne.CurrentApp().Driver().AbsolutePositionForObject(o), o.Size()))
		}
		return strings.Join(at, " ")
	}
	unknown := signIn
	unknown.Forgot, unknown.Ways = false, false
	s.draw(present.Frame{Where: present.Where{Name: "Acme"}, Screen: unknown})
	want := place()
	busy, slow := signIn, signIn
	busy.Busy = present.Busy{What: "Checking your password"}
	slow.Busy, slow.Slow = busy.Busy, true
	for name, f := range map[string]present.SignIn{"found": signIn, "busy": busy, "slow": slow} {
		s.draw(present.Frame{Where: acmeWhere, Screen: f})
		if got := place(); got != want {
			t.Errorf("%s: things moved\nfrom %s\n  to %s", name, want, got)
		}
	}
	s.draw(present.Frame{Where: acmeWhere, Screen: signIn, Notice: &present.Notice{Title: "There is no keychain on this computer."}})
	s.view.form.line.caps.Set(true)
	if got := place(); got != want || !strings.Contains(s.words(), "Caps Lock is on") {
		t.Errorf("Caps Lock: things moved\nfrom %s\n  to %s", want, got)
	}
}

func TestKeysOfTheWindow(t *testing.T) {
	s := newScreen(t)
	s.draw(screens()["sign-in"])
	s.view.Key(&fyne.KeyEvent{Name: fyne.KeyEscape})
	s.view.Key(&fyne.KeyEvent{Name: fyne.KeyReturn})
}

func TestEmailStaysAcrossScreens(t *testing.T) {
	s := newScreen(t)
	empty := signIn
	empty.Username = ""
	s.draw(present.Frame{Where: acmeWhere, Screen: empty, Focus: present.FocusUsername})
	test.Type(s.view.form.username, "amy@acme.example")
	s.draw(screens()["code"])
	s.draw(present.Frame{Where: acmeWhere, Screen: signIn, Focus: present.FocusPassword})
	if got := s.view.form.username.Text; got != "amy@acme.example" {
		t.Errorf("the e-mail is %q", got)
	}
}

func TestPasswordIsClearedAndMaskedOnSubmit(t *testing.T) {
	s := newScreen(t)
	s.draw(screens()["sign-in"])
	test.Type(s.view.form.password, "secret")
	test.Tap(s.view.form.reveal)
	if s.view.form.password.Password || s.view.form.reveal.Text() != "Hide" {
		t.Fatal("it is not shown")
	}
	next := signIn
	next.Clear++
	s.draw(present.Frame{Where: acmeWhere, Screen: next})
	if v := s.view.form; v.password.Text != "" || !v.password.Password || v.reveal.Text() != "Show" {
		t.Errorf("the field has %q, masked %v", v.password.Text, v.password.Password)
	}
}

func TestMaskedWhenTheWindowIsLeft(t *testing.T) {
	s := newScreen(t)
	s.draw(screens()["sign-in"])
	test.Type(s.view.form.password, "secret")
	test.Tap(s.view.form.reveal)
	s.view.Mask()
	if v := s.view.form; !v.password.Password || v.reveal.Text() != "Show" || v.password.Text != "secret" {
		t.Errorf("masked %v, text %q", v.password.Password, v.password.Text)
	}
}

func TestPR23WordsFromOutsideArePlain(t *testing.T) {
	s := newScreen(t)
	hostile := "[click](https://evil.example) <img src=x>"
	s.draw(present.Frame{Where: present.Where{Name: hostile, Host: "h"}, Screen: present.SignedIn{Name: hostile, Org: hostile}})
	if n := strings.Count(s.words(), "[click](https://evil.example)"); n < 3 {
		t.Errorf("shown %d times:\n%s", n, s.words())
	}
}

func TestDetailsUnfold(t *testing.T) {
	s := newScreen(t)
	s.draw(screens()["refused"])
	if s.view.problem.details.Visible() {
		t.Error("unfolded from the start")
	}
	test.Tap(s.view.problem.more)
	if !s.view.problem.details.Visible() || !strings.Contains(strings.Join(s.tabs(), "|"), "Copy") {
		t.Error("not unfolded")
	}
	test.Tap(s.view.problem.more)
	if s.view.problem.details.Visible() {
		t.Error("not folded")
	}
}

func TestAddressCanBePastedBack(t *testing.T) {
	s := newScreen(t)
	s.draw(screens()["browser"])
	v := s.view.screen.(*browserView)
	test.Tap(v.fold)
	if got := s.focused(); got != "Address the browser ended on" {
		t.Errorf("the focus is on %q", got)
	}
}

// On a screen of 1024 × 600 at 200 % everything can still be reached, and what has the focus is in sight.
func TestSmallScreenScrollsToTheFocus(t *testing.T) {
	s := newScreen(t)
	s.win.Resize(fyne.NewSize(440, 300))
	s.draw(screens()["sign-in"])
	if bottom := fyne.CurrentApp().Driver().AbsolutePositionForObject(s.view.form.password).Y + 40; bottom > 300-30 {
		t.Errorf("the password, which has the focus, reaches to %v of 300", bottom)
	}
	s.win.Canvas().Focus(s.view.form.other)
	top := fyne.CurrentApp().Driver().AbsolutePositionForObject(s.view.form.other).Y
	if low := top + s.view.form.other.Size().Height; top < 60 || low > 300-30 {
		t.Errorf("the focused button reaches from %v to %v of 300", top, low)
	}
	s.win.Canvas().Focus(s.view.form.username)
	if top := fyne.CurrentApp().Driver().AbsolutePositionForObject(s.view.form.username).Y; top < 60 {
		t.Errorf("the focused field is at %v", top)
	}
}

// At its usual size nothing has to scroll.
func TestNothingScrollsAtTheUsualSize(t *testing.T) {
	for name, f := range screens() {
		s := newScreen(t)
		s.draw(f)
		if content, room := s.view.scroll.Content.MinSize().Height, s.view.scroll.Size().Height; content > room {
			t.Errorf("%s: needs %v of %v", name, content, room)
		}
	}
}

func TestEveryColourIsDefined(t *testing.T) {
	test.NewTempApp(t)
	test.AssertAllColorNamesDefined(t, look.Theme{}, "look")
}
