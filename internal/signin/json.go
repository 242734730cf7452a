package signin

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	exact "github.com/go-jose/go-jose/v4/json" // encoding/json, but for names that differ in case

	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

// longestAnswer caps a line of `login --json`: a callback address is the longest thing in it.
const longestAnswer = 64 << 10

// MarshalStep returns the step as one line of `login --json`, without the line end; nil for a step that scripts are
// not told (Working).
func MarshalStep(s Step) ([]byte, error) {
	var body any = s
	switch s := s.(type) {
	case Working:
		return nil, nil
	case Trouble:
		body = troubleLine{problemLine: lineOf(s.Problem), Again: s.Problem.Again, Field: s.Field,
			AttemptsLeft: known(s.AttemptsLeft), Until: timeOrNil(s.Until), Region: s.Region, Org: s.Org}
	case Notice:
		body = lineOf(s.Problem)
	case Browser:
		s.Deadline = s.Deadline.UTC()
		line := browserLine{Browser: s}
		if s.Problem != nil {
			told := lineOf(s.Problem)
			line.Problem = &told
		}
		body = line
	case Code:
		s.ResendAt, s.Deadline = notBefore(s.ResendAt), whole(s.Deadline)
		body = s
	case Approve:
		s.ResendAt, s.Deadline = notBefore(s.ResendAt), whole(s.Deadline)
		body = s
	case NewRecoveryCode:
		body = recoveryLine{s, s.Code.Reveal()}
	case Device:
		s.Deadline = s.Deadline.UTC().Truncate(time.Second)
		body = s
	case Done:
		s.ExpiresAt = s.ExpiresAt.UTC().Truncate(time.Second)
		body = s
	}
	members, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("encode step: %w", err)
	}
	head := `{"step":"` + s.Name() + `"`
	if string(members) == "{}" {
		return []byte(head + "}"), nil
	}
	return append([]byte(head+","), members[1:]...), nil
}

// whole is a time as scripts read it.
func whole(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.UTC().Truncate(time.Second)
}

// notBefore is a time to wait for, as scripts read it: whoever waits until then has not come too early.
func notBefore(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return whole(t.Add(time.Second - time.Nanosecond))
}

// recoveryLine tells the one secret that is the agent's to read.
type recoveryLine struct {
	NewRecoveryCode
	RecoveryCode string `json:"recovery_code"`
}

type browserLine struct {
	Browser
	Problem *problemLine `json:"problem,omitempty"` // why the browser did not open
}

type problemLine struct {
	Code  problem.Code `json:"code"`
	Title string       `json:"title"`
	Why   string       `json:"why"`
	Fix   string       `json:"fix"`
}

type troubleLine struct {
	problemLine
	Again        bool       `json:"again"`
	Field        string     `json:"field,omitempty"`
	AttemptsLeft *int       `json:"attempts_left,omitempty"`
	Until        *time.Time `json:"until,omitempty"`
	Region       string     `json:"region,omitempty"`
	Org          string     `json:"org,omitempty"`
}

func lineOf(p *problem.Problem) problemLine { return problemLine{p.Code, p.Title, p.Why, p.Fix} }

func known(n int) *int {
	if n < 0 {
		return nil
	}
	return &n
}

func timeOrNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = notBefore(t)
	return &t
}

// ParseAnswer reads one line of `login --json`: one JSON object without duplicate members. Unknown members, and
// those that differ in case, are ignored. The error never quotes the line, which may hold a password.
func ParseAnswer(line []byte) (Answer, error) {
	if len(line) > longestAnswer {
		return Answer{}, errors.New("the line is too long")
	}
	if transport.StrictObject(line) != nil {
		return Answer{}, errors.New("the line is not one JSON object")
	}
	var ans Answer
	if err := exact.Unmarshal(line, &ans); err != nil {
		ans.Wipe()
		if _, ok := errors.AsType[*exact.UnmarshalTypeError](err); ok {
			return Answer{}, errors.New("a member has the wrong type")
		}
		return Answer{}, errors.New("the line cannot be read")
	}
	return ans, nil
}
