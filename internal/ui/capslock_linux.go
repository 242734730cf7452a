package ui

import (
	"bytes"
	"os"
	"path/filepath"
	"time"
)

// capsLock reads the keyboard's light.
func capsLock() (on, known bool) {
	time.Sleep(50 * time.Millisecond) // the light follows the key
	lights, err := filepath.Glob("/sys/class/leds/*::capslock/brightness")
	if err != nil {
		return false, false
	}
	for _, light := range lights {
		state, err := os.ReadFile(light)
		if err != nil {
			continue
		}
		known = true
		if !bytes.HasPrefix(bytes.TrimSpace(state), []byte("0")) {
			on = true
		}
	}
	return on, known
}
