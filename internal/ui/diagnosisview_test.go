package ui

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"latchkey/internal/ui/control"
	"latchkey/internal/ui/look"
	"latchkey/internal/ui/present"
)

var dnsDown = present.Diagnosis{
	Verdict: present.Verdict{Sight: present.Blocking, Title: "The name is not found", Text: "Ask IT."}, Report: true,
	Rows: []present.CheckRow{
		{
			ID: "dns", Title: "Name look-up", Sight: present.Blocking, Line: "Nobody knows the name.", Time: "5.0 s", Open: true,
			Follows: []present.Consequence{{Title: "Connection", Line: "Not reached."}, {Title: "Certificate", Line: "Not reached."}},
			Repairs: []present.RepairButton{{ID: "r", Title: "Repair it"}}, Facts: []present.Detail{{Name: "Code", Value: "name-not-found"}},
		},
		{ID: "settings", Title: "Settings", Sight: present.Fine, Line: "All is well.", Time: "2 ms"},
	},
}

// What has the focus keeps it while results come in around it.
func TestFocusStaysWhileResultsComeIn(t *testing.T) {
	s := newScreen(t)
	f := screens()["diagnosis"]
	s.draw(f)
	row := s.view.screen.(*diagnosisView).rows["settings"]
	s.win.Canvas().Focus(row.head)
	next := dnsDown
	next.Rows = append(slices.Clone(dnsDown.Rows), present.CheckRow{ID: "tls", Title: "Certificate", Sight: present.Fine})
	f.Screen, f.Turn = next, s.turn
	s.view.Draw(f, s.win.Canvas())
	if s.win.Canvas().Focused() != fyne.Focusable(row.head) || !strings.Contains(s.words(), "Certificate") {
		t.Errorf("the focus is on %q", s.focused())
	}
}

func TestConsequencesUnfoldUnderTheirCause(t *testing.T) {
	s := newScreen(t)
	f := screens()["diagnosis"]
	s.draw(f)
	if words := s.words(); strings.Contains(words, "Not reached.") {
		t.Errorf("unfolded from the start:\n%s", words)
	}
	next := dnsDown
	next.Rows = slices.Clone(next.Rows)
	next.Rows[0].Unfolded, next.Rows[0].Detailed = true, true
	f.Screen = next
	s.draw(f)
	if words := s.words(); strings.Count(words, "Not reached.") != 2 || !strings.Contains(words, "name-not-found") {
		t.Errorf("got\n%s", words)
	}
}

func TestRepairQuestionHasTheFocusOnNo(t *testing.T) {
	s := newScreen(t)
	f := screens()["diagnosis"]
	next := dnsDown
	next.Rows = slices.Clone(next.Rows)
	next.Rows[0].Ask = &present.Ask{Repair: "r", Title: "Repair it", Loses: "All is lost."}
	f.Screen, f.Focus = next, present.FocusKeep
	s.draw(f)
	if got := s.focused(); got != "Leave it" || !strings.Contains(s.words(), "All is lost.") {
		t.Errorf("the focus is on %q", got)
	}
}

// The report is shown byte by byte, wherever its lines are broken.
func TestReportIsShownExactly(t *testing.T) {
	text := "{\n  \"a\": 1,\n\t\"b\":   \"" + strings.Repeat("long word ", 30) + "\"\n}\n"
	s := newScreen(t)
	s.draw(present.Frame{Screen: present.Report{Text: text}, Focus: present.FocusMain})
	var lines []string
	for _, o := range test.TempWidgetRenderer(t, s.view.screen.(*reportView).text).Objects() {
		lines = append(lines, o.(*canvas.Text).Text)
	}
	if got := strings.Join(lines, ""); got != strings.ReplaceAll(text, "\n", "") {
		t.Errorf("got %q", got)
	}
}

func TestFiguresAreDrawn(t *testing.T) {
	s := newScreen(t)
	d := dnsDown
	d.Rows = []present.CheckRow{
		{ID: "connect", Title: "Connection", Open: true, Trips: &present.Trips{Milliseconds: []float64{3, 9, 4}, Caption: "3 tries, 3 to 9 ms"}},
		{ID: "clock", Title: "Clock", Open: true, Scale: &present.Scale{Offset: 4 * time.Minute, Tolerated: 30 * time.Second, Caption: "4 min slow"}},
	}
	s.draw(present.Frame{Screen: d, Focus: present.FocusMain})
	found := map[string]bool{}
	walk(t, s.win.Canvas().Content(), func(o fyne.CanvasObject) {
		switch o.(type) {
		case *control.Trips:
			found["trips"] = true
		case *control.Scale:
			found["scale"] = true
		}
	})
	if !found["trips"] || !found["scale"] || !strings.Contains(s.words(), "3 tries, 3 to 9 ms") || !strings.Contains(s.words(), "4 min slow") {
		t.Errorf("found %v in\n%s", found, s.words())
	}
}

