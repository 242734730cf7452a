package ui

import (
	"strings"
	"testing"

	"latchkey/internal/problem"
	"latchkey/internal/ui/present"
)

// What is wrong is said beside the field too, but only if the field is at fault.
func TestOnlyWhatWasRefusedIsAFaultOfTheField(t *testing.T) {
	for code, want := range map[problem.Code]int{
		problem.CredentialsRefused: 2, problem.CredentialsNeeded: 2,
		problem.SessionEnded: 1, problem.NetworkPage: 1,
	} {
		s := newScreen(t)
		s.draw(present.Frame{Where: acmeWhere, Screen: signIn, Focus: present.FocusPassword, Problem: &present.Problem{Title: "What happened.", Code: string(code)}})
		if got := strings.Count(s.words(), "What happened."); got != want {
			t.Errorf("%s is told %d times, want %d", code, got, want)
		}
	}
}
