//go:build unix

package terminal

import (
	"os"
	"os/signal"

	"golang.org/x/sys/unix"
)

const terminalDevice = "/dev/tty"

// setEcho shows or hides what is typed at a terminal. Everything else stays: lines are edited by the terminal, Ctrl-C
// interrupts.
func setEcho(fd int, on bool) error {
	state, err := unix.IoctlGetTermios(fd, getTermios)
	if err != nil {
		return err
	}
	if on {
		state.Lflag |= unix.ECHO
	} else {
		state.Lflag &^= unix.ECHO
	}
	return unix.IoctlSetTermios(fd, setTermios, state)
}

func supportsColour(int) bool { return true }

func resumed() (signals <-chan os.Signal, stop func()) {
	c := make(chan os.Signal, 1)
	signal.Notify(c, unix.SIGCONT)
	return c, func() { signal.Stop(c) }
}
