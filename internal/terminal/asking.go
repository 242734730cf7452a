package terminal

import (
	"bytes"
	"strconv"
	"strings"

	"latchkey/internal/secret"
	"latchkey/internal/signin"
	"latchkey/internal/transport"
)

// greet names where the sign-in goes: once, and again when that is another server than the one named before.
func (v *conversation) greet(host string) {
	if v.greeted == host {
		return
	}
	v.greeted = host
	v.out.line("%s", v.out.paint(bold, "Sign in to "+clean(orgName(v.options.Org))+" at "+clean(host)))
}

// credentials asks for the e-mail, then for the password.
func (v *conversation) credentials(s signin.Credentials) {
	others := signin.DoorNames(s.Others)
	if s.ForgotPassword != "" {
		others = append(others, forgot)
	}
	first := v.greeted == ""
	v.greet(s.Host)
	if first {
		v.offer(others)
	}
	if v.username == "" {
		v.username = s.Username
	}
	if !first && (v.troubled.Field == "password" || v.troubled.Field == "code") && v.username != "" {
		// Fingers type the password again: asked for anything else first, it would stand on the screen.
		forgotten := ""
		if s.ForgotPassword != "" {
			forgotten = ", where /" + forgot + " sets a new password"
		}
		v.out.line("Signing in as %s. Return alone goes back to the e-mail%s.", clean(v.username), forgotten)
		v.askPassword(s, func() { v.askUsername(s, others) })
		return
	}
	v.askUsername(s, others)
}

func (v *conversation) askUsername(s signin.Credentials, others []string) {
	prompt := "E-mail: "
	if v.username != "" {
		prompt = "E-mail [" + clean(v.username) + "]: "
	}
	again := func() { v.askUsername(s, others) }
	v.ask(question{prompt: prompt, take: func(text []byte) {
		defer clear(text) // a password can have been typed here
		typed := bytes.TrimSpace(text)
		switch {
		case string(typed) == "/"+forgot && s.ForgotPassword != "":
			v.forgotten(s)
			again()
		case isCommand(typed):
			v.otherWay(s.ID, string(typed), others, again)
		case len(typed) == 0 && v.username == "":
			again()
		default:
			if len(typed) > 0 {
				v.username = string(typed)
			}
			if t, paused := v.attempt.Paused(v.ctx, v.username); paused { // a password could not be sent now
				v.first = t.Problem.Code
				v.trouble(t)
				again()
				return
			}
			if meant, slipped := signin.Mistyped(v.username, []string{s.Username, v.options.Username}); slipped {
				v.out.line("Did you mean %s? Return alone goes back to the e-mail.", clean(meant))
			}
			v.askPassword(s, again)
		}
	}})
}

// isCommand reports whether what was typed is one: no other text becomes a string, which nobody can clear.
func isCommand(typed []byte) bool { return bytes.HasPrefix(typed, []byte("/")) }

// forgotten leads to the page for a forgotten password, and back.
func (v *conversation) forgotten(s signin.Credentials) {
	v.out.line("Set a new password on this page, then come back here:")
	v.out.line("  %s", transport.Clean(signin.ForgotPage(v.options.Org, s.ForgotPassword, v.username, ""), longestLink))
	v.out.line("If the mail is not there after a minute, look in the spam folder.")
	v.out.line("A good password has 12 or more characters. Several words are easy to keep in mind.")
}

// askPassword takes whatever is typed as the password: nothing is trimmed, nothing is a command.
func (v *conversation) askPassword(s signin.Credentials, again func()) {
	v.ask(question{prompt: "Password: ", hidden: true, take: func(text []byte) {
		if len(text) == 0 {
			v.out.line("Nothing was typed.")
			again()
			return
		}
		if s.Code {
			v.askCodeBeside(s, text, again)
			return
		}
		v.answer(signin.Answer{ID: s.ID, Username: v.username, Password: secret.FromBytes(text)}, again)
	}})
}

// askCodeBeside asks for the code that a server takes together with the password. It does not say who has to have one.
func (v *conversation) askCodeBeside(s signin.Credentials, password []byte, again func()) {
	v.ask(question{prompt: "Code from your app, or Return if you have none: ", take: func(text []byte) {
		if typed := bytes.TrimSpace(text); isCommand(typed) {
			command := string(typed)
			clear(text)
			v.otherWay(s.ID, command, signin.DoorNames(s.Others), func() { v.askCodeBeside(s, password, again) })
			if v.asked == nil {
				clear(password)
			}
			return
		}
		code := secret.FromBytes(bytes.TrimSpace(text))
		v.answer(signin.Answer{ID: s.ID, Username: v.username, Password: secret.FromBytes(password), Code: code}, again)
	}, dropped: func() { clear(password) }})
}

// choose asks which of several ways to take.
func (v *conversation) choose(s signin.Choose) {
	if s.Host != "" {
		v.greet(s.Host)
	}
	v.targets = s.Targets
	v.out.line("How do you want to go on?")
	for i, m := range s.Methods {
		v.out.line("  %*d  %s", len(strconv.Itoa(len(s.Methods))), i+1, v.wayWords(m))
	}
	v.askChoice(s)
}

func (v *conversation) askChoice(s signin.Choose) {
	again := func() { v.askChoice(s) }
	v.ask(question{prompt: "Number: ", take: func(text []byte) {
		defer clear(text)
		typed := strings.TrimSpace(string(text))
		n, err := strconv.Atoi(typed)
		switch {
		case strings.HasPrefix(typed, "/"):
			v.otherWay(s.ID, typed, s.Methods, again)
		case err != nil || n < 1 || n > len(s.Methods):
			v.out.line("Type a number from 1 to %d.", len(s.Methods))
			again()
		default:
			v.answer(signin.Answer{ID: s.ID, Use: s.Methods[n-1]}, again)
		}
	}})
}

// confirm asks whether to go on as somebody who was not expected.
func (v *conversation) confirm(s signin.Confirm) {
	v.out.line("The browser is signed in as %s, not as %s.", clean(s.Username), clean(s.Expected))
	v.out.line("yes goes on as %s, other asks the server for another account, anything else stops.", clean(s.Username))
	v.ask(question{prompt: "yes, other or stop: ", take: func(text []byte) {
		defer clear(text)
		use := map[string]string{"yes": "continue", "other": string(signin.WithBrowser)}[strings.TrimSpace(string(text))]
		if use == "" {
			v.attempt.Cancel()
			return
		}
		v.answer(signin.Answer{ID: s.ID, Use: use}, func() { v.confirm(s) })
	}})
}
