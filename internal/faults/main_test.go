//go:build faults && linux

package faults

import (
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"testing"

	"latchkey/internal/faults/lab"
	"latchkey/internal/proxy/pac"
)

// inside names the scenario that a process started in namespaces of its own is to act out.
const inside = "LATCHKEY_FAULT"

func TestMain(m *testing.M) {
	if pac.Started(os.Args) {
		os.Exit(pac.Serve(os.Stdin, os.Stdout))
	}
	if name := os.Getenv(inside); name != "" {
		if err := actOut(name); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	flag.Parse()
	// A diagnosis mostly waits, so more of them fit beside each other than there are processors.
	if err := flag.Set("test.parallel", "12"); err != nil {
		log.Fatal(err)
	}
	if err := errors.Join(lab.Usable(), lab.Missing()); err != nil {
		fmt.Fprintf(os.Stderr, "faults: %v\n", err)
		os.Exit(1)
	}
	file, remove, err := build()
	if err != nil {
		fmt.Fprintf(os.Stderr, "faults: %v\n", err)
		os.Exit(1)
	}
	latchkey = file
	code := m.Run()
	remove()
	os.Exit(code)
}

// latchkey is the program, built for these tests.
var latchkey string
