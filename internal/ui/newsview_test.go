package ui

import (
	"strings"
	"testing"

	"latchkey/internal/ui/present"
)

// The notes are those of the version that is named, also when another one has as many.
func TestS22NotesAreOfTheVersionThatIsNamed(t *testing.T) {
	s := newScreen(t)
	for version, note := range map[string]string{"9.1.0": "Starts faster.", "9.2.0": "Speaks to more servers."} {
		s.draw(present.Frame{Where: acmeWhere, Screen: present.News{Version: version, Own: "1.0.0", Notes: []string{note}}})
		if words := s.words(); !strings.Contains(words, "Latchkey "+version) || !strings.Contains(words, note) {
			t.Errorf("%s: on the screen is\n%s", version, words)
		}
	}
}
