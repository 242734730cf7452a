package terminal

import (
	"context"

	"latchkey/internal/problem"
)

// cause looks for what is behind a sign-in's problem. What it finds comes in one send; nil says that nobody looks. It
// stops looking when ctx ends, and within seconds in any case.
func (c *call) cause(ctx context.Context, p *problem.Problem) <-chan *problem.Problem {
	if c.parts.Explain == nil || c.parts.Env == nil {
		return nil
	}
	env := c.parts.Env(c.org)
	env.Asking = func() bool { return true } // the keychain's own questions would come between
	found := make(chan *problem.Problem, 1)
	go func() {
		defer func() {
			if recover() != nil {
				found <- p // what is known already is worth more than a program that ends
			}
		}()
		found <- c.parts.Explain(ctx, env, p)
	}()
	return found
}
