//go:build !darwin && !windows

package browser_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"latchkey/internal/browser"
	"latchkey/internal/problem"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	address = "http://127.0.0.1:4000/go/NONCE"
	soon    = time.Minute
)

// desk is a computer with a folder of launchers.
type desk struct {
	t      *testing.T
	folder string
	env    []string
}

func newDesk(t *testing.T, env ...string) desk {
	folder := t.TempDir()
	return desk{t, folder, append([]string{"PATH=" + folder, "DISPLAY=:7", "HOME=/home/agent"}, env...)}
}

// launcher puts a script into the folder; it knows the folder as $D.
func (d desk) launcher(name, script string) {
	d.t.Helper()
	text := fmt.Sprintf("#!/bin/sh\nD='%s'\nPATH=/usr/bin:/bin\n%s\n", d.folder, script)
	if err := os.WriteFile(filepath.Join(d.folder, name), []byte(text), 0o700); err != nil { //nolint:gosec // a program
		d.t.Fatal(err)
	}
}

func (d desk) open(address string) error {
	return browser.Browser{Env: d.env, Patience: soon}.Open(d.t.Context(), address)
}

// written returns what a script has written, as soon as it has.
func (d desk) written(name string) string {
	d.t.Helper()
	for deadline := time.Now().Add(soon); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		if text, err := os.ReadFile(filepath.Join(d.folder, name)); err == nil {
			return string(text)
		}
	}
	d.t.Fatalf("%s was not written", name)
	return ""
}

func (d desk) exists(name string) bool {
	_, err := os.Stat(filepath.Join(d.folder, name))
	return err == nil
}

func wantNotOpened(t *testing.T, err error, why string) {
	t.Helper()
	p, ok := errors.AsType[*problem.Problem](err)
	if !ok || p.Code != problem.BrowserNotOpened || !strings.Contains(p.Why, why) {
		t.Errorf("got %v, want browser-not-opened because of %q", err, why)
	}
}

func TestAZ09LauncherIsNotCalled(t *testing.T) {
	d := newDesk(t)
	d.launcher("xdg-open", `echo called > $D/called`)
	for _, hostile := range []string{"file:///etc/passwd", "javascript:alert(1)", "--version", "-a Calculator", "https://x/$(calc)", `"; calc`, "http://x.example/"} {
		if err := d.open(hostile); !problem.Has(err, problem.EndpointUnsafe) {
			t.Errorf("%q: %v", hostile, err)
		}
	}
	if d.exists("called") {
		t.Error("the launcher was called")
	}
}

func TestAZ10AndAZ15LauncherGetsOneCleanArgument(t *testing.T) {
	d := newDesk(t)
	d.launcher("xdg-open", `tr '\0' '\n' < /proc/$$/cmdline > $D/argv.new; mv $D/argv.new $D/argv`)
	if err := d.open("HTTP://127.0.0.1:4000/go/NONCE"); err != nil {
		t.Fatal(err)
	}
	argv := strings.Split(strings.TrimSuffix(d.written("argv"), "\n"), "\n")
	if len(argv) != 3 || argv[2] != address {
		t.Errorf("the launcher got %q", argv)
	}
}

func TestAZ11NothingFromTheWorkingFolder(t *testing.T) {
	d := newDesk(t)
	work := desk{t, t.TempDir(), nil}
	for _, name := range []string{"xdg-open", "x-www-browser", "www-browser", "wslview", "open", "open.exe", "xdg-open.exe"} {
		work.launcher(name, `echo called > $D/called`)
	}
	t.Chdir(work.folder)
	for _, path := range []string{".", "", ":", "./", "..:.", ".:" + d.folder, filepath.Base(work.folder)} {
		wantNotOpened(t, browser.Browser{Env: []string{"DISPLAY=:7", "PATH=" + path}, Patience: soon}.Open(t.Context(), address), "nothing on this computer")
	}
	if work.exists("called") {
		t.Error("a program of the working folder was called")
	}
}

func TestAZ13LauncherMissing(t *testing.T) {
	wantNotOpened(t, newDesk(t).open(address), "nothing on this computer")
}

func TestAZ13LauncherFails(t *testing.T) {
	for code, why := range map[int]string{1: "reports an error", 3: "no browser", 4: "preferred browser"} {
		d := newDesk(t)
		d.launcher("xdg-open", fmt.Sprintf("exit %d", code))
		wantNotOpened(t, d.open(address), why)
	}
	d := newDesk(t)
	if err := os.WriteFile(filepath.Join(d.folder, "xdg-open"), []byte("\x7fELF"), 0o700); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
	wantNotOpened(t, d.open(address), "could not be started")
}

