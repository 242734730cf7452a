package terminal

import (
	"slices"
	"strings"

	"latchkey/internal/signin"
)

// wayWords says what another method or door is.
func (v *conversation) wayWords(way string) string {
	switch way {
	case string(signin.WithPassword):
		return "e-mail and password"
	case string(signin.WithBrowser):
		return "the sign-in page in your browser"
	case string(signin.WithCompany):
		return "Login with " + clean(v.options.Org.Company)
	case string(signin.WithDevice):
		return "a code on another device"
	case "totp":
		return "a code from your authenticator app"
	case "sms":
		return "a code by text message"
	case "email":
		return "a code by e-mail"
	case "recovery":
		return "a recovery code"
	case "push":
		return "approving on your phone"
	}
	return clean(way)
}

// ways lists the commands that lead elsewhere, with what they do.
func (v *conversation) ways(names []string) []string {
	var ways []string
	for _, name := range names {
		ways = append(ways, "/"+clean(name)+" for "+v.wayWords(name))
	}
	return ways
}

func doorNames(doors []signin.Door) []string {
	var names []string
	for _, d := range doors {
		names = append(names, string(d))
	}
	return names
}

// otherWay takes a command such as "/browser" where others are allowed.
func (v *conversation) otherWay(id, typed string, others []string, again func()) {
	name := strings.TrimPrefix(typed, "/")
	switch {
	case name == "cancel":
		v.attempt.Cancel()
	case slices.Contains(others, name):
		v.answer(signin.Answer{ID: id, Use: name}, again)
	case len(others) == 0:
		v.out.line("There is no other way here. /cancel gives up.")
		again()
	default:
		v.out.line("You can type %s, or /cancel.", list(v.ways(others)))
		again()
	}
}

// list joins words the way they are spoken: "a, b or c".
func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
