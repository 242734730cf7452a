//go:build e2e

package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"latchkey/internal/demo/people"
)

// announcement is the line that `latchkey-demo --json` prints when it is ready.
type announcement struct {
	Config     string `json:"config"`
	ControlURL string `json:"control_url"`
	MailboxURL string `json:"mailbox_url"`
	PhoneURL   string `json:"phone_url"`
	StatusURL  string `json:"status_url"`
	Users      []struct {
		Org, Username, Password, Note string
		TOTPSecret                    string `json:"totp_secret"`
	} `json:"users"`
}

// The demo world as a program: it says where everything is, can be signed in to, acts out a trouble, and leaves nothing.
func TestDemoProgram(t *testing.T) {
	program := start(t, environment("HOME="+t.TempDir()), nil, parts.demo, "--no-desktop", "--json")
	var said announcement
	if err := json.Unmarshal([]byte(program.firstLine(t)), &said); err != nil {
		t.Fatal(err)
	}
	for name, address := range map[string]string{
		"control": said.ControlURL, "mailbox": said.MailboxURL, "phone": said.PhoneURL, "status": said.StatusURL,
	} {
		answer, err := http.Get(address)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			t.Errorf("%s answers with %d", name, answer.StatusCode)
		}
	}
	for _, address := range listening(t, program.Process.Pid) {
		if !address.IP.IsLoopback() {
			t.Errorf("it listens on %s", address)
		}
	}

	settings, err := os.ReadFile(said.Config)
	if err != nil {
		t.Fatal(err)
	}
	d := newDesk(t, string(settings))
	signIn := func() (exit int, problem any) {
		v := d.loginJSON(t, "--with", "password")
		for step := range v.steps {
			switch step["step"] {
			case "credentials":
				for _, u := range said.Users {
					if u.Org == "acme" && u.Username == amy {
						v.answer(t, map[string]any{"id": step["id"], "username": amy, "password": u.Password})
					}
				}
			case "code":
				for _, u := range said.Users {
					if u.Org == "acme" && u.Username == amy {
						v.answer(t, map[string]any{"id": step["id"], "code": people.CodeAt(u.TOTPSecret, time.Now())})
					}
				}
			case "problem":
				problem = step["code"]
				v.answer(t, map[string]any{"cancel": true})
			}
		}
		return v.ends(t), problem
	}
	turn := func(on bool) {
		body := fmt.Sprintf(`{"name":"outage","on":%t}`, on)
		answer, err := http.Post(said.ControlURL+"/scenario", "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode/100 != 2 {
			t.Fatalf("the scenario is answered with %d", answer.StatusCode)
		}
	}
	turn(true)
	eventually(t, "the cause is found, for which a sign-in takes 3 s at most", func() bool {
		exit, problem := signIn()
		if exit != 5 {
			t.Fatalf("while the service is down: exit code %d, problem %v", exit, problem)
		}
		return problem == "service-outage"
	})
	turn(false)
	if exit, problem := signIn(); exit != 0 || !d.signedIn(t, "acme", amy) {
		t.Errorf("exit code %d, problem %v", exit, problem)
	}

	if err := program.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	select {
	case <-program.ended:
	case <-time.After(patience):
		t.Fatal("it does not end when interrupted")
	}
	if program.status != nil {
		t.Errorf("it ended with %v", program.status)
	}
	if _, err := os.Stat(filepath.Dir(said.Config)); !os.IsNotExist(err) {
		t.Errorf("it leaves %s behind: %v", filepath.Dir(said.Config), err)
	}
}

// Without a screen and without a terminal it plays a sign-in by itself, says what each step proves, and ends well.
func TestDemoPlaysByItself(t *testing.T) {
	program := start(t, environment("HOME="+t.TempDir()), bytes.NewReader(nil), parts.demo)
	select {
	case <-program.ended:
	case <-time.After(patience):
		t.Fatal("it does not end")
	}
	if program.status != nil {
		t.Errorf("it ended with %v:\n%s", program.status, program.said.String())
	}
	if !strings.Contains(program.said.String(), "Amy Agent") {
		t.Errorf("it does not say who signed in:\n%s", program.said.String())
	}
}
