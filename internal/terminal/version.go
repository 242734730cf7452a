package terminal

import (
	"context"
	"fmt"
	"runtime"

	"latchkey/internal/version"
)

type versionJSON struct {
	Version  string `json:"version"`
	Revision string `json:"revision"`
	Modified bool   `json:"modified"`
	Go       string `json:"go"`
	OS       string `json:"os"`
	Arch     string `json:"arch"`
	Newer    string `json:"newer"` // version that is known to be newer; empty: none is
}

func runVersion(_ context.Context, c *call) error {
	flags := c.flags()
	asJSON := flags.Bool("json", false, "")
	if _, err := c.parse(flags, c.args, 0); err != nil {
		return err
	}
	info := version.Read()
	_ = c.load() // settings that are broken do not keep it from telling its version
	if *asJSON {
		out := versionJSON{info.Version, info.Revision, info.Modified, info.Go, runtime.GOOS, runtime.GOARCH, ""}
		if r := c.newer(); r != nil {
			out.Newer = clean(r.Version)
		}
		return writeJSON(c.Stdout, out)
	}
	if _, err := fmt.Fprintf(c.Stdout, "latchkey %s\n", info); err != nil {
		return err
	}
	c.tellNewer()
	return nil
}
