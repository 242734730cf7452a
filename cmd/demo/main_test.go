package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"go.uber.org/goleak"

	"latchkey/internal/clock"
	"latchkey/internal/signin"
	"latchkey/internal/terminal"
	"latchkey/internal/wiring"
)

// TestMain plays the other programs when it is started in their place.
func TestMain(m *testing.M) {
	log.SetOutput(io.Discard)
	slog.SetDefault(slog.New(slog.DiscardHandler))
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case "as-latchkey":
			os.Exit(latchkey(os.Args[2:]))
		case "as-window":
			_, err := os.Stat(os.Getenv("LATCHKEY_CONFIG"))
			if _, other := os.LookupEnv("LATCHKEY_OTHER"); err != nil || other || os.Getenv("LATCHKEY_STATE") == "" {
				os.Exit(1)
			}
			_, _ = os.Stderr.WriteString("the window was here\n")
			os.Exit(0)
		case "as-broken-window":
			os.Exit(1)
		}
	}
	goleak.VerifyTestMain(m)
}

// latchkey is cmd/latchkey without what only a process of its own needs.
func latchkey(args []string) int {
	console, end := terminal.OpenConsole(os.Stdin, os.Stderr, os.Getenv)
	defer end()
	p := terminal.Program{
		Args: args, Environ: os.Environ(), Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Console: console, Clock: clock.System{},
		Parts: func(configPath string, mayCreate bool) (*terminal.Parts, error) {
			parts, err := wiring.New(wiring.Options{ConfigPath: configPath, MayCreate: mayCreate})
			if err != nil {
				return nil, err
			}
			return &terminal.Parts{
				Settings: parts.Settings, Sessions: parts.Sessions, Close: parts.Close,
				Start: func(ctx context.Context, o signin.Options) terminal.Attempt {
					return signin.Start(ctx, parts.SignIn, o)
				},
			}, nil
		},
	}
	return p.Run(context.Background())
}

// screen is what a program printed; it may be read while the program runs.
type screen struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(b)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// await waits until the screen shows a text.
func (s *screen) await(t *testing.T, text string) {
	t.Helper()
	for range 6000 {
		if strings.Contains(s.String(), text) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("%q never came:\n%s", text, s)
}

// newProgram returns the demo as a test starts it: no display, no terminal, no keychain.
func newProgram(t *testing.T) (*program, *screen) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	out := new(screen)
	t.Setenv("TMPDIR", t.TempDir())
	return &program{
		stdin: strings.NewReader(""), stdout: out, stderr: out,
		environ:  []string{"HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH"), "TMPDIR=" + os.Getenv("TMPDIR"), "LATCHKEY_OTHER=1", "DBUS_SESSION_BUS_ADDRESS="},
		latchkey: []string{self, "as-latchkey"}, desktop: []string{self, "as-window"},
		bus: func(context.Context, string) (string, func()) { return "", func() {} },
	}, out
}

