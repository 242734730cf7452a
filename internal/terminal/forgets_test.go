package terminal

import (
	"bytes"
	"context"
	"io"
	"testing"

	"latchkey/internal/session"
	"latchkey/internal/signin"
)

// deaf is an attempt that takes every answer, and wipes it as one does.
type deaf struct{}

func (deaf) Steps() <-chan signin.Step                             { return nil }
func (deaf) Answer(a signin.Answer) error                          { a.Wipe(); return nil }
func (deaf) Paused(context.Context, string) (signin.Trouble, bool) { return signin.Trouble{}, false }
func (deaf) Cancel()                                               {}
func (deaf) Session() (session.Session, bool)                      { return session.Session{}, false }

// Whatever is typed at whichever question, the bytes are gone once the answer is given.
func TestMF14WhatIsTypedIsCleared(t *testing.T) {
	for name, c := range map[string]struct {
		ask   func(*conversation)
		typed []string
	}{
		"e-mail":                 {func(v *conversation) { v.askUsername(signin.Credentials{}, nil) }, []string{"canary@acme.example", "canary"}},
		"command at the e-mail":  {func(v *conversation) { v.askUsername(signin.Credentials{}, nil) }, []string{"/canary"}},
		"nothing at the e-mail":  {func(v *conversation) { v.askUsername(signin.Credentials{}, nil) }, []string{"   "}},
		"code":                   {func(v *conversation) { v.askCode(signin.Code{}) }, []string{"123456"}},
		"command at the code":    {func(v *conversation) { v.askCode(signin.Code{}) }, []string{"/123456"}},
		"new password":           {func(v *conversation) { v.askNewPassword(signin.NewPassword{}) }, []string{"canary", "canary"}},
		"another new password":   {func(v *conversation) { v.askNewPassword(signin.NewPassword{}) }, []string{"canary", "another"}},
		"instead of a password":  {func(v *conversation) { v.askOtherWay(signin.NewPassword{}) }, []string{"canary"}},
		"while approving":        {func(v *conversation) { v.listenWhileApproving(signin.Approve{}) }, []string{"canary"}},
		"at a choice":            {func(v *conversation) { v.askChoice(signin.Choose{}) }, []string{"canary"}},
		"whether to go on":       {func(v *conversation) { v.confirm(signin.Confirm{}) }, []string{"canary"}},
		"beside the browser":     {func(v *conversation) { v.listenBeside(signin.Browser{}) }, []string{"canary"}},
		"beside another device":  {func(v *conversation) { v.listenForKeys(signin.Device{}) }, []string{"canary"}},
		"code with the password": {func(v *conversation) { v.askPassword(signin.Credentials{Code: true}, func() {}) }, []string{"canary", "123456"}},
		"command with it":        {func(v *conversation) { v.askPassword(signin.Credentials{Code: true}, func() {}) }, []string{"canary", "/cancel"}},
	} {
		t.Run(name, func(t *testing.T) {
			v := &conversation{
				call: &call{Program: &Program{Console: &Console{}}}, attempt: deaf{}, typed: make(chan line), ctx: t.Context(), background: t.Context(), out: printer{out: io.Discard},
			}
			c.ask(v)
			var typed [][]byte
			for _, text := range c.typed {
				given, asked := []byte(text), v.asked
				v.asked, typed = nil, append(typed, given)
				asked.take(given)
			}
			if v.asked != nil && name != "e-mail" {
				v.asked.drop()
			}
			for i, text := range typed {
				if len(bytes.Trim(text, "\x00")) > 0 {
					t.Errorf("%q is still there as %q", c.typed[i], text)
				}
			}
		})
	}
}
