package terminal

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"rsc.io/qr"
)

func TestLineReader(t *testing.T) {
	long := strings.Repeat("x", maxLine)
	for _, c := range []struct {
		name string
		in   string
		want []string
	}{
		{"nothing", "", []string{"!EOF"}},
		{"one line", "a\n", []string{"a", "!EOF"}},
		{"no end", "a\nb", []string{"a", "b", "!EOF"}},
		{"CRLF", "a\r\n\r\nb\r\n", []string{"a", "", "b", "!EOF"}},
		{"only the line end goes", " a \t\r\r\n", []string{" a \t\r", "!EOF"}},
		{"not UTF-8", "\xff\x00\n", []string{"\xff\x00", "!EOF"}},
		{"longest", long + "\nb\n", []string{long, "b", "!EOF"}},
		{"too long", long + "xy\nb\n", []string{"!line is too long", "b", "!EOF"}},
		{"too long to the end", long + "x", []string{"!EOF"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for name, r := range map[string]io.Reader{
				"at once": strings.NewReader(c.in), "byte by byte": iotest.OneByteReader(strings.NewReader(c.in)), "data with its end": iotest.DataErrReader(strings.NewReader(c.in)),
			} {
				reader, got := lineReader{r: r}, []string(nil)
				for {
					text, err := reader.next()
					if err != nil {
						got = append(got, "!"+err.Error())
					} else {
						got = append(got, string(text))
					}
					if err != nil && !errors.Is(err, errLineTooLong) {
						break
					}
				}
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Errorf("%s: %s", name, diff)
				}
			}
		})
	}
}

// The reader hands out the only copy of what was typed.
func TestLineReaderKeepsNothing(t *testing.T) {
	reader := lineReader{r: strings.NewReader("CANARY\nnext\n")}
	if _, err := reader.next(); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(reader.chunk[:]), "CANARY") {
		t.Error("a copy is left")
	}
}

// The picture holds exactly the modules of the code, inside a light border.
func TestQRCodeIsDrawnWhole(t *testing.T) {
	code, err := qr.Encode("https://login.acme.example/device?user_code=WDJB-MJHT", qr.L)
	if err != nil {
		t.Fatal(err)
	}
	for y := -quietZone; y < code.Size+quietZone; y += 2 {
		x := -quietZone
		for _, r := range halfBlocks(code, y) {
			upper, lower := r == '█' || r == '▀', r == '█' || r == '▄'
			if upper == code.Black(x, y) || (lower == code.Black(x, y+1) && y+1 < code.Size+quietZone) {
				t.Fatalf("wrong at %d, %d", x, y)
			}
			x++
		}
		if x != code.Size+quietZone {
			t.Fatalf("row %d has %d modules", y, x)
		}
	}
}

func TestNearest(t *testing.T) {
	known := []string{"login", "logout", "status", "token"}
	for word, want := range map[string]string{"logn": "login", "stats": "status", "tokens": "token", "doctor": "", "x": "", "": ""} {
		if got := nearest(word, known); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		in    string
		width int
		want  string
	}{
		{"one two three", 0, "one two three"},
		{"one two three", 13, "one two three"},
		{"one two three", 12, "one two\nthree"},
		{"open https://login.acme.example/device now", 12, "open\nhttps://login.acme.example/device\nnow"},
		{"  /browser   the sign-in page", 20, "  /browser   the\n  sign-in page"},
		{"  https://login.acme.example/device", 12, "  https://login.acme.example/device"},
		{red + "one two" + reset + " three", 7, red + "one two" + reset + "\nthree"},
		{"ü ü ü", 3, "ü ü\nü"},
	} {
		if got := wrap(c.in, c.width); got != c.want {
			t.Errorf("%q in %d: got %q, want %q", c.in, c.width, got, c.want)
		}
	}
}
