package pac

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// The tests start this very program to run scripts, as the real ones do.
func TestMain(m *testing.M) {
	if Started(os.Args) {
		os.Exit(Serve(os.Stdin, os.Stdout))
	}
	goleak.VerifyTestMain(m)
}
