package main

import (
	"bytes"
	"log"
	"os"
	"runtime"
	"strings"
	"sync"
)

// startUp listens to what Fyne logs, which is the only place where it says that there will be no window. Nothing of the log is
// printed: libraries write there, and nobody knows what.
type startUp struct {
	mu     sync.Mutex // guards the following
	reason string
	next   bool // the next line tells the cause
}

func watchStartUp() *startUp {
	s := &startUp{}
	log.SetFlags(0)
	log.SetOutput(s)
	return s
}

// display reports whether there is anything to open a window on, where that can be known beforehand.
func (*startUp) display() bool {
	switch runtime.GOOS {
	case "windows", "darwin":
		return true
	}
	return os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != ""
}

// Write implements io.Writer, one line at a time.
func (s *startUp) Write(line []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch text := string(bytes.TrimSpace(line)); {
	case strings.Contains(text, "window creation error"), strings.Contains(text, "failed to initialise GLFW"):
		if s.reason == "" {
			s.reason, s.next = "the graphics cannot be started", true
		}
	case s.next && strings.HasPrefix(text, "Cause:"):
		s.next = false
		s.reason += " (" + strings.TrimSpace(strings.TrimPrefix(text, "Cause:")) + ")"
	}
	return len(line), nil
}

func (s *startUp) fine() bool { return s.why() == "" }

func (s *startUp) why() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reason
}
