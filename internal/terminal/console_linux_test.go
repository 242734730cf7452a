package terminal

import (
	"bytes"
	"os"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"
)

// openTerminal returns both ends of a terminal of our own.
func openTerminal(t *testing.T) (keyboard, terminal *os.File) {
	t.Helper()
	keyboard, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = keyboard.Close() })
	if err := unix.IoctlSetPointerInt(int(keyboard.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(keyboard.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	terminal, err = os.OpenFile("/dev/pts/"+strconv.Itoa(n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = terminal.Close() })
	return keyboard, terminal
}

// What is typed while the echo is off does not come back from the terminal; what is typed before and after does.
func TestEchoOff(t *testing.T) {
	keyboard, terminal := openTerminal(t)
	console, closeConsole := OpenConsole(terminal, terminal, func(string) string { return "" })
	defer closeConsole()
	if !console.People {
		t.Fatal("this is a terminal")
	}
	reader := lineReader{r: terminal}
	typeLine := func(text string) {
		t.Helper()
		if _, err := keyboard.WriteString(text + "\n"); err != nil {
			t.Fatal(err)
		}
		if got, err := reader.next(); err != nil || string(got) != text {
			t.Fatalf("read %q, %v", got, err)
		}
	}
	typeLine("amy")
	if err := console.Echo(false); err != nil {
		t.Fatal(err)
	}
	typeLine(" CANARY ")
	if err := console.Echo(true); err != nil {
		t.Fatal(err)
	}
	typeLine("done")
	var shown []byte
	for part := make([]byte, 100); !bytes.Contains(shown, []byte("done\r\n")); {
		n, err := keyboard.Read(part)
		if err != nil {
			t.Fatal(err)
		}
		shown = append(shown, part[:n]...)
	}
	if string(shown) != "amy\r\ndone\r\n" {
		t.Errorf("shown: %q", shown)
	}
}

func TestConsoleOfPipes(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	console, closeConsole := OpenConsole(r, w, func(string) string { return "" })
	defer closeConsole()
	if console.People || console.Colour || console.Width() != 0 || console.Echo != nil {
		t.Errorf("got %+v", console)
	}
}

func TestConsoleColoursAndLetters(t *testing.T) {
	_, terminal := openTerminal(t)
	for _, c := range []struct {
		name          string
		env           map[string]string
		colour, ascii bool
		dumb          bool
	}{
		{"UTF-8", map[string]string{"LANG": "en_GB.UTF-8", "TERM": "xterm"}, true, false, false},
		{"C", map[string]string{"LANG": "en_GB.UTF-8", "LC_ALL": "C", "TERM": "xterm"}, true, true, false},
		{"C.utf8", map[string]string{"LC_CTYPE": "C.utf8"}, true, false, false},
		{"nothing said", nil, true, true, false},
		{"NO_COLOR", map[string]string{"NO_COLOR": "1", "LANG": "C.UTF-8"}, false, false, false},
		{"NO_COLOR is empty", map[string]string{"NO_COLOR": "", "LANG": "C.UTF-8"}, true, false, false},
		{"dumb", map[string]string{"TERM": "dumb", "LANG": "C.UTF-8"}, false, false, true},
	} {
		console, closeConsole := OpenConsole(terminal, terminal, func(name string) string { return c.env[name] })
		if console.Colour != c.colour || console.ASCII != c.ascii || console.Dumb != c.dumb {
			t.Errorf("%s: colour %v, ASCII %v, dumb %v", c.name, console.Colour, console.ASCII, console.Dumb)
		}
		closeConsole()
	}
}
