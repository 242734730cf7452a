package terminal

import (
	"context"
	"errors"
	"io"

	"latchkey/internal/problem"
	"latchkey/internal/signin"
)

// maxAhead is how many answers may come in before their steps went out: a script that knows the steps writes them
// all at once.
const maxAhead = 16

// jsonLines is the conversation for programs: one object a line, out on standard output and in on standard input.
type jsonLines struct {
	out     io.Writer
	attempt Attempt
	last    signin.Step     // the step that an answer belongs to; nil while there is none
	ahead   []signin.Answer // came in before their step went out
	ended   bool            // no more lines come in
	outcome error
}

// speakJSON leads the conversation to its end.
func (c *call) speakJSON(ctx context.Context, a Attempt) error {
	stop := make(chan struct{})
	defer close(stop)
	j := &jsonLines{out: c.Stdout, attempt: a, outcome: errUnfinished}
	defer j.wipe()
	typed := lines(c.Stdin, stop)
	interrupted := ctx.Done()
	var troubled signin.Trouble
	var cause <-chan *problem.Problem
	for {
		steps := a.Steps()
		if cause != nil {
			steps = nil // what comes next is told after it
		}
		select {
		case step, more := <-steps:
			if !more {
				return j.outcome
			}
			if trouble, ok := step.(signin.Trouble); ok {
				if cause = c.cause(ctx, trouble.Problem); cause != nil {
					troubled = trouble
					continue
				}
			}
			j.say(step)
		case troubled.Problem = <-cause:
			cause = nil
			j.say(troubled)
		case l := <-typed:
			if l.err != nil && !errors.Is(l.err, errLineTooLong) {
				typed, j.ended = nil, true
			} else {
				j.hear(l)
			}
		case <-interrupted:
			interrupted = nil
			a.Cancel()
		}
		j.goOn()
	}
}

// say writes a step. Working is for people only.
func (j *jsonLines) say(step signin.Step) {
	switch s := step.(type) {
	case signin.Working:
		return
	case signin.Notice:
	case signin.Done:
		j.last, j.outcome = nil, nil
	case signin.Trouble:
		if !s.Problem.Again {
			j.last, j.outcome = nil, said{s.Problem}
		}
	default:
		j.last = step
	}
	j.write(step)
}

func (j *jsonLines) write(step signin.Step) {
	text, err := signin.MarshalStep(step)
	if err == nil {
		_, err = j.out.Write(append(text, '\n'))
	}
	if err != nil {
		j.attempt.Cancel() // nobody listens
	}
}

// hear takes a line in. What is no answer at all is refused at once.
func (j *jsonLines) hear(l line) {
	if len(l.text) == 0 && l.err == nil {
		return
	}
	answer, err := signin.Answer{}, l.err
	if err == nil {
		answer, err = signin.ParseAnswer(l.text)
		clear(l.text)
	}
	switch {
	case err != nil:
		j.refuse(problem.New(problem.WrongUsage, problem.Titled("This line was not understood."),
			problem.Do("Send one JSON object a line. latchkey help login tells more."), problem.Caused(err)))
	case answer.Cancel:
		j.attempt.Cancel()
	case len(j.ahead) == maxAhead:
		j.refuse(problem.New(problem.WrongUsage, problem.Titled("Too many answers came before their questions."),
			problem.Do("Answer a step after it was asked.")))
	default:
		j.ahead = append(j.ahead, answer)
	}
}

// goOn gives the attempt the answers that are there, and ends it when it waits for one that cannot come any more.
func (j *jsonLines) goOn() {
	for j.last != nil && len(j.ahead) > 0 {
		answer := j.ahead[0]
		j.ahead = j.ahead[1:]
		if err := j.attempt.Answer(answer); err != nil {
			j.refuse(unfit(err))
		} else if waits(j.last) || answer.Use != "" || answer.Resend { // another step follows
			j.last = nil
		}
	}
	if j.ended && waits(j.last) {
		j.last = nil
		j.attempt.Cancel()
	}
}

// refuse says why an answer changed nothing, and repeats the step it may have been meant for.
func (j *jsonLines) refuse(trouble *problem.Problem) {
	again := *trouble
	again.Again = true
	j.write(signin.Trouble{Problem: &again, AttemptsLeft: -1})
	if j.last != nil {
		j.write(j.last)
	}
}

// unfit puts the error of an answer that changed nothing into words.
func unfit(err error) *problem.Problem {
	if errors.Is(err, signin.ErrUnfit) || errors.Is(err, signin.ErrStale) || errors.Is(err, signin.ErrNotWaiting) {
		return problem.New(problem.WrongUsage, problem.Titled("This answer does not fit the question."),
			problem.Do("Answer the step that is shown, with its id."), problem.Caused(err))
	}
	return problem.From(err)
}

// waits reports whether a step needs an answer.
func waits(step signin.Step) bool {
	switch step.(type) {
	case signin.Credentials, signin.Code, signin.Choose, signin.Confirm, signin.NewPassword, signin.NewRecoveryCode:
		return true
	}
	return false
}

func (j *jsonLines) wipe() {
	for _, a := range j.ahead {
		a.Wipe()
	}
}

// jsonProblem writes a problem that keeps an attempt from starting as its only line.
func (c *call) jsonProblem(asJSON bool, err error) error {
	if !asJSON {
		return err
	}
	trouble := *problem.From(err)
	trouble.Again = false
	text, marshalErr := signin.MarshalStep(signin.Trouble{Problem: &trouble, AttemptsLeft: -1})
	if marshalErr != nil {
		return err
	}
	if _, writeErr := c.Stdout.Write(append(text, '\n')); writeErr != nil {
		return err
	}
	return said{&trouble}
}
