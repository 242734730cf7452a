package config

import (
	"cmp"
	"os"
	"path/filepath"
	"runtime"

	"latchkey/internal/problem"
)

// Paths says where the settings and the program's own files are.
type Paths struct {
	Settings string // the user's settings file
	Policy   string // the machine's own file; may not exist
	State    string // folder for files that are kept: accounts, sealed caches, locks (0700)

	named bool // the settings file was asked for by name, so it must exist
}

// DefaultPaths returns the places of the contract: --config (explicit, may be empty), else LATCHKEY_CONFIG, else
// latchkey/config.toml in the user's configuration folder; the machine's policy file of this operating system. The
// state folder is LATCHKEY_STATE, else $XDG_STATE_HOME/latchkey or ~/.local/state/latchkey where XDG rules, else
// latchkey/state in the user's configuration folder.
func DefaultPaths(explicit string) (Paths, error) {
	p := Paths{Policy: policyFile()}
	p.Settings = cmp.Or(explicit, os.Getenv("LATCHKEY_CONFIG"))
	p.named = p.Settings != ""
	if !p.named {
		folder, err := os.UserConfigDir()
		if err != nil {
			return Paths{}, homeless(err)
		}
		p.Settings = filepath.Join(folder, "latchkey", "config.toml")
	}
	var err error
	if p.Settings, err = filepath.Abs(p.Settings); err != nil {
		return Paths{}, homeless(err)
	}
	if p.State, err = stateFolder(); err != nil {
		return Paths{}, homeless(err)
	}
	return p, nil
}

// Creatable returns the same places for somebody who is about to write the settings: Load does not insist on a file
// that was named but is not there yet, and Add creates it.
func (p Paths) Creatable() Paths {
	p.named = false
	return p
}

func stateFolder() (string, error) {
	if folder := os.Getenv("LATCHKEY_STATE"); folder != "" {
		return filepath.Abs(folder)
	}
	switch runtime.GOOS {
	case "windows", "darwin", "ios", "plan9":
		folder, err := os.UserConfigDir()
		return filepath.Join(folder, "latchkey", "state"), err
	}
	// A relative one is to be ignored: XDG Base Directory Specification.
	if folder := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(folder) {
		return filepath.Join(folder, "latchkey"), nil
	}
	home, err := os.UserHomeDir()
	return filepath.Join(home, ".local", "state", "latchkey"), err
}

func homeless(err error) error {
	return problem.New(problem.SettingsUnreadable, problem.Because("The home folder of this account is not known."),
		problem.Do("Name the settings file with --config, and a folder with LATCHKEY_STATE."), problem.Caused(err))
}
