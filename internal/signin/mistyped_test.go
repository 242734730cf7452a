package signin_test

import (
	"testing"

	"latchkey/internal/signin"
)

func TestS3MistypedAddress(t *testing.T) {
	known := []string{"amy@acme.example", "nobody"}
	for typed, meant := range map[string]string{
		"ben@gmial.com":     "ben@gmail.com", // swapped
		"ben@gmal.com":      "ben@gmail.com", // left out
		"ben@gmaill.com":    "ben@gmail.com", // added
		"ben@gnail.com":     "ben@gmail.com", // mistaken
		"ben@gmail.con":     "ben@gmail.com",
		" Ben@Gmial.Com ":   "Ben@gmail.com",
		"a@b@hotmial.com":   "a@b@hotmail.com",
		"ben@acme.exmaple":  "ben@acme.example", // an address of this computer's
		"ben@amce.example":  "ben@acme.example",
		"ben@gmail.com":     "",
		"ben@mail.com":      "", // a service of its own, one letter from another
		"ben@acme.example":  "",
		"ben@acme2.exmaple": "", // two slips
		"ben@wed.de":        "", // too short to tell
		"ben@zendesk.com":   "",
		"ben":               "",
		"@gmial.com":        "",
		"ben@":              "",
		"":                  "",
	} {
		if got, slipped := signin.Mistyped(typed, known); got != meant || slipped != (meant != "") {
			t.Errorf("%q: got %q, %t, want %q", typed, got, slipped, meant)
		}
	}
}
