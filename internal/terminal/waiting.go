package terminal

import (
	"slices"
	"strings"
	"time"

	"latchkey/internal/signin"
	"latchkey/internal/transport"
)

const (
	openingIsLate = 12 * time.Second // a browser on this computer has shown up by then
	signInIsLate  = time.Minute
)

// browser tells how far the browser got. The step is repeated when something was said in between; its words are not.
func (v *conversation) browser(s signin.Browser) {
	v.greet(s.Host)
	if v.proving {
		v.proving = false
		v.out.line("The server wants to see you at its sign-in page.")
	}
	if s.Problem != nil {
		v.out.problem(s.Problem)
	}
	reported := v.reported
	v.reported = s.URL + string(s.Stage)
	switch {
	case reported == v.reported:
	case s.Stage == signin.Opening:
		if v.options.NoOpen {
			v.out.line("Open this link in a browser on this computer:")
		} else {
			v.out.line("Your browser opens. If it does not, open this link yourself:")
			v.sayLater(openingIsLate, "The browser has not shown up on this computer yet. The link above still works here.")
		}
		v.out.line("  %s", clean(s.URL))
	case s.Stage == signin.Reached && s.Problem != nil: // its page may be empty
	case s.Stage == signin.Reached:
		v.out.line("The browser is at %s. Sign in there; it goes on here by itself.", clean(s.Host))
		late := "Still waiting for the browser. If the page is stuck, open it again or take another way."
		if v.options.Org.Genesys() { // its page keeps it to itself that it does not know somebody
			late = strings.Join(append([]string{late, "If the page does not find you, cancel and try another region."}, v.otherRegions("")...), "\n")
		}
		v.sayLater(signInIsLate, late)
	case s.Stage == signin.Returned:
		v.out.line("Back from the browser.")
		return
	}
	v.elsewhere(s)
	v.listenBeside(s)
}

// longestLink caps an authorization address, which is longer than anything else that is shown.
const longestLink = 8000

// elsewhere gives, once, the page's own address to whoever sits at another computer: over SSH, say.
func (v *conversation) elsewhere(s signin.Browser) {
	if v.typed == nil || s.SignInURL == "" || s.SignInURL == v.sentAway {
		return
	}
	v.sentAway = s.SignInURL
	v.out.line("With no browser on this computer, open this link on another one and sign in. The browser ends there on a page that it " +
		"cannot show: paste the address of that page here.")
	v.out.line("  %s", transport.Clean(s.SignInURL, longestLink))
}

// listenBeside takes commands and a pasted address while the browser is at work.
func (v *conversation) listenBeside(s signin.Browser) {
	if v.typed == nil {
		return
	}
	if !v.keysShown {
		v.keysShown = true
		v.out.line("Type o to open the browser again, %sc to cancel, or paste the address it ended on.", v.keys(s.Others))
	}
	again := func() { v.listenBeside(s) }
	v.ask(question{take: func(text []byte) {
		typed := strings.TrimSpace(string(text))
		clear(text)
		switch {
		case typed == "":
			again()
		case typed == "o":
			v.out.line("The browser is opened again.")
			v.answer(signin.Answer{Open: true}, func() {})
			v.listenBeside(s)
		case strings.Contains(typed, "://"):
			v.answer(signin.Answer{Callback: typed}, func() {})
			v.listenBeside(s)
		default:
			v.key(typed, s.Others, again)
		}
	}})
}

// device shows the code to enter on another device. The picture comes last: whoever listens can skip it.
func (v *conversation) device(s signin.Device) {
	link := s.VerificationURIComplete
	if link == "" {
		link = s.VerificationURI
	}
	v.out.line("On your phone or another computer, open %s", clean(s.VerificationURI))
	v.out.line("and enter this code: %s", v.out.paint(bold, clean(s.UserCode)))
	v.out.line("Enter only this one, never a code that somebody sends you.")
	v.out.line("It is good until %s. It goes on here by itself.", v.when(s.Deadline))
	if v.typed != nil {
		v.out.line("Type %sc to cancel.", v.keys(s.Others))
	}
	v.qr(link)
	v.listenForKeys(s)
}

func (v *conversation) listenForKeys(s signin.Device) {
	if v.typed == nil {
		return
	}
	again := func() { v.listenForKeys(s) }
	v.ask(question{take: func(text []byte) {
		defer clear(text)
		if typed := strings.TrimSpace(string(text)); typed != "" {
			v.key(typed, s.Others, again)
			return
		}
		again()
	}})
}

// doorKeys are the letters for other doors while nothing is asked.
var doorKeys = []struct {
	letter string
	door   signin.Door
	words  string
}{
	{"p", signin.WithPassword, "your password"},
	{"b", signin.WithBrowser, "your browser"},
	{"l", signin.WithCompany, ""},
	{"d", signin.WithDevice, "another device"},
}

// keys says which letters lead elsewhere: "d for another device, ".
func (v *conversation) keys(others []signin.Door) string {
	var b strings.Builder
	for _, k := range doorKeys {
		if !slices.Contains(others, k.door) {
			continue
		}
		if k.words == "" {
			k.words = v.wayWords(string(k.door))
		}
		b.WriteString(k.letter + " for " + k.words + ", ")
	}
	return b.String()
}

// key takes a letter, or a command such as "/device".
func (v *conversation) key(typed string, others []signin.Door, again func()) {
	door := signin.Door(strings.TrimPrefix(typed, "/"))
	for _, k := range doorKeys {
		if typed == k.letter {
			door = k.door
		}
	}
	switch {
	case typed == "c", typed == "/cancel":
		v.attempt.Cancel()
	case slices.Contains(others, door):
		v.keysShown = false
		v.answer(signin.Answer{Use: string(door)}, again)
	default:
		v.out.line("Type %sc to cancel.", v.keys(others))
		again()
	}
}
