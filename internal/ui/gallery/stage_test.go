package main

import (
	"testing"

	"fyne.io/fyne/v2/test"

	"latchkey/internal/ui/present"
)

// What a picture offers is what the window offers: with a contact, a lock that has an end can be asked about, and be said to be lifted.
func TestPicturesOfferWhatTheWindowDoes(t *testing.T) {
	test.NewTempApp(t)
	want := map[string][2]string{
		"sign-in-locked":            {"Write to IT", "It was unlocked"},
		"sign-in-locked-no-contact": {"It was unlocked", ""},
		"sign-in-locked-no-mail":    {"Copy for IT", "It was unlocked"},
		"sign-in-place":             {"Copy for IT", "Write to IT"},
		"sign-in-server-changed":    {"Compare letter by letter", "Write to IT"},
		"sign-in-elsewhere":         {"Go to EMEA (Frankfurt)", "Try another region"},
		"sign-in-inactive":          {"Open IT's page", "Copy for IT"},
		"sign-in-company-only":      {"Login with Acme", ""},
		"sign-in-session-ended":     {"", ""},
	}
	for _, s := range refusals() {
		if buttons, ok := want[s.name]; ok {
			delete(want, s.name)
			if p := s.frame.Problem; p == nil || p.Button != buttons[0] || p.BesidesButton != buttons[1] {
				t.Errorf("%s: %+v, want %q", s.name, p, buttons)
			}
		}
		if d, ok := s.frame.Screen.(present.Doubt); ok && d.Moved && s.frame.Where.Host != present.Spelled(d.Host) {
			t.Errorf("%s: %s is above, and the settings name %s", s.name, s.frame.Where.Host, present.Spelled(d.Host))
		}
	}
	for name := range want {
		t.Errorf("there is no %s", name)
	}
}
