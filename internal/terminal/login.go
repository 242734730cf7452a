package terminal

import (
	"context"
	"errors"
	"flag"
	"slices"

	"latchkey/internal/config"
	"latchkey/internal/problem"
	"latchkey/internal/session"
	"latchkey/internal/signin"
	"latchkey/internal/vault"
)

var doors = []signin.Door{signin.WithPassword, signin.WithBrowser, signin.WithCompany, signin.WithDevice}

func runLogin(ctx context.Context, c *call) error {
	var o signin.Options
	flags := c.flags()
	flags.StringVar((*string)(&o.With), "with", "", "")
	flags.StringVar(&o.Username, "username", "", "")
	flags.BoolVar(&o.NoOpen, "no-open", false, "")
	flags.BoolVar(&o.NoKeep, "no-keep", false, "")
	flags.BoolVar(&o.Unlocked, "unlocked", false, "")
	asJSON := flags.Bool("json", false, "")
	if _, err := c.parse(flags, c.args, 0); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return c.jsonProblem(*asJSON, err)
	}
	if o.With != "" && !slices.Contains(doors, o.With) {
		return c.jsonProblem(*asJSON, c.wrong("--with is password, browser, company or device."))
	}
	if o.With == signin.WithPassword && !*asJSON && !c.Console.People {
		return c.nobodyToAsk()
	}
	var err error
	if o.Org, err = c.organization(); err != nil {
		return c.jsonProblem(*asJSON, err)
	}
	// A program that has answers ready for somebody must not be asked for the step of somebody else.
	o.Renew = (o.With == "" || o.With == signin.WithPassword) && (!*asJSON || o.Username != "")
	if o.Username == "" {
		// A script that says nothing means nobody in particular.
		o.Username, o.Guessed = c.parts.Sessions.LastUsername(o.Org.ID), *asJSON
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer c.askForNewer(ctx)()
	// The attempt's context is not the one that a Ctrl-C ends: it is cancelled in order, and says so.
	attempt := c.parts.Start(context.WithoutCancel(ctx), o)
	if *asJSON {
		err = c.speakJSON(ctx, attempt)
	} else {
		err = c.converse(ctx, attempt, o)
	}
	if err != nil {
		return err
	}
	if s, ok := attempt.Session(); ok {
		if !*asJSON {
			c.welcome(s, o)
			c.before(c.errors(), []session.Session{s})
			c.suggestTwoStep(ctx, s)
			c.tellNewer()
		}
	}
	return nil
}

// nobodyToAsk is the problem that a step waits for an answer, and nobody can type one.
func (c *call) nobodyToAsk() error {
	return problem.New(problem.WrongUsage, problem.Titled("There is no terminal to ask for the password."),
		problem.Do("Use --with browser or --with device, or --json from a program."))
}

// welcome tells who signed in, where, and for how long.
func (c *call) welcome(s session.Session, o signin.Options) {
	out := c.errors()
	until := ""
	switch {
	case s.Expires.IsZero():
	case s.Renewable && s.Kept != vault.InMemory:
		until = " until " + c.when(s.Expires) + ", then renewed by itself"
	default:
		until = " until " + c.when(s.Expires)
	}
	out.line("Signed in at %s as %s%s.", clean(orgName(o.Org)), person(s.Name, s.Username), until)
	if s.Kept == vault.InMemory {
		// A program that ends forgets what it only remembers.
		out.line("The session is not kept: other commands are not signed in.")
	}
}

func orgName(o config.Organization) string {
	if o.Name == "" {
		return o.ID
	}
	return o.Name
}
