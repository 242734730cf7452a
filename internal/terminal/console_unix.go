//go:build unix

package terminal

import "golang.org/x/sys/unix"

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
