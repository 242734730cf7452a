package ui

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
)

// documents is the folder that people keep their documents in, whatever it is called in their language; without one, the home folder.
func documents() (string, error) {
	home, err := os.UserHomeDir()
	if err != nil {
		return "", err
	}
	for _, folder := range []string{userFolder(home, os.Getenv("XDG_CONFIG_HOME")), filepath.Join(home, "Documents")} {
		if info, err := os.Stat(folder); folder != "" && err == nil && info.IsDir() {
			return folder, nil
		}
	}
	return home, nil
}

// userFolder reads the name of the folder where desktops on Linux and BSD note it; empty where they do not.
func userFolder(home, config string) string {
	if config == "" {
		config = filepath.Join(home, ".config")
	}
	file, err := os.Open(filepath.Join(config, "user-dirs.dirs")) // #nosec G304 -- the user's own
	if err != nil {
		return ""
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		name, ok := strings.CutPrefix(strings.TrimSpace(lines.Text()), "XDG_DOCUMENTS_DIR=")
		if !ok {
			continue
		}
		name = strings.Trim(name, `"`)
		if rest, ok := strings.CutPrefix(name, "$HOME/"); ok {
			return filepath.Join(home, rest)
		}
		if filepath.IsAbs(name) {
			return name
		}
	}
	return ""
}

// fromHome writes a path the short way that people know.
func fromHome(path string) string {
	home, err := os.UserHomeDir()
	if err != nil {
		return path
	}
	if rest, ok := strings.CutPrefix(path, home); ok && (rest == "" || rest[0] == filepath.Separator) {
		return "~" + rest
	}
	return path
}

// folderWords names a folder in a sentence; an empty one is not known.
func folderWords(path string) string {
	if short := fromHome(path); short != "~" && short != "" {
		return short
	}
	return "your home folder"
}
