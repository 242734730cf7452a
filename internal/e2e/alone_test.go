//go:build e2e

package e2e

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// Latchkey talks to the server that its settings name, and to nobody else. The test plays in a network of its own that
// has nothing but loopback, and whose kernel counts what would have gone anywhere else.
func TestNothingLeavesThisComputer(t *testing.T) {
	const inside = "LATCHKEY_E2E_ALONE"
	if os.Getenv(inside) != "" {
		raiseLoopback(t)
		before := lostPackets(t)
		if _, err := net.Dial("udp", "192.0.2.1:53"); err == nil || lostPackets(t) == before {
			t.Fatal("the kernel does not count what has nowhere to go")
		}
		before = lostPackets(t)
		playAlone(t, func(*window) {})
		if lost := lostPackets(t) - before; lost != 0 {
			t.Errorf("%d packets were meant for somebody outside", lost)
		}
		return
	}
	again := exec.Command(os.Args[0], "-test.run=^TestNothingLeavesThisComputer$", "-test.v")
	again.Env = append(os.Environ(), inside+"=1")
	again.SysProcAttr = ownNetwork()
	out, err := again.CombinedOutput()
	if errors.Is(err, fs.ErrPermission) { // as in some containers: then only what is open can be looked at
		playAlone(t, func(w *window) {
			for _, peer := range connected(t, w.Process.Pid) {
				if !peer.IP.IsLoopback() {
					t.Errorf("the window is connected to %s", peer)
				}
			}
		})
		return
	}
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// playAlone signs in, renews and signs out.
func playAlone(t *testing.T, look func(*window)) {
	t.Helper()
	w, d := newWorld(t)
	win := passwordInWindow(t, w, d)
	look(win)
	d.ok(t, "token")
	d.ok(t, "status")
	d.ok(t, "token", "--min-life", "12h")
	win.close(t)
	d.ok(t, "logout")
}

// ownNetwork is for a process in a network of its own, whoever starts it.
func ownNetwork() *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	if os.Getuid() != 0 {
		a.Cloneflags |= syscall.CLONE_NEWUSER
		a.UidMappings = []syscall.SysProcIDMap{{ContainerID: os.Getuid(), HostID: os.Getuid(), Size: 1}}
		a.GidMappings = []syscall.SysProcIDMap{{ContainerID: os.Getgid(), HostID: os.Getgid(), Size: 1}}
		a.AmbientCaps = []uintptr{unix.CAP_NET_ADMIN}
	}
	return a
}

// raiseLoopback switches loopback on.
func raiseLoopback(t *testing.T) {
	t.Helper()
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(socket)
	loopback, err := unix.NewIfreq("lo")
	if err != nil {
		t.Fatal(err)
	}
	loopback.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	if err := unix.IoctlIfreq(socket, unix.SIOCSIFFLAGS, loopback); err != nil {
		t.Fatalf("raise loopback: %v", err)
	}
}

// lostPackets returns how often something in this network was to be sent to where no way leads.
func lostPackets(t *testing.T) (n int) {
	t.Helper()
	text, err := os.ReadFile("/proc/self/net/snmp")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		if len(fields) == 0 || fields[0] != "Ip:" {
			continue
		}
		if names == nil {
			names = fields
			continue
		}
		if at := slices.Index(names, "OutNoRoutes"); at > 0 && at < len(fields) {
			_, _ = fmt.Sscan(fields[at], &n)
		}
	}
	return n
}