// Nothing moves under the fingers of somebody who types, when the cause of a problem is found or the network is back.
func TestNothingMovesWhileTyping(t *testing.T) {
	s := newScreen(t)
	lost := present.Problem{Title: "The server does not answer.", Why: "It was asked for 10 seconds.", Fix: "Try again.", Code: "timed-out", Mark: 1, Looking: true, Checked: true, Action: present.TryAgain, Button: "Try again", Details: []present.Detail{{Name: "Code", Value: "x"}}}
	f := present.Frame{Where: acmeWhere, Screen: signIn, Problem: &lost, Focus: present.FocusProblem}
	s.draw(f)
	s.win.Canvas().Focus(s.view.form.password)
	s.view.form.password.SetText("corr")
	at := func() fyne.Position {
		return fyne.CurrentApp().Driver().AbsolutePositionForObject(s.view.form.password)
	}
	want := at()
	found, back := lost, present.Problem{Title: "The connection is back.", Good: true, Soft: true, Mark: 1}
	found.Looking, found.Title, found.Why = false, "This network wants you to sign in to it first.", strings.Repeat("It says a lot about itself. ", 12)
	for name, p := range map[string]*present.Problem{"found": &found, "back": &back} {
		f.Problem, f.Turn = p, s.turn
		s.view.Draw(f, s.win.Canvas())
		if got := at(); got != want {
			t.Errorf("%s: moved from %v to %v", name, want, got)
		}
		if s.win.Canvas().Focused() != fyne.Focusable(s.view.form.password) {
			t.Errorf("%s: the focus is on %q", name, s.focused())
		}
		f.Problem = &lost
		s.view.problem.shown = nil
		s.view.Draw(f, s.win.Canvas())
	}
}

// When the network is back, whoever waited at the panel goes on at the field that waits for them, and can go back to read the panel.
func TestTheFocusGoesOnWhenTheNetworkIsBack(t *testing.T) {
	s := newScreen(t)
	lost := present.Problem{Title: "The server does not answer.", Code: "timed-out", Mark: 1, Checked: true, Action: present.TryAgain, Button: "Try again"}
	back := present.Problem{Title: "The connection is back.", Good: true, Soft: true, Mark: 1, Then: present.FocusPassword}
	for _, at := range []fyne.Focusable{s.view.problem.banner, s.view.problem.act, s.view.problem.why} {
		f := present.Frame{Where: acmeWhere, Screen: signIn, Problem: &lost, Focus: present.FocusProblem}
		s.draw(f)
		s.win.Canvas().Focus(at)
		f.Problem, f.Turn = &back, s.turn
		s.view.Draw(f, s.win.Canvas())
		if s.win.Canvas().Focused() != fyne.Focusable(s.view.form.password) {
			t.Errorf("the focus is on %q", s.focused())
		}
		s.win.Canvas().Focus(s.view.problem.banner)
		s.view.Draw(f, s.win.Canvas())
		if s.win.Canvas().Focused() != fyne.Focusable(s.view.problem.banner) {
			t.Errorf("the panel cannot be gone back to: the focus is on %q", s.focused())
		}
	}
}

// Before a key is pressed the room that was kept goes: what can be done about a refused code is in sight, none of it scrolled away.
func TestRoomIsGivenBackBeforeAnythingIsTyped(t *testing.T) {
	s := newScreen(t)
	wrong := present.Problem{Title: "The code is not right.", Why: "4 tries are left.", Fix: "Enter the code of the newest message, or have it sent again.", Code: "code-refused", Mark: 1, Looking: true, Details: []present.Detail{{Name: "Code", Value: "x"}}}
	f := present.Frame{Where: acmeWhere, Problem: &wrong, Focus: present.FocusCode, Screen: present.Code{Title: "Enter your code", Explain: "It was sent.", Digits: 6, Ways: true, Resend: present.Resend{Offered: true}}}
	s.draw(f)
	if room := s.view.problem.room.least; room == 0 {
		t.Fatal("no room is kept while the cause is looked for")
	}
	settled := wrong
	settled.Looking = false
	f.Problem, f.Turn = &settled, s.turn
	s.view.Draw(f, s.win.Canvas())
	if room := s.view.problem.room.least; room != 0 {
		t.Errorf("room of %v is left", room)
	}
	if all, seen := s.view.scroll.Content.MinSize().Height, s.view.scroll.Size().Height; all > seen {
		t.Errorf("%v of the screen is in sight, %v is there", seen, all)
	}
}

