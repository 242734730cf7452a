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
}

func runVersion(_ context.Context, c *call) error {
	flags := c.flags()
	asJSON := flags.Bool("json", false, "")
	if _, err := c.parse(flags, c.args, 0); err != nil {
		return err
	}
	info := version.Read()
	if *asJSON {
		return writeJSON(c.Stdout, versionJSON{info.Version, info.Revision, info.Modified, info.Go, runtime.GOOS, runtime.GOARCH})
	}
	_, err := fmt.Fprintf(c.Stdout, "latchkey %s\n", info)
	return err
}
