//go:build e2e

package e2e

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// terminal is a program at a real terminal, with somebody who reads and types.
type terminal struct {
	process *exec.Cmd
	keys    *os.File
	said    transcript
	read    int // how much of said was waited for
	ended   chan error
}

// atTerminal runs `latchkey ARGS` at a terminal of its own.
func (d *desk) atTerminal(t *testing.T, args ...string) *terminal {
	t.Helper()
	keys, screen, err := openTerminal()
	if err != nil {
		t.Fatalf("open a terminal: %v", err)
	}
	term := &terminal{process: d.command(parts.latchkey, args...), keys: keys, ended: make(chan error, 1)}
	c := term.process
	c.Stdin, c.Stdout, c.Stderr = screen, screen, screen
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	screen.Close()
	drained := make(chan struct{})
	go func() {
		_, _ = io.Copy(&term.said, keys) // ends when the last program leaves the terminal
		close(drained)
	}()
	go func() {
		err := c.Wait()
		select {
		case <-drained: // all that was said is there
		case <-time.After(5 * time.Second): // a browser may have stayed
		}
		term.ended <- err
	}()
	t.Cleanup(func() {
		if c.ProcessState == nil {
			_ = c.Process.Kill()
			<-term.ended
		}
		keys.Close()
		if t.Failed() {
			t.Logf("latchkey %v said:\n%s", args, term.said.String())
		}
	})
	return term
}

// openTerminal opens a pair of pseudo-terminal ends, 100 columns wide.
func openTerminal() (keys, screen *os.File, err error) {
	keys, err = os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, nil, err
	}
	number, err := unix.IoctlGetInt(int(keys.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(keys.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		err = unix.IoctlSetWinsize(int(keys.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 40, Col: 100})
	}
	if err == nil {
		screen, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	}
	if err != nil {
		keys.Close()
		return nil, nil, err
	}
	return keys, screen, nil
}

// sees waits until the terminal shows words that were not waited for before, and returns all since then.
func (m *terminal) sees(t *testing.T, words string) string {
	t.Helper()
	var since string
	eventually(t, fmt.Sprintf("the terminal shows %q", words), func() bool {
		since = m.said.String()[m.read:]
		if at := strings.Index(since, words); at >= 0 {
			since = since[:at+len(words)]
			return true
		}
		select {
		case err := <-m.ended:
			m.ended <- err
			if !strings.Contains(m.said.String()[m.read:], words) {
				t.Fatalf("latchkey has ended (%v) without saying %q", err, words)
			}
		default:
		}
		return false
	})
	m.read += len(since)
	return since
}

// types types a line.
func (m *terminal) types(t *testing.T, line string) {
	t.Helper()
	if _, err := m.keys.WriteString(line + "\r"); err != nil {
		t.Fatal(err)
	}
}

// signsIn answers the questions for e-mail and password; an empty e-mail is the one that is suggested.
func (m *terminal) signsIn(t *testing.T, username, password string) {
	t.Helper()
	m.sees(t, "E-mail")
	m.types(t, username)
	m.sees(t, "Password: ")
	m.types(t, password)
}

// ends waits for the program's end and returns its exit code.
func (m *terminal) ends(t *testing.T) int {
	t.Helper()
	select {
	case err := <-m.ended:
		m.ended <- err
		return m.process.ProcessState.ExitCode()
	case <-time.After(patience):
		t.Fatal("latchkey does not end")
		return -1
	}
}
