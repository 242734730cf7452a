package ui

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"latchkey/internal/problem"
	"latchkey/internal/ui/look"
	"latchkey/internal/ui/present"
)

// What is wrong is said beside the field too, but only if the field is at fault.
func TestOnlyWhatWasRefusedIsAFaultOfTheField(t *testing.T) {
	for code, want := range map[problem.Code]int{
		problem.CredentialsRefused: 2, problem.CredentialsNeeded: 2,
		problem.SessionEnded: 1, problem.NetworkPage: 1, problem.TooManyTries: 1, problem.SignInTimedOut: 1,
	} {
		s := newScreen(t)
		s.draw(present.Frame{Where: acmeWhere, Screen: signIn, Focus: present.FocusPassword, Problem: &present.Problem{Title: "What happened.", Code: string(code)}})
		if got := strings.Count(s.words(), "What happened."); got != want {
			t.Errorf("%s is told %d times, want %d", code, got, want)
		}
	}
}

// The keyboard comes by the suggestion where it is shown, between the fields.
func TestTheAddressThatWasMeantIsReachedByKeyboard(t *testing.T) {
	s := newScreen(t)
	meant := signIn
	meant.Username, meant.Meant = "amy@gmial.com", "amy@gmail.com"
	s.draw(present.Frame{Where: acmeWhere, Screen: meant, Focus: present.FocusPassword})
	if got := strings.Join(s.tabs(), " · "); !strings.Contains(got, "E-mail · Use it · Password") {
		t.Errorf("Tab comes by %s", got)
	}
	s.draw(present.Frame{Where: acmeWhere, Screen: signIn, Focus: present.FocusPassword})
	if got := strings.Join(s.tabs(), " · "); strings.Contains(got, "Use it") {
		t.Errorf("Tab comes by %s", got)
	}
}

// The words below the first button keep clear of its ring.
func TestWordsBelowTheButtonKeepClearOfItsRing(t *testing.T) {
	s := newScreen(t)
	s.draw(screens()["genesys"])
	place := fyne.CurrentApp().Driver().AbsolutePositionForObject
	below := place(s.view.form.submit).Y + s.view.form.submit.Size().Height
	if gap := place(s.view.form.explain).Y - below; gap < look.Ring+look.RingGap {
		t.Errorf("there are %v between them", gap)
	}
}
