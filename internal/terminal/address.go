package terminal

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"latchkey/internal/lookalike"
	"latchkey/internal/problem"
)

// checkAddress returns the address of a new organisation with its host in ASCII. One that looks like another has to be
// confirmed. exactly is the host once more; empty when it was not repeated.
func (c *call) checkAddress(ctx context.Context, address, exactly string) (string, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return address, nil // the settings say what is wrong with it
	}
	ascii, err := idna.Lookup.ToASCII(u.Hostname())
	switch found, odd := lookalike.Check(u.Hostname(), c.knownHosts()); {
	case exactly != "" && !strings.EqualFold(exactly, u.Hostname()) && !strings.EqualFold(exactly, ascii):
		return "", c.wrong("--exactly names another host than --issuer.")
	case odd:
		if err := c.confirmLookAlike(ctx, found, exactly); err != nil {
			return "", err
		}
	}
	switch {
	case err == nil && ascii != u.Hostname(): // what was typed in capital letters is kept as it is read
		if port := u.Port(); port != "" {
			ascii += ":" + port
		}
		u.Host = ascii
		return u.String(), nil
	case err != nil && utf8.RuneCountInString(u.Host) < len(u.Host):
		return "", problem.New(problem.SettingsBadValue, problem.Titled("The address has letters that cannot be in an address."),
			problem.Do("Copy the address from your administrator's message, or ask again."), problem.Caused(err))
	}
	return address, nil
}

// confirmLookAlike asks whether an address that looks like another one is right.
func (c *call) confirmLookAlike(ctx context.Context, found lookalike.Finding, exactly string) error {
	trouble := found.Problem()
	if !c.Console.People || exactly != "" {
		if strings.EqualFold(exactly, found.Host) {
			return nil
		}
		return trouble.With(problem.Do("Compare it letter by letter with what IT gave you. If it is right, repeat it: --exactly %s", found.Host))
	}
	out := c.errors()
	out.line("%s", out.paint(red, clean(trouble.Title)))
	out.line("%s", clean(trouble.Why))
	c.spell(out, found)
	return c.sayYes(ctx, "Compare it with what IT gave you. Type yes to add it: ", "The organisation was not added.")
}

// spell shows both names letter by letter, with what differs in brackets.
func (c *call) spell(out printer, found lookalike.Finding) {
	this, like := found.Letters()
	out.line("Letter by letter, with what differs in brackets:")
	out.line("  %s", spaced(this))
	if len(like) > 0 {
		out.line("  %s", spaced(like))
	}
	var told []string
	for _, l := range this {
		if l.Script == "" || !l.Differs || slices.Contains(told, l.Text) {
			continue
		}
		told = append(told, l.Text)
		letter, _ := utf8.DecodeRuneInString(l.Text)
		out.line("  %s", fmt.Sprintf("%s is %s, U+%04X", l.Text, l.Script, letter))
	}
}

// spaced writes letters apart: "a [c] m e".
func spaced(letters []lookalike.Letter) string {
	parts := make([]string, len(letters))
	for i, l := range letters {
		if parts[i] = l.Text; l.Differs {
			parts[i] = "[" + l.Text + "]"
		}
	}
	return strings.Join(parts, " ")
}

// sayYes asks for the word yes. Anything else, and a Ctrl-C, is the problem that nothing was done.
func (c *call) sayYes(ctx context.Context, question, otherwise string) error {
	c.errors().ask(question)
	stop := make(chan struct{})
	defer close(stop)
	select {
	case reply := <-lines(c.Stdin, stop):
		switch {
		case reply.err != nil:
			c.errors().line("") // nobody has ended the line
		case strings.TrimSpace(string(reply.text)) == "yes":
			return nil
		}
	case <-ctx.Done():
		c.errors().line("") // the terminal has shown ^C
	}
	return problem.New(problem.GivenUp, problem.Titled("%s", otherwise), problem.Do("Ask IT for the exact address."))
}

// knownHosts are those that the settings sign in to.
func (c *call) knownHosts() []string {
	var hosts []string
	for _, o := range c.parts.Settings.Organizations {
		hosts = append(hosts, o.Hosts()...)
	}
	return hosts
}
