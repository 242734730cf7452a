package signin

import (
	"context"
	"errors"
	"strconv"
)

// Errors of Attempt.Answer. The conversation is where it was.
var (
	ErrNotWaiting = errors.New("no step waits for an answer")
	ErrStale      = errors.New("the answer is to another step")
	ErrUnfit      = errors.New("the answer does not fit the step")
)

// question is a step that waits for an answer.
type question struct {
	id      string // empty: the step takes answers without waiting for one (browser, device)
	fits    func(Answer) bool
	answers chan Answer
}

// Answer answers the step that waits. An answer to another step, or one that does not fit, changes nothing and is an
// error. The secrets in it belong to the attempt from then on, and are wiped.
func (a *Attempt) Answer(ans Answer) error {
	if ans.Cancel {
		ans.Wipe()
		a.Cancel()
		return nil
	}
	err := a.take(ans)
	if err != nil {
		ans.Wipe()
	}
	return err
}

func (a *Attempt) take(ans Answer) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	q := a.waiting
	switch {
	case q == nil:
		return ErrNotWaiting
	case ans.ID != q.id:
		return ErrStale
	case !q.fits(ans):
		return ErrUnfit
	}
	if q.id != "" {
		a.waiting = nil // one answer a question, whoever was first
	} else {
		ans.Wipe() // a step that only listens has no use for secrets
	}
	select {
	case q.answers <- ans:
		return nil
	default:
		return ErrNotWaiting // the last answer is still being acted on
	}
}

// ask poses a question, and waits for its answer.
func (a *Attempt) ask(ctx context.Context, fits func(Answer) bool, step func(id string) Step) (Answer, error) {
	return a.await(ctx, a.pose(fits, step))
}

// pose emits the step that step makes for a fresh id.
func (a *Attempt) pose(fits func(Answer) bool, step func(id string) Step) *question {
	a.mu.Lock()
	a.asked++
	q := &question{id: strconv.Itoa(a.asked), fits: fits, answers: make(chan Answer, 1)}
	a.waiting = q
	a.mu.Unlock()
	a.emit(step(q.id))
	return q
}

// await waits for the answer to a question.
func (a *Attempt) await(ctx context.Context, q *question) (Answer, error) {
	select {
	case ans := <-q.answers:
		return ans, nil
	case <-ctx.Done():
		a.stopListening()
		drain(q)
		return Answer{}, ctx.Err()
	}
}

// listen takes answers that need no id until stopListening.
func (a *Attempt) listen(fits func(Answer) bool) <-chan Answer {
	q := &question{fits: fits, answers: make(chan Answer, 1)}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.waiting = q
	return q.answers
}

func (a *Attempt) stopListening() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.waiting = nil
}

// drain wipes an answer that came in while the attempt was being cancelled.
func drain(q *question) {
	select {
	case ans := <-q.answers:
		ans.Wipe()
	default:
	}
}

// emit hands a step to the face, unless the last one was told.
func (a *Attempt) emit(s Step) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.ended {
		a.push(s)
	}
}

// push never waits: between two answers there are only a few steps, and a face that stopped reading must not hold the
// attempt up. The oldest step makes room then, so that the last one is never lost. The caller holds mu.
func (a *Attempt) push(s Step) {
	for {
		select {
		case a.steps <- s:
			return
		default:
		}
		select {
		case <-a.steps:
		default:
		}
	}
}
