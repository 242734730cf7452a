package terminal

import (
	"errors"
	"io"
)

// maxLine is the longest line that is taken in. An address that comes back from a sign-in page has to fit.
const maxLine = 64 << 10

var errLineTooLong = errors.New("line is too long")

// line is one line that was typed, without its end; or why there are no more.
type line struct {
	text []byte // wipe it after use: it may be a password
	err  error  // errLineTooLong: this one line is lost; anything else: the last line
}

// lines reads line by line, one ahead at most. It reads until the input ends or stop is closed; a read that is
// under way then is left to the end of the process.
func lines(r io.Reader, stop <-chan struct{}) <-chan line {
	c := make(chan line)
	go func() {
		reader := lineReader{r: r}
		for {
			text, err := reader.next()
			select {
			case c <- line{text, err}:
			case <-stop:
				clear(text)
				return
			}
			if err != nil && !errors.Is(err, errLineTooLong) {
				return
			}
		}
	}()
	return c
}

// lineReader splits its input into lines and keeps no copy of what it has handed out. A bufio.Reader would.
type lineReader struct {
	r      io.Reader
	chunk  [4096]byte
	unread []byte // of chunk
	atEnd  error
}

// next returns the next line without "\n" or "\r\n". The caller owns it. A last line without an end counts as a line.
func (l *lineReader) next() ([]byte, error) {
	text := make([]byte, 0, len(l.chunk))
	for tooLong := false; ; {
		for i, b := range l.unread {
			l.unread[i] = 0
			if b == '\n' {
				l.unread = l.unread[i+1:]
				if tooLong {
					return nil, errLineTooLong
				}
				if n := len(text); n > 0 && text[n-1] == '\r' {
					text = text[:n-1]
				}
				return text, nil
			}
			switch {
			case tooLong:
			case len(text) == maxLine:
				clear(text)
				tooLong = true
			default:
				text = grow(text)
				text = append(text, b)
			}
		}
		if l.unread = nil; l.atEnd != nil {
			if len(text) > 0 && !tooLong {
				return text, nil
			}
			return nil, l.atEnd
		}
		n, err := l.r.Read(l.chunk[:])
		l.unread, l.atEnd = l.chunk[:n], err
	}
}

// grow makes room for one more byte and wipes the memory that is given up.
func grow(text []byte) []byte {
	if len(text) < cap(text) {
		return text
	}
	bigger := make([]byte, len(text), 2*cap(text))
	copy(bigger, text)
	clear(text)
	return bigger
}