// The room that is kept while a cause is looked for is below the panel: the panel is never larger than what it says.
func TestPanelIsAsLargeAsItsWords(t *testing.T) {
	s := newScreen(t)
	wrong := present.Problem{Title: "The code is not right.", Fix: "Enter the code your app shows now.", Code: "code-refused", Mark: 1, Looking: true, Details: []present.Detail{{Name: "Code", Value: "x"}}}
	f := present.Frame{Where: acmeWhere, Screen: signIn, Problem: &wrong, Focus: present.FocusPassword}
	s.draw(f)
	settled := wrong
	settled.Looking = false
	for _, p := range []*present.Problem{&wrong, &settled} {
		f.Problem, f.Turn = p, s.turn
		s.view.Draw(f, s.win.Canvas())
		if banner := s.view.problem.banner; banner.Size().Height > banner.MinSize().Height+1 {
			t.Errorf("looking: %t: %v high, its words need %v", p.Looking, banner.Size().Height, banner.MinSize().Height)
		}
	}
}

// What is typed is seen in the smallest window, too, where a problem that came above has moved the field out of sight.
func TestTypingIsInSight(t *testing.T) {
	s := newScreen(t)
	s.win.Resize(fyne.NewSize(look.MinWidth, look.MinHeight))
	f := present.Frame{Where: acmeWhere, Screen: present.Code{Title: "Enter your code", Explain: "From your authenticator app.", Digits: 6}, Focus: present.FocusCode}
	s.draw(f)
	f.Problem = &present.Problem{Title: "The code is not right.", Why: strings.Repeat("It says a lot about itself. ", 8), Code: "code-refused", Mark: 1}
	s.draw(f)
	code := s.win.Canvas().Focused().(*control.CodeEntry)
	within := func() bool {
		place := fyne.CurrentApp().Driver().AbsolutePositionForObject
		top, bottom := place(s.view.scroll).Y, place(s.view.scroll).Y+s.view.scroll.Size().Height
		return place(code).Y >= top && place(code).Y+code.Size().Height <= bottom
	}
	if within() {
		t.Fatal("the problem leaves the field in sight anyway")
	}
	test.Type(code, "1")
	if !within() {
		t.Error("the field is out of sight while somebody types in it")
	}
}

// The longest words of the pulse line fit.
func TestPulseFits(t *testing.T) {
	s := newScreen(t)
	longest := func(words ...string) string {
		return slices.MaxFunc(words, func(a, b string) int {
			return int(control.NewText(a, look.Small, 0).MinSize().Width - control.NewText(b, look.Small, 0).MinSize().Width)
		})
	}
	s.draw(present.Frame{Where: acmeWhere, Screen: signIn, Pulse: present.Pulse{
		Service:    longest("Service fine", "Service unknown", "Disturbed since 23:59", "Outage since 23:59", "Disturbed since 30 Nov"),
		Brief:      longest("Disturbed", "Outage", "Maintenance", "Service unknown"),
		Connection: longest("< 1 ms", "9999 ms", "No answer", "Seen 23:59"), Clock: longest("Clock exact", "Clock 99 min slow", "Clock 100 s slow"),
	}})
	if got := s.view.pulse.row.MinSize().Width; got > look.ContentWidth {
		t.Errorf("it needs %v", got)
	}
}

func TestDocumentsFolder(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CONFIG_HOME", "")
	if got, err := documents(); err != nil || got != home {
		t.Errorf("without any: %q, %v", got, err)
	}
	for path, want := range map[string]string{home: "your home folder", "": "your home folder", home + "/Documents": "~/Documents"} {
		if got := folderWords(path); got != want {
			t.Errorf("%q is called %q, want %q", path, got, want)
		}
	}
	mkdir(t, home+"/Documents")
	if got, _ := documents(); got != home+"/Documents" || fromHome(got) != "~/Documents" {
		t.Errorf("usual: %q", got)
	}
	mkdir(t, home+"/Dokumente")
	mkdir(t, home+"/.config")
	write(t, home+"/.config/user-dirs.dirs", "# comment\nXDG_DOCUMENTS_DIR=\"$HOME/Dokumente\"\n")
	if got, _ := documents(); got != home+"/Dokumente" {
		t.Errorf("in another language: %q", got)
	}
	path, err := saveReport([]byte("report\n"))
	if err != nil || !strings.HasPrefix(path, "~/Dokumente/latchkey-report-") {
		t.Errorf("saved in %q, %v", path, err)
	}
}

func mkdir(t *testing.T, path string) {
	t.Helper()
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Once the report is saved, the words of the first button that is left stand where the column begins.
func TestButtonsBelowStandWhereTheColumnBegins(t *testing.T) {
	s := newScreen(t)
	f := screens()["report"]
	report := f.Screen.(present.Report)
	report.Saved = "~/Documents/report.md"
	f.Screen = report
	s.draw(f)
	v := s.view.screen.(*reportView)
	column := fyne.CurrentApp().Driver().AbsolutePositionForObject(s.view.where.name).X
	if at := fyne.CurrentApp().Driver().AbsolutePositionForObject(v.copy).X; v.save.Visible() || at != column-8 {
		t.Errorf("Copy is at %v, the column begins at %v", at, column)
	}
}