// nothingLeft checks that the world's folder is gone.
func nothingLeft(t *testing.T) {
	t.Helper()
	left, err := filepath.Glob(filepath.Join(os.Getenv("TMPDIR"), "latchkey-demo-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func TestUsage(t *testing.T) {
	for _, c := range []struct {
		args []string
		want int
	}{{[]string{"--help"}, 0}, {[]string{"--listen", "0.0.0.0:80"}, 2}, {[]string{"now"}, 2}} {
		p, out := newProgram(t)
		if code := p.run(t.Context(), c.args); code != c.want || !strings.Contains(out.String(), "latchkey-demo [--no-desktop] [--json]") {
			t.Errorf("%v: exit %d\n%s", c.args, code, out)
		}
	}
}

func TestJSONLine(t *testing.T) {
	p, out := newProgram(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	done := make(chan int)
	go func() { done <- p.run(ctx, []string{"--no-desktop", "--json"}) }()
	out.await(t, "\n")
	var line map[string]any
	if err := json.Unmarshal([]byte(out.String()), &line); err != nil {
		t.Fatalf("%v in %q", err, out)
	}
	for _, name := range []string{"config", "control_url", "mailbox_url", "phone_url", "status_url", "users"} {
		if line[name] == nil {
			t.Errorf("there is no %q", name)
		}
	}
	users, _ := line["users"].([]any)
	for _, u := range users {
		user, _ := u.(map[string]any)
		for _, name := range []string{"org", "username", "password", "totp_secret", "note"} {
			if _, ok := user[name].(string); !ok {
				t.Errorf("a user without %q: %v", name, user)
			}
		}
	}
	control, _ := line["control_url"].(string)
	answer, err := http.Get(control + "/scenario") //nolint:noctx // it is a test's own server
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	http.DefaultClient.CloseIdleConnections()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("the panel answers %d", answer.StatusCode)
	}
	stop()
	if code := <-done; code != 0 {
		t.Errorf("exit %d", code)
	}
	if strings.Count(out.String(), "\n") != 1 {
		t.Errorf("more than one line:\n%s", out)
	}
	nothingLeft(t)
}

func TestAccountsAreListed(t *testing.T) {
	p, out := newProgram(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	done := make(chan int)
	go func() { done <- p.run(ctx, []string{"--no-desktop"}) }()
	out.await(t, "until Ctrl-C")
	for _, want := range []string{"amy@acme.example", "sunny-harbour-42", `"  Grüße`, "gina@globex.example", "in the shape of Auth0", "hana@hooli.example", "Panel", "Phone", "Mailbox", "http://127.0.0.1:"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not shown:\n%s", want, out)
		}
	}
	for line := range strings.Lines(out.String()) { // a terminal would break it anywhere
		if utf8.RuneCountInString(strings.TrimRight(line, "\n")) > 80 {
			t.Errorf("more than 80 characters: %s", line)
		}
	}
	stop()
	if code := <-done; code != 0 {
		t.Errorf("exit %d", code)
	}
	nothingLeft(t)
}

func TestWindow(t *testing.T) {
	p, out := newProgram(t)
	p.display = true
	if code := p.run(t.Context(), nil); code != 0 || !strings.Contains(out.String(), "the window was here") {
		t.Errorf("exit %d\n%s", code, out)
	}
	nothingLeft(t)
}

func TestTerminal(t *testing.T) {
	p, out := newProgram(t)
	p.terminal, p.display = true, true
	p.desktop[1] = "as-broken-window"
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	done := make(chan int)
	go func() { done <- p.run(ctx, nil) }()
	out.await(t, "until Ctrl-C")
	for _, want := range []string{"The window could not be shown", "latchkey login", "export LATCHKEY_CONFIG="} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not shown:\n%s", want, out)
		}
	}
	stop()
	if code := <-done; code != 0 {
		t.Errorf("exit %d", code)
	}
	nothingLeft(t)
}

// Without a keychain the play leaves out what needs one; the end-to-end tests play it with one.
func TestPlay(t *testing.T) {
	p, out := newProgram(t)
	if code := p.run(t.Context(), nil); code != 0 {
		t.Fatalf("exit %d\n%s", code, out)
	}
	for _, want := range []string{"Amy Agent is signed in, with 3 requests", "no keychain", "Ben Baker is signed in", "Cora Corp is signed in", "Glen Grey is signed in", "All of it worked"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not shown:\n%s", want, out)
		}
	}
	nothingLeft(t)
}

func TestPlayThatFails(t *testing.T) {
	p, out := newProgram(t)
	p.latchkey = []string{p.latchkey[0], "as-broken-window"}
	if code := p.run(t.Context(), nil); code != 1 || !strings.Contains(out.String(), "✗") {
		t.Errorf("exit %d\n%s", code, out)
	}
	nothingLeft(t)
}

func TestLatchkeyIsNotBuilt(t *testing.T) {
	p, out := newProgram(t)
	p.latchkey, p.desktop = nil, nil
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	done := make(chan int)
	go func() { done <- p.run(ctx, nil) }()
	out.await(t, "make build")
	stop()
	<-done
}
