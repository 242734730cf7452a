package signin

import (
	"context"
	"errors"
	"slices"

	"latchkey/internal/oauth"
	"latchkey/internal/problem"
)

// approve waits for the approval on another device, and for an agent who wants something else meanwhile. The device is
// asked once: again only when the agent says so.
func (d *dialogue) approve(ctx context.Context) (move, error) {
	a, w := d.a, d.wanted
	d.settled = true
	others, targets := d.elsewhere()
	answers := a.listen(func(ans Answer) bool {
		if ans.Resend {
			return !w.ResendAt.IsZero()
		}
		return slices.Contains(others, ans.Use)
	})
	defer a.stopListening()
	step := Approve{Number: w.Number, Deadline: w.Until, SentTo: w.SentTo, Others: others, Targets: targets, ResendAt: w.ResendAt}
	a.emit(step)

	waiting, stop := context.WithCancel(ctx)
	defer stop()
	arrived := make(chan decision, 1)
	go func() {
		reply, err := d.interview.Wait(waiting)
		arrived <- decision{reply, err}
	}()
	for {
		select {
		case decided := <-arrived:
			return move{decided: &decided}, nil
		case ans := <-answers:
			m := move{resend: ans.Resend}
			if !ans.Resend {
				m = d.elsewhereTo(ans.Use)
			}
			if early, ok := d.tooEarly(ctx, m); ok {
				a.emit(early)
				a.emit(step)
				continue
			}
			stop()
			if decided := <-arrived; !givenUp(decided.err) || !a.restUntil(decided.err, nil).IsZero() {
				return move{decided: &decided}, nil // it was decided just before
			}
			return m, nil
		}
	}
}

// givenUp reports whether a wait that was given up ended without a decision: a server that could not be asked once more in that moment has
// decided nothing, and what the agent wants instead stands.
func givenUp(err error) bool {
	if errors.Is(err, context.Canceled) {
		return true
	}
	why := problem.From(err)
	return err != nil && why.Again && why.Kind == problem.Unreachable
}

// granted ends the interview with what it is about. A new recovery code is shown first, and the rest waits until it was read:
// nothing that fails from here on takes it away.
func (d *dialogue) granted(ctx context.Context, reply *oauth.ChallengeAnswer) (passage, error) {
	a := d.a
	at := passage{tokens: reply.Tokens, proven: true, method: d.used}
	read := func() {}
	if !reply.RecoveryCode.Empty() {
		q := a.pose(nothingElse, func(id string) Step { return NewRecoveryCode{ID: id, Code: reply.RecoveryCode} })
		read = func() {
			ans, _ := a.await(ctx, q)
			ans.Wipe()
			reply.RecoveryCode.Wipe()
		}
	} else {
		a.emit(Working{FinishingSignIn})
	}
	var err error
	if at.tokens == nil {
		at.tokens, err = a.exchange(ctx, d.flow, reply.Code, "")
	}
	read()
	return at, err
}

// nothingElse fits an answer that only says that the step was read.
func nothingElse(ans Answer) bool { return ans.Use == "" && !ans.Resend }
