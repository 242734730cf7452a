//go:build darwin || windows

package browser

import (
	"runtime"
	"sync"

	"github.com/pkg/browser"
)

// quiet keeps what launchers print out of our own output: nil means the null device, without a pipe.
var quiet = sync.OnceFunc(func() { browser.Stdout, browser.Stderr = nil, nil })

// launch starts the system's browser and returns when the launcher is done.
func launch(_ environment, address string) error {
	quiet()
	return browser.OpenURL(address)
}

// preferred names what opens addresses: every one of these systems has it.
func preferred(environment) (string, error) {
	if runtime.GOOS == "darwin" {
		return "open", nil
	}
	return "the default browser of Windows", nil
}

// obstacle tells why there is no point in trying; empty when there is one.
func (e environment) obstacle() string {
	if e.remote() {
		return overSSH
	}
	return ""
}

func whyNot(error) string { return "The system reports an error." }
