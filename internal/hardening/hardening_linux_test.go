package hardening_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"latchkey/internal/hardening"
)

// The process that is hardened in these tests is the test program, started once more.
func TestMain(m *testing.M) {
	switch os.Getenv("HARDENING_TEST") {
	case "crash":
		raiseLimit()
		hardening.NoDumps()
		hardening.Seal()
		_ = unix.Kill(os.Getpid(), unix.SIGABRT)
		select {}
	case "open", "hardened":
		if os.Getenv("HARDENING_TEST") == "hardened" {
			raiseLimit()
			hardening.NoDumps()
			hardening.Seal()
		}
		var limit unix.Rlimit
		_ = unix.Getrlimit(unix.RLIMIT_CORE, &limit)
		dumpable, _ := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0)
		if limit.Cur == 0 {
			os.Stdout.WriteString("no core, ")
		}
		if dumpable == 0 {
			os.Stdout.WriteString("sealed")
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// raiseLimit allows core dumps as far as the system does, so that there is something to forbid.
func raiseLimit() {
	var limit unix.Rlimit
	_ = unix.Getrlimit(unix.RLIMIT_CORE, &limit)
	limit.Cur = limit.Max
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &limit)
}

func run(t *testing.T, mode string) ([]byte, error) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), "HARDENING_TEST="+mode)
	out, err := cmd.Output()
	files, readErr := os.ReadDir(cmd.Dir)
	if readErr != nil || len(files) > 0 {
		t.Errorf("left behind: %v %v", files, readErr)
	}
	return out, err
}

func TestPR04SealedFromOtherPrograms(t *testing.T) {
	out, err := run(t, "hardened")
	if err != nil || string(out) != "no core, sealed" {
		t.Errorf("got %q, %v", out, err)
	}
	if out, err := run(t, "open"); err != nil || bytes.Contains(out, []byte("sealed")) {
		t.Errorf("without hardening: %q, %v", out, err)
	}
}

func TestPR05NoCoreDump(t *testing.T) {
	_, err := run(t, "crash")
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok {
		t.Fatalf("did not crash: %v", err)
	}
	if strings.Contains(exit.ProcessState.String(), "core dumped") {
		t.Error("a core was dumped")
	}
}

func TestUndoGivesTheLimitBack(t *testing.T) {
	var before, during, after unix.Rlimit
	_ = unix.Getrlimit(unix.RLIMIT_CORE, &before)
	undo := hardening.NoDumps()
	_ = unix.Getrlimit(unix.RLIMIT_CORE, &during)
	undo()
	_ = unix.Getrlimit(unix.RLIMIT_CORE, &after)
	if during.Cur != 0 || after != before {
		t.Errorf("before %v, during %v, after %v", before, during, after)
	}
}
