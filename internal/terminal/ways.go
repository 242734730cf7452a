package terminal

import (
	"slices"
	"strings"

	"latchkey/internal/signin"
)

// wayWords says what another method or door is.
func (v *conversation) wayWords(way string) string {
	switch signin.Kind(way) {
	case string(signin.WithPassword):
		return "e-mail and password"
	case string(signin.WithBrowser):
		return "the sign-in page in your browser"
	case string(signin.WithCompany):
		return "Login with " + clean(v.options.Org.Company)
	case string(signin.WithDevice):
		return "a code on another device"
	case signin.TOTP:
		return "a code from your authenticator app"
	case signin.SMS:
		return "a code by text message" + v.target(way)
	case signin.Email:
		return "a code by e-mail" + v.target(way)
	case signin.Voice:
		return "a code by a call" + v.target(way)
	case signin.Recovery:
		return "a recovery code"
	case signin.Push:
		return "approving on your phone" + v.target(way)
	case resend:
		return "have it sent again"
	case forgot:
		return "a new password when you forgot yours"
	}
	return clean(way)
}

// target says where a method's code would go, when that is known.
func (v *conversation) target(method string) string {
	if to := v.targets[method]; to != "" {
		return " (" + clean(to) + ")"
	}
	return ""
}

// offer names the commands that lead elsewhere; /help says what each does.
func (v *conversation) offer(names []string) {
	if len(names) == 0 {
		return
	}
	commands := make([]string, 0, len(names)+1)
	for _, name := range names {
		command := "/" + clean(name)
		if name == string(signin.WithCompany) {
			command += " (" + v.wayWords(name) + ")" // the words that people know from the server's page
		}
		commands = append(commands, command)
	}
	v.out.line("Other ways: %s. /help says what they are.", strings.Join(commands, ", "))
}

// explain lists the commands that lead elsewhere, with what they do.
func (v *conversation) explain(names []string) {
	for _, name := range names {
		v.out.line("  /%-9s %s", clean(name), v.wayWords(name))
	}
	v.out.line("  /%-9s give up", "cancel")
}

// forgot is the command for a forgotten password.
const forgot = "forgot"

// otherWay takes a command such as "/browser" where others are allowed.
func (v *conversation) otherWay(id, typed string, others []string, again func()) {
	name := strings.TrimPrefix(typed, "/")
	switch {
	case name == "cancel":
		v.attempt.Cancel()
	case slices.Contains(others, name):
		v.answer(signin.Answer{ID: id, Use: name}, again)
	default:
		if name != "help" {
			v.out.line("There is no %s here.", clean(typed))
		}
		v.explain(others)
		again()
	}
}
