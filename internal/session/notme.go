package session

import (
	"context"
	"errors"
	"fmt"
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
	Told    bool  // the server was told; without an error too, when there was nothing left to end there
	Err     error // why the server could not be told, or what stayed; nil: ended
}

// NotMe ends everything of this agent's that can be ended from here, in every organisation of the settings that the same account is
// signed in to, and returns the message to IT. The sign-in that was not theirs is s.Last. s itself is ended whatever the list of
// sessions is worth.
func (m *Manager) NotMe(ctx context.Context, s Session) (Message, []Ended) {
	var done []Ended
	end := func(o Session) {
		told, err := m.signOut(ctx, o.Account, true)
		done = append(done, Ended{o.OrgName, o.Host, told, err})
	}
	end(s)
	sessions, err := m.List(ctx)
	for _, other := range sessions {
		if other.Account != s.Account && other.Account.Issuer == s.Account.Issuer && other.Account.Subject == s.Account.Subject {
			end(other)
		}
	}
	if err != nil {
		done = append(done, Ended{OrgName: "Other sessions on this computer", Err: err})
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
	case d.Err == nil && d.Told:
		return "signed out, the server was told"
	case d.Err == nil:
		return "signed out on this computer; nothing was left to end at the server"
	case errors.Is(d.Err, ErrNoRevocation):
		return "signed out on this computer; the server has no way to be told"
	}
	return "not completely: " + problem.From(d.Err).Title
}

// stamp is a time as IT finds it in a log.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") + " UTC" }
