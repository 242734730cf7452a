package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"time"
)

// step is one line of `latchkey login --json`, as far as a script needs it.
type step struct {
	Step  string `json:"step"`
	ID    string `json:"id"`
	Host  string `json:"host"`
	Code  string `json:"code"`
	Title string `json:"title"`
	Fix   string `json:"fix"`
	Again bool   `json:"again"`
	URL   string `json:"url"`
	Stage string `json:"stage"`
	Name  string `json:"name"`

	Method string `json:"method"`
	SentTo string `json:"sent_to"`
	Number string `json:"number"`

	UserCode                string `json:"user_code"`
	VerificationURIComplete string `json:"verification_uri_complete"`
}

// answer is a line back. An empty one answers nothing.
type answer map[string]string

const signInTime = 5 * time.Minute

// converse runs `latchkey login --json` at an organisation and hands each step to reply. It returns the last step.
func (p *program) converse(ctx context.Context, more []string, org string, args []string, reply func(step) (answer, error)) (step, error) {
	ctx, cancel := context.WithTimeout(ctx, signInTime)
	defer cancel()
	c := p.command(ctx, p.latchkey, more, append([]string{"--org", org, "login", "--json"}, args...)...)
	in, err := c.StdinPipe()
	if err != nil {
		return step{}, err
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return step{}, err
	}
	if err := c.Start(); err != nil {
		return step{}, err
	}
	last, err := talk(out, in, reply)
	_ = in.Close()
	if err != nil {
		cancel() // it may wait for an answer that does not come
	}
	if ended := c.Wait(); err == nil && ended != nil {
		err = ended
	}
	return last, err
}

// talk reads steps until there are no more.
func talk(out io.Reader, in io.Writer, reply func(step) (answer, error)) (step, error) {
	var last step
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		var s step
		if err := json.Unmarshal(lines.Bytes(), &s); err != nil {
			return last, fmt.Errorf("a line that is no step: %w", err)
		}
		last = s
		a, err := reply(s)
		if err != nil {
			return last, err
		}
		if len(a) == 0 {
			if s.ID != "" {
				return last, fmt.Errorf("nobody here can answer the step %q", s.Step)
			}
			continue
		}
		text, err := json.Marshal(withID(a, s.ID))
		if err != nil {
			return last, err
		}
		if _, err := in.Write(append(text, '\n')); err != nil {
			return last, err
		}
	}
	if err := lines.Err(); err != nil {
		return last, err
	}
	if last.Step != "done" {
		return last, errors.Join(errors.New("the sign-in did not get to its end"), problemOf(last))
	}
	return last, nil
}

func withID(a answer, id string) answer {
	a = maps.Clone(a)
	a["id"] = id
	return a
}

// problemOf returns a problem that ended a conversation as an error.
func problemOf(s step) error {
	if s.Step != "problem" {
		return nil
	}
	return fmt.Errorf("%s (%s)", s.Title, s.Code)
}
