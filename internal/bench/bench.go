package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"latchkey/internal/demo"
)

// bench is the place where everything is measured: a demo world, and a home folder with the settings for it.
type bench struct {
	world *demo.World
	dir   string
	env   []string
}

func newBench(ctx context.Context) (*bench, error) {
	world, err := demo.Start(ctx, demo.Options{})
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "latchkey-bench-")
	if err != nil {
		return nil, errors.Join(err, world.Close())
	}
	env := append(os.Environ(), "LATCHKEY_CONFIG="+world.ConfigPath, "LATCHKEY_STATE="+filepath.Join(dir, "state"))
	return &bench{world, dir, env}, nil
}

func (b *bench) close() {
	_ = b.world.Close()
	_ = os.RemoveAll(b.dir)
}

// start is what one start of a window costs.
type start struct {
	ready  time.Duration // until it can be typed into
	memory float64       // PSS in MB, two seconds later
}

// window compares Latchkey's window with a Fyne window that has one empty entry.
func (b *bench) window(ctx context.Context) ([]measurement, error) {
	const runs = 9
	var ours, theirs []start
	for i := range runs + 1 {
		a, err := b.open(ctx, "bin/latchkey-desktop", "--print-ready")
		if err != nil {
			return nil, err
		}
		m, err := b.open(ctx, ".work/bench/minimal")
		if err != nil {
			return nil, err
		}
		if i > 0 { // the first one warms the disk
			ours, theirs = append(ours, a), append(theirs, m)
		}
	}
	readyA, memoryA := medians(ours)
	readyM, memoryM := medians(theirs)
	return []measurement{
		{"window ready, × a window with one entry", float64(readyA) / float64(readyM), "%.2f", 1.25,
			fmt.Sprintf("%s and %s", milliseconds(readyA), milliseconds(readyM))},
		{"window's memory (PSS), × a window with one entry", memoryA / memoryM, "%.2f", 1.25,
			fmt.Sprintf("%.0f MB and %.0f MB", memoryA, memoryM)},
	}, nil
}

func medians(all []start) (ready time.Duration, memory float64) {
	var times []time.Duration
	var sizes []float64
	for _, s := range all {
		times, sizes = append(times, s.ready), append(sizes, s.memory)
	}
	return median(times), median(sizes)
}

// open starts a program that prints "ready", and ends it.
func (b *bench) open(ctx context.Context, program string, args ...string) (start, error) {
	c := exec.CommandContext(ctx, program, args...)
	c.Env = b.env
	out, err := c.StdoutPipe()
	if err != nil {
		return start{}, err
	}
	began := time.Now()
	if err := c.Start(); err != nil {
		return start{}, err
	}
	defer func() {
		_ = c.Process.Kill()
		_ = c.Wait()
	}()
	lines := bufio.NewScanner(out)
	if !lines.Scan() || !strings.HasPrefix(lines.Text(), "ready") {
		return start{}, fmt.Errorf("%s does not say that it is ready", program)
	}
	s := start{ready: time.Since(began)}
	time.Sleep(2 * time.Second) // what it does after the first picture counts too
	s.memory, err = pss(c.Process.Pid)
	return s, err
}

// pss returns a process's proportional share of memory in MB.
func pss(pid int) (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		var kB float64
		if _, err := fmt.Sscanf(line, "Pss: %f kB", &kB); err == nil {
			return kB / 1024, nil
		}
	}
	return 0, errors.New("the kernel does not tell a process's share of memory")
}

// sizes looks at the programs that `make build` has put there.
func sizes(context.Context) ([]measurement, error) {
	var all []measurement
	for _, m := range []measurement{
		{what: "bin/latchkey", format: "%.1f", target: 15},
		{what: "bin/latchkey-desktop", format: "%.1f", target: 36},
	} {
		info, err := os.Stat(m.what)
		if err != nil {
			return nil, err
		}
		m.what, m.got = m.what+", MB", float64(info.Size())/1e6
		all = append(all, m)
	}
	return all, nil
}
