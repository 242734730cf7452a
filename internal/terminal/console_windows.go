package terminal

import (
	"os"

	"golang.org/x/sys/windows"
)

const terminalDevice = "CONOUT$"

// setEcho shows or hides what is typed at a console.
func setEcho(fd int, on bool) error {
	var mode uint32
	if err := windows.GetConsoleMode(windows.Handle(fd), &mode); err != nil {
		return err
	}
	if on {
		mode |= windows.ENABLE_ECHO_INPUT
	} else {
		mode &^= windows.ENABLE_ECHO_INPUT
	}
	return windows.SetConsoleMode(windows.Handle(fd), mode)
}

// supportsColour switches escape sequences on, which older consoles cannot.
func supportsColour(fd int) bool {
	var mode uint32
	if windows.GetConsoleMode(windows.Handle(fd), &mode) != nil {
		return false
	}
	return windows.SetConsoleMode(windows.Handle(fd), mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}

// resumed never tells: programs are not stopped here.
func resumed() (signals <-chan os.Signal, stop func()) { return nil, func() {} }
