package config

import (
	"path/filepath"

	"golang.org/x/sys/windows"
)

// policyFile asks Windows for the folder: the variable %ProgramData% is the user's to change.
func policyFile() string {
	folder, err := windows.KnownFolderPath(windows.FOLDERID_ProgramData, 0)
	if err != nil {
		folder = `C:\ProgramData`
	}
	return filepath.Join(folder, "Latchkey", "policy.toml")
}
