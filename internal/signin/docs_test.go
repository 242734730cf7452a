package signin_test

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"latchkey/internal/signin"
)

// Every step and every member of an answer is on the page for programs, and its examples of answers are understood.
func TestStepsAndAnswersAreDocumented(t *testing.T) {
	raw, err := os.ReadFile("../../docs/json-lines.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(raw)
	for _, s := range []signin.Step{
		signin.Credentials{}, signin.Code{}, signin.Choose{}, signin.Browser{}, signin.Device{}, signin.Confirm{},
		signin.Approve{}, signin.NewPassword{}, signin.NewRecoveryCode{},
		signin.Notice{}, signin.Trouble{}, signin.Done{},
	} {
		if !strings.Contains(page, `{"step":"`+s.Name()+`"`) {
			t.Errorf("no example of the step %q", s.Name())
		}
		for field := range reflect.TypeOf(s).Fields() {
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			if name != "" && name != "-" && !strings.Contains(page, `"`+name+`":`) {
				t.Errorf("%s: the member %q is not shown", s.Name(), name)
			}
		}
	}
	for line := range strings.Lines(page) {
		for _, answer := range strings.Split(strings.ReplaceAll(line, " or {", "← {"), "←")[1:] {
			answer, _, _ = strings.Cut(answer, " (")
			if answer = strings.TrimSpace(answer); !strings.HasPrefix(answer, "{") {
				continue
			}
			if _, err := signin.ParseAnswer([]byte(answer)); err != nil {
				t.Errorf("%s is not understood: %v", answer, err)
			}
		}
	}
}
