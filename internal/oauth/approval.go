package oauth

import (
	"cmp"
	"context"

	"latchkey/internal/clock"
	"latchkey/internal/problem"
)

// awaitApproval polls with ask until the approval that last asks for is decided. Of the factors, those that are left can
// be chosen when it ran out.
func (c *Client) awaitApproval(
	ctx context.Context, last *ChallengeAnswer, factors []Factor, ask func(context.Context) (*ChallengeAnswer, error),
) (*ChallengeAnswer, error) {
	if !last.asks(FieldApproval) {
		return nil, problem.New(problem.MethodNotAvailable)
	}
	var answer *ChallengeAnswer
	decided, err := c.poll(ctx, last.every, last.Until, func(ctx context.Context) (*pace, error) {
		ctx, cut := clock.Linger(ctx, Grace)
		defer cut()
		var err error
		if answer, err = ask(ctx); err != nil {
			return nil, err
		}
		return answer.pace, nil
	})
	switch {
	case err != nil && answer != nil && answer.pace != nil:
		return nil, err // that answer is an old one
	case err != nil, decided:
		return answer, err
	}
	if method := cmp.Or(last.Method, methodPush); !hasMethod(factors, method) {
		factors = append([]Factor{{Method: method, SentTo: last.SentTo}}, factors...)
	}
	return &ChallengeAnswer{
		Need: []Field{FieldMethod}, Methods: factors, Refused: problem.New(problem.ApprovalExpired), AttemptsLeft: -1,
	}, nil
}
