package demo

import (
	"errors"
	"io"
	"regexp"
	"strings"

	"latchkey/internal/demo/people"
)

// undelivered keeps codes from getting out.
const undelivered = "undelivered"

// sender takes an organisation's codes to phones and mailboxes.
func (w *World) sender(org, host string, random io.Reader) func(to people.Person, method, code string) error {
	post := w.mailer(org, host, random)
	return func(to people.Person, method, code string) error {
		words := code + " is your code for " + org + ". It is good for ten minutes. Nobody from " + org + " ever asks you for it."
		switch {
		case w.Board.On(undelivered):
			return errors.New("acted out")
		case method == people.Email:
			return post(to.Username, codeSubject+org, words)
		default:
			w.texts.Deliver(to, method, words, code)
			return nil
		}
	}
}

// codeSubject begins the subject of a message with a code.
const codeSubject = "Your code for "

// TextMessage returns the code of the newest text message or call to this user; empty when there was none.
func (w *World) TextMessage(username string) string {
	for _, t := range w.texts.List() {
		if t.To == username {
			return t.Code
		}
	}
	return ""
}

// MailCode returns the code of the newest e-mail with one to this user; empty when there was none.
func (w *World) MailCode(username string) string {
	for _, m := range w.Mail.Messages() {
		if m.To == username && strings.HasPrefix(m.Subject, codeSubject) {
			return regexp.MustCompile(`\d{6}`).FindString(m.Text)
		}
	}
	return ""
}

// Approve taps the right number on this user's phone. It reports whether the phone asked.
func (w *World) Approve(username string) bool {
	for _, d := range w.directories() {
		if number := d.Shown(username); number != "" {
			return d.Decide(username, number)
		}
	}
	return false
}

// Deny says on this user's phone that it is not them. It reports whether the phone asked.
func (w *World) Deny(username string) bool { return w.decide(username, "") }

func (w *World) decide(username, number string) bool {
	for _, d := range w.directories() {
		if d.Decide(username, number) {
			return true
		}
	}
	return false
}

// RecoveryCodes returns the recovery codes of this user that are good still.
func (w *World) RecoveryCodes(username string) []string {
	for _, d := range w.directories() {
		if codes := d.RecoveryCodes(username); len(codes) > 0 {
			return codes
		}
	}
	return nil
}
