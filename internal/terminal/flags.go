package terminal

import (
	"errors"
	"flag"
	"io"
	"regexp"
	"slices"
	"strings"

	"latchkey/internal/problem"
)

// flags returns a set with the flags that every command takes.
func (c *call) flags() *flag.FlagSet {
	set := flag.NewFlagSet(c.command.name, flag.ContinueOnError)
	set.SetOutput(io.Discard) // its own words quote what was typed
	set.Usage = func() {}
	set.StringVar(&c.config, "config", c.config, "")
	set.StringVar(&c.org, "org", c.org, "")
	return set
}

// parse reads the flags of args wherever they stand among at most max other words, and returns those words.
func (c *call) parse(set *flag.FlagSet, args []string, max int) ([]string, error) {
	var words []string
	for len(args) > 0 {
		if err := set.Parse(args); err != nil {
			return nil, c.misused(set, err)
		}
		rest := set.Args()
		if read := len(args) - len(rest); read > 0 && args[read-1] == "--" {
			words = append(words, rest...)
			break
		}
		if len(rest) == 0 {
			break
		}
		words, args = append(words, rest[0]), rest[1:]
	}
	if len(words) > max {
		// The words are not repeated: one of them may be a password.
		return nil, c.wrong("%s takes fewer words.", c.command.name)
	}
	return words, nil
}

// wrong is the problem that a command was not called the way it wants to be.
func (c *call) wrong(format string, args ...any) error {
	fix := "Run latchkey help " + c.command.name + " to see what it takes."
	if c.command.name == "latchkey" {
		fix = "Run latchkey help to see what there is."
	}
	return problem.New(problem.WrongUsage, problem.Titled(format, args...), problem.Do("%s", fix))
}

// unknown is the problem that there is no such command or flag, with the one that was probably meant.
func (c *call) unknown(kind, word string, known []string) error {
	if match(harmless, word) == nil {
		return c.wrong("%s does not know one of these words.", c.command.name)
	}
	near := nearest(strings.TrimLeft(word, "-"), known)
	if near == "" {
		return c.wrong("%s has no %s %s.", c.command.name, kind, word)
	}
	dashes := word[:len(word)-len(strings.TrimLeft(word, "-"))]
	return problem.New(problem.WrongUsage, problem.Titled("%s has no %s %s.", c.command.name, kind, word),
		problem.Do("Did you mean %s%s?", dashes, near))
}

// secretFlags are the names people try for what never goes on a command line (PR-01).
var secretFlags = []string{
	"p", "pw", "pwd", "pass", "passwd", "password", "passphrase", "pin", "code", "otp", "totp", "secret", "client-secret",
	"token", "access-token", "refresh-token",
}

// Compiled where they are used: only a call that went wrong pays for them.
const (
	harmless   = `^(--)?[a-z]{2,16}(-[a-z]{1,16}){0,2}$` // hardly a password, and no terminal minds it
	notDefined = `^flag provided but not defined: --?(.*)$`
	noValue    = `^flag needs an argument: -([a-z-]+)$`
	badValue   = ` for (?:flag )?-([a-z-]+): [^"]*$`
)

// match returns what the groups of an expression match in text; nil when it does not match.
func match(expression, text string) []string {
	return regexp.MustCompile(expression).FindStringSubmatch(text)
}

// misused puts an error of package flag into words. What was typed is repeated only where it cannot be a secret.
func (c *call) misused(set *flag.FlagSet, err error) error {
	if errors.Is(err, flag.ErrHelp) {
		return err
	}
	text := err.Error()
	if m := match(noValue, text); m != nil {
		return c.wrong("--%s needs a value.", m[1])
	}
	if m := match(badValue, text); m != nil {
		return c.wrong("--%s cannot take this value.", m[1])
	}
	m := match(notDefined, text)
	if m == nil {
		return c.wrong("%s does not understand these flags.", c.command.name)
	}
	name := m[1]
	spelledOut := slices.ContainsFunc(c.args, func(a string) bool { return a == "--"+name || strings.HasPrefix(a, "--"+name+"=") })
	if slices.Contains(secretFlags, strings.ToLower(name)) || !spelledOut && strings.HasPrefix(name, "p") { // -pSECRET
		return problem.New(problem.WrongUsage, problem.Titled("A password or code is never taken from the command line."),
			problem.Because("Other programs on this computer can read it there."),
			problem.Do("Run latchkey login: it asks. A program can answer through latchkey login --json."))
	}
	if !spelledOut {
		return c.wrong("%s does not know one of these flags.", c.command.name)
	}
	var known []string
	set.VisitAll(func(f *flag.Flag) { known = append(known, f.Name) })
	return c.unknown("flag", "--"+name, known)
}

// nearest returns the known word that is at most two slips away from word, or nothing.
func nearest(word string, known []string) string {
	best, least := "", 3
	for _, k := range known {
		if d := distance(word, k); d < least && d < len(k) {
			best, least = k, d
		}
	}
	return best
}

// distance is the Levenshtein distance of two ASCII words.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
