package problem_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"latchkey/internal/problem"
)

func TestCodesAreStableNames(t *testing.T) {
	shape := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	for code := range problem.All() {
		if !shape.MatchString(string(code)) {
			t.Errorf("%q is not lower-case and hyphenated", code)
		}
	}
}

// The words are for someone in a hurry: whole sentences, no shouting, no words of the protocol.
func TestWordsReadWell(t *testing.T) {
	protocol := regexp.MustCompile(`(?i)\b(oauth|oidc|grant|bearer|jwt|jwks|nonce|redirect_uri|http \d+|invalid|null|error code|please)\b`)
	for code, p := range problem.All() {
		for part, text := range map[string]string{"title": p.Title, "why": p.Why, "fix": p.Fix} {
			switch {
			case text == "" && part != "why":
				t.Errorf("%s: no %s", code, part)
			case text == "":
			case strings.Contains(text, "!"):
				t.Errorf("%s: the %s shouts: %s", code, part, text)
			case !strings.HasSuffix(text, "."):
				t.Errorf("%s: the %s is not a sentence: %s", code, part, text)
			case protocol.MatchString(text):
				t.Errorf("%s: the %s speaks protocol: %s", code, part, text)
			}
		}
		if len([]rune(p.Title)) > 72 {
			t.Errorf("%s: the title does not fit in one line: %s", code, p.Title)
		}
	}
}

func TestExitCodesAreTheContract(t *testing.T) {
	for kind, want := range map[problem.Kind]int{
		problem.Unexpected: 1, problem.Usage: 2, problem.NobodySignedIn: 3, problem.Refused: 4,
		problem.Unreachable: 5, problem.Keychain: 6, problem.Settings: 7,
	} {
		if got := kind.ExitCode(); got != want {
			t.Errorf("kind %d: exit code %d, want %d", kind, got, want)
		}
	}
}

func TestFrom(t *testing.T) {
	locked := problem.New(problem.KeychainLocked)
	for _, c := range []struct {
		name string
		err  error
		want problem.Code
	}{
		{"itself", locked, problem.KeychainLocked},
		{"wrapped", fmt.Errorf("save session: %w", locked), problem.KeychainLocked},
		{"joined", errors.Join(errors.New("other"), locked), problem.KeychainLocked},
		{"cancelled", fmt.Errorf("wait: %w", context.Canceled), problem.GivenUp},
		{"anything else", errors.New("boom"), problem.UnexpectedError},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := problem.From(c.err).Code; got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
	if problem.From(nil) != nil {
		t.Error("From(nil) is a problem")
	}
}

func TestWhatIsBehindIsReachableAndNotPrinted(t *testing.T) {
	behind := errors.New("canary body of a server")
	err := fmt.Errorf("refresh: %w", problem.New(problem.ServerAnswer, problem.Caused(behind), problem.Because("It says no.")))
	if !errors.Is(err, behind) {
		t.Error("what is behind is not reachable")
	}
	if strings.Contains(err.Error(), "canary") {
		t.Errorf("printed: %v", err)
	}
	if !errors.Is(err, problem.New(problem.ServerAnswer)) || errors.Is(err, problem.New(problem.TimedOut)) {
		t.Error("errors.Is does not compare codes")
	}
	if !problem.Has(err, problem.ServerAnswer) || problem.Has(err, problem.TimedOut) {
		t.Error("Has does not find the code")
	}
}

func TestOptionsChangeOneProblemOnly(t *testing.T) {
	p := problem.New(problem.CredentialsRefused, problem.Titled("T %d", 1), problem.Because("W"), problem.Do("F"), problem.Final())
	if p.Title != "T 1" || p.Why != "W" || p.Fix != "F" || p.Again {
		t.Errorf("got %+v", p)
	}
	if fresh := problem.New(problem.CredentialsRefused); fresh.Title == p.Title || !fresh.Again {
		t.Errorf("the catalogue was changed: %+v", fresh)
	}
}

func TestUnknownCodePanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	problem.New("no-such-code")
}
