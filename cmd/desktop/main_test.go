package main

import (
	"bytes"
	"fmt"
	"log"
	"strings"
	"testing"
)

func TestCommandLine(t *testing.T) {
	for _, test := range []struct {
		args []string
		want options
		bad  bool
	}{
		{nil, options{}, false},
		{[]string{"--config", "c.toml", "--org", "acme", "--print-ready"}, options{config: "c.toml", org: "acme", printReady: true}, false},
		{[]string{"-version"}, options{version: true}, false},
		{[]string{"acme"}, options{}, true},
		{[]string{"--password", "x"}, options{}, true},
	} {
		var said bytes.Buffer
		got, err := parse(test.args, &said)
		if (err != nil) != test.bad {
			t.Errorf("%q: %v", test.args, err)
		}
		if err == nil && got != test.want {
			t.Errorf("%q: %+v, want %+v", test.args, got, test.want)
		}
		if err != nil && said.Len() == 0 {
			t.Errorf("%q is refused in silence", test.args)
		}
	}
}

func TestPR01NoSecretOnTheCommandLine(t *testing.T) {
	for _, flag := range []string{"--password", "--code", "--token", "--client-secret"} {
		var out, said bytes.Buffer
		if code := run([]string{flag, "hunter2"}, &out, &said); code != exitUsage {
			t.Errorf("%s: exit code %d", flag, code)
		}
		if strings.Contains(out.String()+said.String(), "hunter2") {
			t.Errorf("%s: the value is repeated: %s", flag, said.String())
		}
	}
}

func TestVersion(t *testing.T) {
	var out, said bytes.Buffer
	if code := run([]string{"--version"}, &out, &said); code != exitDone || !strings.HasPrefix(out.String(), "latchkey-desktop 0") {
		t.Errorf("exit code %d, said %q", code, out.String())
	}
}

func TestWithoutADisplayThePromptIsNamed(t *testing.T) {
	var said bytes.Buffer
	if code := noWindow(&said, "there is no display"); code != exitUnexpected || !strings.Contains(said.String(), "latchkey login") {
		t.Errorf("exit code %d, said %q", code, said.String())
	}
}

// What Fyne logs when the graphics fail, and what it logs otherwise.
func TestStartUpHearsThatThereWillBeNoWindow(t *testing.T) {
	s := &startUp{}
	logger := log.New(s, "", 0)
	logger.Println("Fyne error: ", "Preferences load error:")
	logger.Println("  Cause:", "something with amy@acme.example")
	if !s.fine() {
		t.Fatalf("heard %q", s.why())
	}
	logger.Println("Fyne error: ", "window creation error")
	logger.Println("  Cause:", fmt.Errorf("APIUnavailable: GLX: no GLXFBConfigs"))
	logger.Println("  Cause:", "something else")
	if s.fine() || !strings.Contains(s.why(), "GLXFBConfigs") || strings.Contains(s.why(), "else") {
		t.Errorf("heard %q", s.why())
	}
}
