package main

import (
	"encoding/json"
	"strconv"
	"strings"
	"text/tabwriter"
	"unicode/utf8"

	"latchkey/internal/demo"
)

// ready is what --json prints, in one line.
type ready struct {
	Config     string      `json:"config"`
	ControlURL string      `json:"control_url"`
	MailboxURL string      `json:"mailbox_url"`
	PhoneURL   string      `json:"phone_url"`
	StatusURL  string      `json:"status_url"`
	Users      []demo.User `json:"users"`
}

func (p *program) printJSON() {
	w := p.world
	_ = json.NewEncoder(p.stdout).Encode(ready{
		Config: w.ConfigPath, ControlURL: w.Control, MailboxURL: w.Mailbox, PhoneURL: w.Phone, StatusURL: w.Status, Users: w.Users(),
	})
}

// lineWidth is what every terminal shows in a line.
const lineWidth = 80

// printAccounts tells a person who can sign in, and where to look for codes.
func (p *program) printAccounts() {
	p.say("A contact centre is running on this computer.\n\n")
	t := tabwriter.NewWriter(p.stdout, 0, 8, 2, ' ', 0)
	line := func(cells ...string) { _, _ = t.Write([]byte("  " + strings.Join(cells, "\t") + "\n")) }
	line("Panel", p.world.Control, "accounts, codes and troubles")
	line("Phone", p.world.Phone, "text messages, approvals, codes of the app")
	line("Mailbox", p.world.Mailbox, "codes, links and news by e-mail")
	line("Status", p.world.Status, "the status page")
	_ = t.Flush()
	names, org := map[string]string{}, ""
	for _, o := range p.world.Organizations() {
		names[o.ID] = o.Name
	}
	for _, u := range p.world.Users() {
		if u.Org != org {
			org = u.Org
			p.say("\n%s\n", names[org])
		}
		password := u.Password
		if strings.TrimSpace(password) != password {
			password = strconv.Quote(password)
		}
		if len([]rune(password)) > 28 {
			password = string([]rune(password)[:24]) + "… (see the panel)"
		}
		p.say("  %s  %s\n", u.Username, password)
		for _, words := range wrapped(u.Note, lineWidth-6) {
			p.say("      %s\n", words)
		}
	}
	p.say("\n")
}

// wrapped breaks a text at blanks into lines of that many characters at most.
func wrapped(text string, width int) (lines []string) {
	for word := range strings.FieldsSeq(text) {
		last := len(lines) - 1
		if last >= 0 && utf8.RuneCountInString(lines[last])+1+utf8.RuneCountInString(word) <= width {
			lines[last] += " " + word
		} else {
			lines = append(lines, word)
		}
	}
	return lines
}
