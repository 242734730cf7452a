package session

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"strings"
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/transport"
	"latchkey/internal/version"
)

// Message tells IT about a sign-in that was not the agent's: facts, and no secret.
type Message struct {
	Subject string
	Text    string
}

// Ended is what became of one session of the agent's on this computer.
type Ended struct {
	OrgName string
	Host    string
	Err     error // why the server could not be told, or what stayed; nil: ended
}

// NotMe ends everything of this agent's that can be ended from here, in every organisation of the settings that the same account is
// signed in to, and returns the message to IT. The sign-in that was not theirs is s.Last.
func (m *Manager) NotMe(ctx context.Context, s Session) (Message, []Ended) {
	var done []Ended
	sessions, _ := m.List(ctx)
	for _, other := range sessions {
		if other.Account == s.Account || other.Account.Issuer == s.Account.Issuer && other.Account.Subject == s.Account.Subject {
			done = append(done, Ended{other.OrgName, other.Host, m.SignOut(ctx, other.Account, true)})
		}
	}
	return message(s, done, m.now()), done
}

// message puts the facts together.
func message(s Session, done []Ended, now time.Time) Message {
	var text strings.Builder
	line := func(what, value string) {
		if value = transport.Clean(value, 120); value != "" {
			fmt.Fprintf(&text, "%s: %s\n", what, value)
		}
	}
	text.WriteString("A sign-in to my account was not me.\n\n")
	line("Account", s.Username)
	line("Name", s.Name)
	line("Organisation", s.OrgName)
	line("At the server", s.Tenant)
	line("Server", s.Host)
	text.WriteString("\n")
	if s.Last.At.IsZero() {
		line("The sign-in", "not known when")
	} else {
		line("The sign-in", stamp(s.Last.At))
	}
	line("How", s.Last.How)
	line("From", s.Last.From)
	if s.Last.Here {
		line("Told by", "this computer; the server says nothing about it")
	} else if !s.Last.At.IsZero() {
		line("Told by", "the server")
	}
	line("Noticed", stamp(now))
	text.WriteString("\n")
	for _, d := range done {
		line("Ended here", fmt.Sprintf("%s (%s): %s", d.OrgName, d.Host, d.outcome()))
	}
	text.WriteString("Sessions on other computers cannot be ended from here. Please end all sessions of this account, and have its password changed.\n\n")
	line("Latchkey", version.Version)
	return Message{Subject: "A sign-in that was not me: " + transport.Clean(s.Username, 80), Text: text.String()}
}

func (d Ended) outcome() string {
	switch {
	case d.Err == nil:
		return "signed out, the server was told"
	case errors.Is(d.Err, ErrNoRevocation):
		return "signed out on this computer; the server has no way to be told"
	}
	return "not completely: " + problem.From(d.Err).Title
}

// stamp is a time as IT finds it in a log.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") + " UTC" }

// longestMail is the longest mailto address that mail programs on all systems take.
const longestMail = 2000

// MailTo returns the address that a mail program opens with the message, when contact is an e-mail address, or the contact's page.
// A message that is too long for an address is cut at the end of a line. It returns false when contact is neither.
func (msg Message) MailTo(contact string) (address string, ok bool) {
	if strings.Contains(contact, "://") {
		before, _, _ := strings.Cut(contact, "#")
		if _, err := transport.CheckURL(before); err != nil {
			return "", false
		}
		return contact, true
	}
	to, err := mail.ParseAddress(contact)
	if err != nil || to.Address != contact || strings.ContainsAny(contact, "?&#%\"") {
		return "", false
	}
	head := "mailto:" + strings.ReplaceAll(url.PathEscape(contact), "%40", "@") + "?subject=" + encode(msg.Subject) + "&body="
	text := msg.Text
	for len(head)+len(encode(text)) > longestMail {
		cut := strings.LastIndexByte(strings.TrimSuffix(text, "\n"), '\n')
		if cut < 0 {
			text = ""
			break
		}
		text = text[:cut+1]
	}
	return head + encode(text), true
}

// encode escapes as RFC 6068 wants it: a line ends with CR LF, and a space is %20.
func encode(text string) string {
	return strings.ReplaceAll(url.QueryEscape(strings.ReplaceAll(text, "\n", "\r\n")), "+", "%20")
}
