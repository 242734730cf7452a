package ui

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"latchkey/internal/ui/present"
)

// spelledOut is a host, letter by letter.
func spelledOut(host string) (letters []present.Letter) {
	for _, l := range host {
		letters = append(letters, present.Letter{Text: string(l)})
	}
	return letters
}

// On a screen of 1024 × 600 at 200 % the letters are in sight from the first moment; where not all of them can be, those that the
// settings or the agent name are.
func TestMF52LettersAreInSightAtOnce(t *testing.T) {
	long := strings.Repeat("vereinigte-wasserwerke.", 4) + "example"
	for name, test := range map[string]struct {
		screen present.Doubt
		both   bool
	}{
		"moved":   {present.Doubt{Moved: true, Why: strings.Repeat("It moved. ", 20), Host: spelledOut("login.acrne.example"), Like: spelledOut("login.acme.example")}, true},
		"typed":   {present.Doubt{Why: strings.Repeat("It looks odd. ", 20), Host: spelledOut("login.acmе.example"), Like: spelledOut("login.acme.example"), Odd: "The е is Cyrillic.", Really: "login.xn--acm-hdd.example"}, true},
		"too big": {present.Doubt{Moved: true, Why: "It moved.", Host: spelledOut(long), Like: spelledOut(long)}, false},
	} {
		s := newScreen(t)
		s.win.Resize(fyne.NewSize(512, 300))
		s.draw(present.Frame{Where: acmeWhere, Screen: test.screen, Focus: present.FocusMain})
		v := s.view.screen.(*doubtView)
		if got := s.win.Canvas().Focused(); got != fyne.Focusable(v.letters) {
			t.Errorf("%s: the focus is on %q", name, s.focused())
		}
		driver := fyne.CurrentApp().Driver()
		from := driver.AbsolutePositionForObject(s.view.scroll).Y
		to := from + s.view.scroll.Size().Height
		if top := driver.AbsolutePositionForObject(v.host).Y; top < from || top+24 > to {
			t.Errorf("%s: the first host is at %v, in sight is from %v to %v", name, top, from, to)
		}
		if bottom := driver.AbsolutePositionForObject(v.like).Y + v.like.Size().Height; test.both && bottom > to {
			t.Errorf("%s: the second host reaches to %v, in sight is from %v to %v", name, bottom, from, to)
		}
	}
}
