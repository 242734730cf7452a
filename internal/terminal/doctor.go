package terminal

import (
	"context"
	"os"
	"slices"

	"latchkey/internal/diagnose"
	"latchkey/internal/diagnose/report"
	"latchkey/internal/problem"
)

// foundBlocking is the exit code for something that keeps people from signing in.
const foundBlocking exitStatus = 8

// toStdout is the name of the report's file that stands for standard output: to look at it first.
const toStdout = "-"

type doctorOptions struct {
	asJSON, addresses bool
	report            string // file or folder to save the report in; empty: none is written
}

func runDoctor(ctx context.Context, c *call) error {
	var o doctorOptions
	flags := c.flags()
	flags.BoolVar(&o.asJSON, "json", false, "")
	flags.StringVar(&o.report, "report", "", "")
	flags.BoolVar(&o.addresses, "addresses", false, "")
	if _, err := c.parse(flags, c.args, 0); err != nil {
		return err
	}
	switch {
	case o.asJSON && o.report == toStdout:
		return c.wrong("--json and --report - cannot both write to standard output.")
	case o.addresses && o.report == "":
		return c.wrong("--addresses goes with --report.")
	}
	if info, err := os.Lstat(o.report); o.report != "" && err == nil && !info.IsDir() {
		return problem.New(problem.ReportExists) // said before anybody waits for the checks
	}
	// Settings that cannot be read are one of the findings.
	if err := c.load(); err != nil && c.parts == nil {
		return err
	}
	defer c.askForNewer(ctx)()
	env := c.parts.Env(c.org)
	checks := diagnose.Checks
	if c.parts.Checks != nil {
		checks = c.parts.Checks
	}
	found := c.examine(ctx, env, checks(env), o)
	saved := c.saveReport(ctx, env, found, o)
	switch {
	case found.Verdict == diagnose.Blocked:
		if saved != nil {
			c.errors().problem(problem.From(saved))
		}
		return foundBlocking
	case saved != nil:
		return saved
	case ctx.Err() != nil:
		return said{problem.New(problem.GivenUp)}
	}
	return nil
}

// examine runs the checks and shows what they find, the way it is wanted.
func (c *call) examine(ctx context.Context, env diagnose.Env, checks []diagnose.Check, o doctorOptions) diagnose.Report {
	if o.asJSON {
		found := diagnose.Run(ctx, checks, func(diagnose.Result) {})
		_ = writeJSON(c.Stdout, doctorReport(found))
		return found
	}
	out := c.results()
	if o.report == toStdout {
		out = c.errors()
	}
	s := newSheet(out, checks)
	s.begin(env)
	fresh := c.Screen == nil // nothing that was typed stands there
	found := diagnose.Watch(ctx, checks, func(r diagnose.Result) {
		if !fresh && ctx.Err() != nil {
			fresh = true
			out.line("") // the terminal has shown ^C
		}
		s.row(r)
	}, s.waiting)
	if ctx.Err() != nil {
		s.stopped()
	}
	s.conclude(found)
	bad := func(r diagnose.Result) bool { return r.State == diagnose.Problem }
	if o.report == "" && slices.ContainsFunc(found.Results, bad) && ctx.Err() == nil {
		c.errors().line("To save a report for IT in this folder: latchkey doctor --report .")
	}
	return found
}

// saveReport writes the report where it is wanted, and says where that is.
func (c *call) saveReport(ctx context.Context, env diagnose.Env, found diagnose.Report, o doctorOptions) error {
	if o.report == "" {
		return nil
	}
	about := report.For(context.WithoutCancel(ctx), env)
	about.Addresses = o.addresses
	text := report.Write(found, about)
	if o.report == toStdout {
		_, err := c.Stdout.Write(text)
		return err
	}
	path := o.report
	var err error
	if info, statErr := os.Stat(path); statErr == nil && info.IsDir() {
		path, err = report.SaveIn(path, about.Now, text)
	} else {
		err = report.Save(path, text)
	}
	if err == nil {
		c.errors().line("Report saved: %s", clean(path))
		c.errors().line("It was sent nowhere. Read it, then send it to IT yourself.")
	}
	return err
}

// results prints to standard output.
func (p *Program) results() printer {
	out := printer{out: p.Stdout, ascii: p.Console.ASCII}
	if p.Screen != nil {
		out.colour, out.width = p.Screen.Colour, p.Screen.Width()
	}
	return out
}
