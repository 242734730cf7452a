package terminal

import (
	"bytes"
	"crypto/subtle"
	"strings"

	"latchkey/internal/secret"
	"latchkey/internal/signin"
	"latchkey/internal/strength"
)

// newPassword asks for a new password, twice, and says how good it is. What the server asks for is said once.
func (v *conversation) newPassword(s signin.NewPassword) {
	if !v.rulesTold {
		v.rulesTold = true
		if s.Expired {
			v.out.line("Your password has expired. Choose a new one.")
		} else {
			v.out.line("Choose a new password of your own.")
		}
		for _, rule := range strength.Rules(secret.Text{}, s.Rules) {
			v.out.line("  - %s", clean(rule.Words))
		}
	}
	v.askNewPassword(s)
}

// askNewPassword takes whatever is typed: nothing is trimmed, nothing is a command.
func (v *conversation) askNewPassword(s signin.NewPassword) {
	v.ask(question{prompt: "New password: ", hidden: true, take: func(text []byte) {
		if len(text) == 0 {
			v.insteadOfNewPassword(s)
			return
		}
		v.judge(s, text)
		v.askOnceMore(s, text)
	}})
}

// judge says what would make a password better. It is advice: the server decides.
func (v *conversation) judge(s signin.NewPassword, text []byte) {
	typed := secret.FromBytes(bytes.Clone(text))
	defer typed.Wipe()
	verdict := strength.Judge(typed, s.Rules, s.Username, v.options.Org.Name, v.options.Org.Company)
	for _, rule := range verdict.Rules {
		if !rule.Met && !rule.Unchecked {
			v.out.line("Not yet: %s", clean(rule.Words))
		}
	}
	for _, advice := range verdict.Advice {
		v.out.line("%s", clean(advice))
	}
	if verdict.Good {
		v.out.line("This is a good password.")
	}
}

func (v *conversation) askOnceMore(s signin.NewPassword, first []byte) {
	v.ask(question{prompt: "The same again, or Return alone to choose another: ", hidden: true, take: func(text []byte) {
		same := subtle.ConstantTimeCompare(first, text) == 1
		clear(text)
		switch {
		case same:
			v.answer(signin.Answer{ID: s.ID, NewPassword: secret.FromBytes(first)}, func() { v.askNewPassword(s) })
			return
		case len(text) > 0:
			v.out.line("The two are not the same.")
		}
		clear(first)
		v.askNewPassword(s)
	}, dropped: func() { clear(first) }})
}

// insteadOfNewPassword is for whoever wants to go elsewhere: commands are never taken where a password is typed.
func (v *conversation) insteadOfNewPassword(s signin.NewPassword) {
	v.offer(s.Others)
	v.askOtherWay(s)
}

func (v *conversation) askOtherWay(s signin.NewPassword) {
	v.ask(question{prompt: "Other way, or Return to choose a password: ", take: func(text []byte) {
		defer clear(text)
		typed := strings.TrimSpace(string(text))
		if typed == "" {
			v.askNewPassword(s)
			return
		}
		v.otherWay(s.ID, typed, s.Others, func() { v.askOtherWay(s) })
	}})
}
