package browser

import (
	"os"
	"strings"
)

// environment is what this process was started with.
type environment []string

func read(env []string) environment {
	if env == nil {
		env = os.Environ()
	}
	return env
}

func (e environment) get(name string) string {
	for i := len(e) - 1; i >= 0; i-- {
		if value, ok := strings.CutPrefix(e[i], name+"="); ok {
			return value
		}
	}
	return ""
}

// remote reports whether somebody works here over SSH: a browser would open on a screen that they may not see.
func (e environment) remote() bool {
	return e.get("SSH_CONNECTION") != "" || e.get("SSH_TTY") != ""
}

const overSSH = "You work on this computer over SSH, and a browser would open on its own screen."
