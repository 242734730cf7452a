package terminal

import (
	"context"
	"errors"
	"os/exec"
	"slices"
	"strings"

	"latchkey/internal/config"
	"latchkey/internal/problem"
)

func runExec(ctx context.Context, c *call) error {
	flags := c.flags()
	if err := flags.Parse(c.args); err != nil {
		return c.misused(flags, err)
	}
	argv := flags.Args()
	if len(argv) == 0 {
		return c.wrong("exec needs a command to run.")
	}
	// Looked up first: without a command, no token has to be fetched. A program in the current folder is not found.
	path, err := exec.LookPath(argv[0])
	if err != nil {
		return problem.New(problem.WrongUsage, problem.Titled("There is no command %s that can be run.", clean(argv[0])),
			problem.Do("Check its spelling, or name its whole path."), problem.Caused(err))
	}
	token, err := c.token(ctx, defaultMinLife)
	if err != nil {
		return err
	}
	org, err := c.organization()
	if err != nil {
		return err
	}
	added := []string{"LATCHKEY_ACCESS_TOKEN=" + token.Access.Reveal()}
	if org.Genesys() {
		region, _ := config.FindRegion(org.Region)
		added = append(added, "GENESYSCLOUD_ACCESS_TOKEN="+token.Access.Reveal(), "GENESYSCLOUD_REGION="+region.AWS)
	}
	c.close()
	code, err := c.Exec(path, argv, replaceEnviron(c.Environ, added))
	if err != nil {
		return problem.New(problem.UnexpectedError, problem.Titled("The command %s could not be started.", clean(argv[0])),
			problem.Do("Check that you may run it."), problem.Caused(errors.Unwrap(err)))
	}
	if code != 0 {
		return exitStatus(code)
	}
	return nil
}

// replaceEnviron returns environ with the added variables in the place of older ones with the same names.
func replaceEnviron(environ, added []string) []string {
	result := slices.DeleteFunc(slices.Clone(environ), func(old string) bool {
		name, _, _ := strings.Cut(old, "=")
		return slices.ContainsFunc(added, func(a string) bool { return strings.HasPrefix(a, name+"=") })
	})
	return append(result, added...)
}
