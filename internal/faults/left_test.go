//go:build faults && linux

package faults

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// startedWith returns the processes that have this variable in the environment they were started with.
func startedWith(variable string) (commands []string) {
	all, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, file := range all {
		text, err := os.ReadFile(file)
		if err != nil || !strings.Contains("\x00"+string(text), "\x00"+variable+"\x00") {
			continue
		}
		command, _ := os.ReadFile(filepath.Join(filepath.Dir(file), "cmdline"))
		commands = append(commands, strings.ReplaceAll(string(command), "\x00", " "))
	}
	return commands
}

// What looks for processes that are left finds them.
func TestProcessesAreFound(t *testing.T) {
	variable := "LATCHKEY_LEFT=" + t.TempDir()
	cmd := exec.CommandContext(t.Context(), "sleep", "600")
	cmd.Env = []string{variable}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for range 500 {
		if len(startedWith(variable)) == 1 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if found := startedWith(variable); len(found) != 1 || !strings.HasPrefix(found[0], "sleep 600") {
		t.Errorf("found %v", found)
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	if found := startedWith(variable); len(found) != 0 {
		t.Errorf("found %v, which has ended", found)
	}
}
