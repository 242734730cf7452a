package terminal

import (
	"context"
	"encoding/json"
	"io"
	"strings"
	"time"

	"latchkey/internal/session"
	"latchkey/internal/vault"
)

type statusJSON struct {
	Sessions []sessionJSON `json:"sessions"`
}

type sessionJSON struct {
	Org       string        `json:"org"`
	Username  string        `json:"username"`
	Name      string        `json:"name"`
	State     session.State `json:"state"`
	ExpiresAt string        `json:"expires_at"`
	Kept      vault.Kept    `json:"kept"`
	Default   bool          `json:"default"`
	Last      *lastJSON     `json:"last_sign_in,omitempty"` // the sign-in before this one
}

type lastJSON struct {
	At   string `json:"at"`
	How  string `json:"how"`
	From string `json:"from"`
	Here bool   `json:"here"`
}

func runStatus(ctx context.Context, c *call) error {
	flags := c.flags()
	asJSON := flags.Bool("json", false, "")
	if _, err := c.parse(flags, c.args, 0); err != nil {
		return err
	}
	sessions, err := c.sessions(ctx, c.org == "")
	if err != nil {
		return err
	}
	if *asJSON {
		out := statusJSON{Sessions: []sessionJSON{}}
		for _, s := range sessions {
			out.Sessions = append(out.Sessions, sessionJSON{
				Org: s.Account.Org, Username: s.Username, Name: s.Name, State: s.State, ExpiresAt: timestamp(s.Expires), Kept: s.Kept, Default: s.Default,
				Last: lastAsJSON(s.Last),
			})
		}
		return writeJSON(c.Stdout, out)
	}
	if len(sessions) == 0 {
		c.errors().line("Nobody is signed in. Sign in with: %s", whole("latchkey login"))
		c.tellNewer()
		return nil
	}
	rows := [][]string{{"ORGANISATION", "ACCOUNT", "STATE", "UNTIL", "KEPT"}}
	for _, s := range sessions {
		org := s.Account.Org
		if s.Default {
			org += " (default)"
		}
		rows = append(rows, []string{org, person(s.Name, s.Username), stateWords(s.State), c.until(s), keptWords(s.Kept)})
	}
	if err := c.table(rows); err != nil {
		return err
	}
	for _, s := range sessions {
		if s.StepWanted {
			c.errors().line("%s: the server wants one more step before it renews the session. Take it with: %s", clean(s.Account.Org), whole("latchkey --org %s login", clean(s.Account.Org)))
		}
	}
	c.before(c.results(), sessions)
	c.tellNewer()
	return nil
}

// sessions lists the sessions of every organisation, or of the one that is asked for.
func (c *call) sessions(ctx context.Context, all bool) ([]session.Session, error) {
	if err := c.load(); err != nil {
		return nil, err
	}
	list, err := c.parts.Sessions.List(ctx)
	if err != nil || all {
		return list, err
	}
	org, err := c.parts.Settings.Organization(c.org)
	if err != nil {
		return nil, err
	}
	var its []session.Session
	for _, s := range list {
		if s.Account.Org == org.ID {
			its = append(its, s)
		}
	}
	return its, nil
}

// person shows who somebody is: "Amy Agent <amy@acme.example>".
func person(name, username string) string {
	name, username = clean(name), clean(username)
	switch {
	case name == "" || name == username:
		return username
	case username == "":
		return name
	}
	return name + " <" + username + ">"
}

// until shows how long a session lasts.
func (c *call) until(s session.Session) string {
	switch {
	case s.State == session.SignedOut || s.Expires.IsZero():
		return "-"
	case s.Renewable && !s.StepWanted:
		return c.when(s.Expires) + ", then renewed"
	}
	return c.when(s.Expires)
}

func stateWords(s session.State) string { return strings.ReplaceAll(string(s), "-", " ") }

func keptWords(k vault.Kept) string {
	if k == vault.InMemory {
		return "in memory only"
	}
	return string(k)
}

// timestamp is a time as JSON shows it (RFC 3339, UTC); empty when there is none.
func timestamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// writeJSON writes one object on one line.
func writeJSON(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(v)
}