func TestAZ13LauncherHangs(t *testing.T) {
	d := newDesk(t)
	d.launcher("xdg-open", `echo $$ > $D/pid.new; mv $D/pid.new $D/pid; exec sleep 600`)
	if err := (browser.Browser{Env: d.env, Patience: time.Millisecond}).Open(t.Context(), address); err != nil {
		t.Fatal(err) // it is there until the browser ends
	}
	pid, err := strconv.Atoi(strings.TrimSpace(d.written("pid")))
	if err != nil {
		t.Fatal(err)
	}
	if session, err := syscall.Getpgid(pid); err != nil || session != pid {
		t.Errorf("Ctrl+C reaches the browser: group %d, %v", session, err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	wantGone(t, pid)
}

// wantGone waits until nothing is left of a process, not even a zombie.
func wantGone(t *testing.T, pid int) {
	t.Helper()
	for deadline := time.Now().Add(soon); ; time.Sleep(2 * time.Millisecond) {
		if syscall.Kill(pid, 0) != nil { // a zombie still answers
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("a zombie is left")
		}
	}
}

func TestAZ13GivenUpWhileTheLauncherRuns(t *testing.T) {
	d := newDesk(t)
	d.launcher("xdg-open", `echo $$ > $D/pid.new; mv $D/pid.new $D/pid; exec sleep 600`)
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan error, 1)
	go func() { result <- browser.Browser{Env: d.env, Patience: soon}.Open(ctx, address) }()
	pid, err := strconv.Atoi(strings.TrimSpace(d.written("pid")))
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-result; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil { // it went on by itself
		t.Error(err)
	}
	wantGone(t, pid)
}

func TestAZ14LauncherGetsNothingItDoesNotNeed(t *testing.T) {
	before := openFiles(t)
	held, err := os.Open("/proc/self/status") // a file of ours
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = held.Close() }()
	read, write, err := os.Pipe() // and a pipe
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _, _ = read.Close(), write.Close() }()
	d := newDesk(t, "LATCHKEY_ACCESS_TOKEN=canary", "GENESYSCLOUD_ACCESS_TOKEN=canary", "LATCHKEY_CONFIG=/x", "AWS_SECRET_ACCESS_KEY=canary", "GITHUB_TOKEN=canary",
		"XDG_RUNTIME_DIR=/run/user/1", "DBUS_SESSION_BUS_ADDRESS=unix:path=/x", "LC_ALL=C", "BROWSER=firefox", "https_proxy=http://proxy:3128")
	d.launcher("xdg-open", `tr '\0' '\n' < /proc/$$/environ > $D/env; echo $$ > $D/pid.new; mv $D/pid.new $D/pid; exec sleep 600`)
	if err := (browser.Browser{Env: d.env, Patience: time.Millisecond}).Open(t.Context(), address); err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(d.written("pid")))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = syscall.Kill(pid, syscall.SIGKILL)
		wantGone(t, pid)
	}()
	env := d.written("env")
	if strings.Contains(env, "canary") || strings.Contains(env, "LATCHKEY") {
		t.Errorf("the launcher got\n%s", env)
	}
	for _, needed := range []string{"DISPLAY=:7", "HOME=/home/agent", "XDG_RUNTIME_DIR=/run/user/1", "DBUS_SESSION_BUS_ADDRESS=", "LC_ALL=C", "BROWSER=firefox", "https_proxy="} {
		if !strings.Contains(env, needed) {
			t.Errorf("the launcher did not get %s", needed)
		}
	}
	folder := fmt.Sprintf("/proc/%d/fd", pid)
	files, err := os.ReadDir(folder)
	if err != nil || len(files) == 0 {
		t.Fatalf("%v, %v", files, err)
	}
	ours := map[string]bool{}
	for number, target := range openFiles(t) {
		if before[number] != target && target != "/dev/null" { // what was there before, whoever started the test left open
			ours[target] = true
		}
	}
	if len(ours) < 2 {
		t.Fatalf("the test holds nothing open: %v", ours)
	}
	for _, f := range files {
		target, err := os.Readlink(filepath.Join(folder, f.Name()))
		if err == nil && (ours[target] || f.Name() < "3" && len(f.Name()) == 1 && target != "/dev/null") {
			t.Errorf("the launcher has %s open as %s", target, f.Name())
		}
	}
}

// openFiles returns what this process has open, by number.
func openFiles(t *testing.T) map[string]string {
	t.Helper()
	files, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	links := map[string]string{}
	for _, f := range files {
		if target, err := os.Readlink("/proc/self/fd/" + f.Name()); err == nil {
			links[f.Name()] = target
		}
	}
	return links
}

func TestAZ19NoScreen(t *testing.T) {
	for _, c := range []struct {
		name string
		env  []string
		why  string // empty: opened
	}{
		{"no screen", nil, "no desktop"},
		{"SSH", []string{"SSH_CONNECTION=1 2 3 4"}, "SSH"},
		{"SSH terminal", []string{"SSH_TTY=/dev/pts/1"}, "SSH"},
		{"SSH with its screen", []string{"SSH_CONNECTION=1 2 3 4", "DISPLAY=localhost:10.0"}, ""},
		{"X11", []string{"DISPLAY=:0"}, ""},
		{"Wayland", []string{"WAYLAND_DISPLAY=wayland-0"}, ""},
		{"WSL", []string{"WSL_DISTRO_NAME=Debian"}, ""},
		{"browser named", []string{"BROWSER=/usr/bin/some"}, ""},
		{"browser named, SSH", []string{"BROWSER=/usr/bin/some", "SSH_CONNECTION=1 2 3 4"}, ""},
		{"empty display", []string{"DISPLAY="}, "no desktop"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t)
			d.env = append([]string{"PATH=" + d.folder}, c.env...)
			d.launcher("xdg-open", "echo called > $D/called")
			err := d.open(address)
			if c.why != "" {
				wantNotOpened(t, err, c.why)
			} else if err != nil {
				t.Error(err)
			}
			if d.exists("called") != (c.why == "") {
				t.Errorf("called: %v", d.exists("called"))
			}
		})
	}
}

func TestTheNextLauncherIsTaken(t *testing.T) {
	for _, name := range []string{"x-www-browser", "wslview", "mine"} {
		d := newDesk(t)
		d.env = append(d.env, "BROWSER="+filepath.Join(d.folder, "mine"))
		d.launcher(name, "echo called > $D/called")
		if err := d.open(address); err != nil || !d.exists("called") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
