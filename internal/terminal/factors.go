package terminal

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"time"

	"latchkey/internal/secret"
	"latchkey/internal/signin"
)

const resend = "again" // the command to have a code sent again

// code asks for a one-time code. What it is is said once, not after every slip.
func (v *conversation) code(s signin.Code) {
	v.targets = s.Targets
	told, sentAgain, notSent := v.codeFrom, v.sentAgain, v.notSent
	v.codeFrom, v.sentAgain, v.notSent = s.Method+s.SentTo, false, false
	if told != v.codeFrom {
		v.out.line("%s", v.source(s, notSent))
		v.offer(s.Others)
	} else if sentAgain {
		v.out.line("A new code is on its way.")
	}
	if told != v.codeFrom || sentAgain {
		v.offerAgain(s.ResendAt)
	}
	v.askCode(s)
}

// source says where the code comes from, and for how long it is good.
func (v *conversation) source(s signin.Code, notSent bool) string {
	words := map[string]string{
		signin.TOTP: "Enter the code from your authenticator app.", signin.SMS: "Enter the code from the text message.",
		signin.Email: "Enter the code from the e-mail.", signin.Voice: "Enter the code that the call tells you.",
		signin.Recovery: "Enter one of your recovery codes.",
	}[signin.Kind(s.Method)]
	if words == "" {
		words = "Enter your code."
	}
	switch {
	case s.SentTo == "":
	case signin.Kind(s.Method) == signin.Voice:
		words += " It goes to " + clean(s.SentTo) + "."
	case notSent:
		words += " It is to be sent to " + clean(s.SentTo) + "."
	default:
		words += " It was sent to " + clean(s.SentTo) + "."
	}
	if !s.Deadline.IsZero() {
		words += " It is good until " + v.when(s.Deadline) + "."
	}
	return words
}

// offerAgain says how, and from when on, something can be sent again.
func (v *conversation) offerAgain(from time.Time) {
	switch {
	case from.IsZero():
	case from.After(v.Clock.Now()):
		v.out.line("Nothing there? You can have it sent again %s: /%s.", v.whenAgain(from), resend)
	default:
		v.out.line("Nothing there? /%s sends it again.", resend)
	}
}

// withResend puts the command to have something sent again before the others, where that is possible at all.
func withResend(others []string, from time.Time) []string {
	if from.IsZero() {
		return others
	}
	return append([]string{resend}, others...)
}

func (v *conversation) askCode(s signin.Code) {
	prompt := "Code: "
	if s.Method == signin.Recovery {
		prompt = "Recovery code: "
	} else if s.Digits > 0 {
		prompt = "Code (" + strconv.Itoa(s.Digits) + " digits): "
	}
	again := func() { v.askCode(s) }
	v.ask(question{prompt: prompt, take: func(text []byte) {
		typed := bytes.TrimSpace(text)
		switch {
		case string(typed) == "/"+resend && !s.ResendAt.IsZero():
			clear(text)
			v.sentAgain = true
			v.answer(signin.Answer{ID: s.ID, Resend: true}, again)
		case isCommand(typed):
			command := string(typed)
			clear(text)
			v.otherWay(s.ID, command, withResend(s.Others, s.ResendAt), again)
		case len(typed) == 0:
			again()
		default:
			v.answer(signin.Answer{ID: s.ID, Code: secret.FromBytes(text)}, again)
		}
	}})
}

// approve asks to approve the sign-in on another device, and listens meanwhile. A number stands alone in its line.
func (v *conversation) approve(s signin.Approve) {
	v.targets = s.Targets
	told := v.approving
	v.approving = s.Number + s.SentTo + s.Deadline.String()
	if told != v.approving {
		device := "your phone"
		if s.SentTo != "" {
			device = clean(s.SentTo)
		}
		v.out.line("Approve the sign-in on %s.", device)
		if s.Number != "" {
			v.out.line("Choose or enter this number there:")
			v.out.line("")
			v.out.line("    %s", v.out.paint(bold, clean(s.Number)))
			v.out.line("")
		}
		v.out.line("It goes on here by itself, until %s. If you did not start this, refuse it there and tell IT.", v.when(s.Deadline))
		v.offer(s.Others)
		v.offerAgain(s.ResendAt)
	}
	v.listenWhileApproving(s)
}

func (v *conversation) listenWhileApproving(s signin.Approve) {
	if v.typed == nil {
		return
	}
	again := func() { v.listenWhileApproving(s) }
	v.ask(question{take: func(text []byte) {
		defer clear(text)
		switch typed := strings.TrimSpace(string(text)); {
		case typed == "":
			again()
		case typed == "/"+resend && !s.ResendAt.IsZero():
			v.answer(signin.Answer{Resend: true}, again)
		default:
			if slices.Contains(s.Others, strings.TrimPrefix(typed, "/")) {
				typed = "/" + strings.TrimPrefix(typed, "/")
			}
			v.otherWay("", typed, withResend(s.Others, s.ResendAt), again)
		}
	}})
}

// newRecoveryCode shows a code that will not be shown again, and waits until it was read.
func (v *conversation) newRecoveryCode(s signin.NewRecoveryCode) {
	v.out.line("This is your new recovery code, in place of the one you just used. Write it down: it is shown only once.")
	v.out.line("")
	v.out.line("    %s", v.out.paint(bold, clean(s.Code.Reveal())))
	v.out.line("")
	v.askRead(s)
}

func (v *conversation) askRead(s signin.NewRecoveryCode) {
	v.ask(question{prompt: "Press Return when you have written it down: ", take: func(text []byte) {
		clear(text)
		v.answer(signin.Answer{ID: s.ID}, func() { v.askRead(s) })
	}})
}
