package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"latchkey/internal/diagnose"
	"latchkey/internal/faults/lab"
	"latchkey/internal/wiring"
)

// inLab says that this process was started in a lab, to measure there.
const inLab = "LATCHKEY_BENCH_LAB"

// insideLab measures, and reports whether this process was started for that.
func insideLab(ctx context.Context) (bool, error) {
	if os.Getenv(inLab) == "" {
		return false, nil
	}
	d, err := measureSwallowed(ctx)
	if err != nil {
		return true, err
	}
	return true, json.NewEncoder(os.Stdout).Encode(d)
}

// swallowed measures a diagnosis in a network that swallows everything, in a process of its own.
func swallowed(ctx context.Context) ([]measurement, error) {
	dir, err := os.MkdirTemp("", "lab")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self)
	cmd.Env = []string{inLab + "=" + dir, "HOME=" + dir, "TMPDIR=" + dir, "PATH=" + os.Getenv("PATH")}
	cmd.Stderr = os.Stderr
	lab.Isolate(cmd)
	said, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	var d struct {
		Run  diagnosed
		Stop time.Duration
	}
	if err := json.Unmarshal(said, &d); err != nil {
		return nil, err
	}
	return []measurement{
		{"diagnosis, everything swallowed, s", d.Run.Whole.Seconds(), "%.2f", 6, "packets are dropped by the kernel"},
		{"diagnosis, everything swallowed, first finding, s", d.Run.First.Seconds(), "%.2f", 1, "with a code and a remedy; what was in the way of signing in"},
		{"diagnosis stopped, ms until it has ended", float64(d.Stop) / float64(time.Millisecond), "%.1f", 100, "in the middle of that"},
	}, nil
}

// measureSwallowed runs in the lab.
func measureSwallowed(ctx context.Context) (any, error) {
	dir := os.Getenv(inLab)
	l, err := lab.New(dir, lab.Wire{})
	if err != nil {
		return nil, err
	}
	if err := l.World.Filter("drop"); err != nil {
		return nil, err
	}
	settings := filepath.Join(dir, "config.toml")
	text := "[organizations.acme]\nissuer = \"" + lab.AcmeIssuer + "\"\nclient_id = \"latchkey\"\nstatus_url = \"https://status.acme.example\"\n"
	if err := os.WriteFile(settings, []byte(text), 0o600); err != nil {
		return nil, err
	}
	parts, err := wiring.New(wiring.Options{ConfigPath: settings})
	if err != nil {
		return nil, err
	}
	defer parts.Close()
	env := parts.Diagnosis("")
	run := diagnoseOnce(ctx, diagnose.Checks(env))
	if run.First == 0 {
		return nil, errors.New("nothing was found in a network that swallows everything")
	}
	stopped, stop := context.WithCancel(ctx)
	var at time.Time
	time.AfterFunc(500*time.Millisecond, func() {
		at = time.Now()
		stop()
	})
	diagnose.Run(stopped, diagnose.Checks(env), nil)
	return struct {
		Run  diagnosed
		Stop time.Duration
	}{run, time.Since(at)}, nil
}
