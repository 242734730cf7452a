package terminal

import (
	"context"
	"errors"
	"flag"
	"io"
	"slices"
	"strings"

	"latchkey/internal/config"
	"latchkey/internal/problem"
)

// command is one word of latchkey.
type command struct {
	name    string
	summary string // one line for the list of commands
	usage   string // what `help NAME` prints
	run     func(ctx context.Context, c *call) error
}

// commands are in the order that help shows them.
func commands() []command {
	return []command{
		{"login", "sign in", loginUsage, runLogin},
		{"logout", "sign out, here and at the server", logoutUsage, runLogout},
		{"status", "who is signed in where, and until when", statusUsage, runStatus},
		{"token", "print a valid access token", tokenUsage, runToken},
		{"exec", "run a command with an access token in its environment", execUsage, runExec},
		{"doctor", "find out what keeps you from signing in", doctorUsage, runDoctor},
		{"orgs", "the organisations on this computer", orgsUsage, runOrgs},
		{"version", "which Latchkey this is", versionUsage, runVersion},
		{"help", "explain a command", helpUsage, runHelp},
	}
}

// call is one command that was called.
type call struct {
	*Program
	command command
	args    []string // after the command's name
	config  string   // --config
	org     string   // --org
	creates bool     // the settings file may be written for the first time
	parts   *Parts
	trouble error // what came with the parts: settings that cannot be read
}

// dispatch finds the command and runs it.
func (p *Program) dispatch(ctx context.Context) error {
	c := &call{Program: p, command: command{name: "latchkey", usage: mainUsage()}, args: p.Args}
	flags := c.flags()
	showVersion := flags.Bool("version", false, "")
	err := flags.Parse(p.Args)
	words := flags.Args()
	switch {
	case errors.Is(err, flag.ErrHelp):
		return c.help(p.Stdout)
	case err != nil:
		return c.misused(flags, err)
	case *showVersion:
		words = []string{"version"}
	case len(words) == 0:
		_ = c.help(p.Stderr)
		return said{problem.New(problem.WrongUsage)}
	}
	known := commands()
	i := slices.IndexFunc(known, func(k command) bool { return k.name == words[0] })
	if i < 0 {
		return c.unknown("command", words[0], names(known))
	}
	c.command, c.args = known[i], words[1:]
	defer c.close()
	err = c.command.run(ctx, c)
	if errors.Is(err, flag.ErrHelp) {
		return c.help(p.Stdout)
	}
	return err
}

func names(commands []command) []string {
	var names []string
	for _, c := range commands {
		names = append(names, c.name)
	}
	return names
}

func (c *call) help(w io.Writer) error {
	_, err := io.WriteString(w, strings.TrimPrefix(c.command.usage, "\n"))
	return err
}

// load puts the parts together for a command that needs them.
func (c *call) load() error {
	if c.parts != nil {
		return c.trouble
	}
	c.parts, c.trouble = c.Parts(c.config, c.creates)
	return c.trouble
}

func (c *call) close() {
	if c.parts != nil && c.parts.Close != nil {
		c.parts.Close()
	}
}

// organization returns the one that --org names, or the default one.
func (c *call) organization() (config.Organization, error) {
	if err := c.load(); err != nil {
		return config.Organization{}, err
	}
	return c.parts.Settings.Organization(c.org)
}
