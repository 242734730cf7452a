// Package version says which Latchkey this is.
package version

import (
	"runtime/debug"
	"strings"
)

// Version is the version of every program in this repository (Semantic Versioning 2.0.0).
const Version = "0.1.0"

// Info is what a program can tell about its own build.
type Info struct {
	Version  string
	Revision string // of the source it was built from; empty when the build does not know
	Modified bool   // the source had changes that Revision does not have
	Go       string // the toolchain, for instance "go1.26.8"
}

// Read returns what the running program was built from. It reads the build information each time it is called, so
// that a program that does not ask pays nothing.
func Read() Info {
	info := Info{Version: Version}
	build, ok := debug.ReadBuildInfo()
	if !ok {
		return info
	}
	info.Go = build.GoVersion
	for _, s := range build.Settings {
		switch s.Key {
		case "vcs.revision":
			info.Revision = s.Value
		case "vcs.modified":
			info.Modified = s.Value == "true"
		}
	}
	return info
}

// String returns the version in one line, for instance "0.1.0 (4ec77cea1b2c, with changes)".
func (i Info) String() string {
	if i.Revision == "" {
		return i.Version
	}
	var b strings.Builder
	b.WriteString(i.Version + " (" + i.Revision[:min(12, len(i.Revision))])
	if i.Modified {
		b.WriteString(", with changes")
	}
	b.WriteString(")")
	return b.String()
}

// UserAgent is what the programs call themselves to servers. It says no more than the version: neither the system nor
// the user is anybody's business.
func UserAgent() string { return "Latchkey/" + Version }
