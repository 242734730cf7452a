package terminal

import (
	"io"
	"os"
	"runtime"
	"strings"

	"golang.org/x/term"
)

// Console is where people are asked, and where they type.
type Console struct {
	Out    io.Writer           // prompts, and what is said during a sign-in
	People bool                // somebody can type at standard input
	Width  func() int          // characters in a line; 0 when Out is not a terminal
	Echo   func(on bool) error // shows or hides what is typed; nil when there is nothing to hide
	// Resumed tells when this program goes on after somebody had stopped it (Ctrl-Z): the shell has shown what is
	// typed again meanwhile. Nil where programs cannot be stopped.
	Resumed func() (signals <-chan os.Signal, stop func())
	Colour  bool
	ASCII   bool // Out cannot show characters beyond ASCII
	Dumb    bool // Out shows lines of text and nothing else, perhaps aloud: no pictures
}

// OpenConsole looks at the streams of this process. Prompts go to standard error where that is a terminal, else
// to the terminal itself, so that they are seen when standard error goes to a file.
func OpenConsole(stdin, stderr *os.File, getenv func(string) string) (console *Console, closeIt func()) {
	console = &Console{Out: stderr, Width: func() int { return 0 }}
	out, closeIt := stderr, func() {}
	console.People = term.IsTerminal(int(stdin.Fd()))
	shown := term.IsTerminal(int(stderr.Fd()))
	if console.People && !shown {
		if tty, err := os.OpenFile(terminalDevice, os.O_WRONLY, 0); err == nil {
			out, shown, closeIt = tty, true, func() { _ = tty.Close() }
		}
	}
	console.Out = out
	if shown {
		console.Width = func() int { return width(out) }
	}
	if console.People {
		console.Echo = func(on bool) error { return setEcho(int(stdin.Fd()), on) }
		console.Resumed = resumed
	}
	console.Colour = shown && colour(out, getenv)
	console.Dumb = getenv("TERM") == dumb
	console.ASCII = runtime.GOOS != "windows" && !utf8Locale(getenv)
	return console, closeIt
}

// Screen is standard output where that is a terminal.
type Screen struct {
	Width  func() int // characters in a line; 0 when that is not known
	Colour bool
}

// OpenScreen looks at standard output; nil says that it is no terminal.
func OpenScreen(stdout *os.File, getenv func(string) string) *Screen {
	if !term.IsTerminal(int(stdout.Fd())) {
		return nil
	}
	return &Screen{Width: func() int { return width(stdout) }, Colour: colour(stdout, getenv)}
}

func width(terminal *os.File) int {
	width, _, err := term.GetSize(int(terminal.Fd()))
	if err != nil {
		return 0
	}
	return width
}

// dumb is the terminal that can do no more than print lines, such as an editor's own.
const dumb = "dumb"

// colour reports whether a terminal is to be coloured. https://no-color.org: any value that is not empty.
func colour(terminal *os.File, getenv func(string) string) bool {
	return getenv("NO_COLOR") == "" && getenv("TERM") != dumb && supportsColour(int(terminal.Fd()))
}

// utf8Locale reports whether the environment says that the terminal shows UTF-8. The first variable that is set counts
// (POSIX.1-2017, section 8.2).
func utf8Locale(getenv func(string) string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if value := strings.ToUpper(getenv(name)); value != "" {
			return strings.Contains(value, "UTF-8") || strings.Contains(value, "UTF8")
		}
	}
	return runtime.GOOS == "darwin" // sets no locale outside its own terminal programs, and is UTF-8 throughout
}
