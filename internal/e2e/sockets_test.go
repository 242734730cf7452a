//go:build e2e

package e2e

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// States of a TCP socket, as the kernel writes them.
const (
	established = "01"
	listens     = "0A"
)

// listening returns the addresses that a process listens on.
func listening(t *testing.T, pid int) []*net.TCPAddr {
	t.Helper()
	all := sockets(t, pid, listens, 1)
	if len(all) == 0 {
		t.Fatal("it listens nowhere")
	}
	return all
}

// connected returns whom a process is connected to.
func connected(t *testing.T, pid int) []*net.TCPAddr {
	t.Helper()
	return sockets(t, pid, established, 2)
}

// sockets returns one column of the kernel's table, for the sockets of a process that are in a state.
func sockets(t *testing.T, pid int, state string, column int) []*net.TCPAddr {
	t.Helper()
	process := fmt.Sprintf("/proc/%d", pid)
	files, err := filepath.Glob(process + "/fd/*")
	if err != nil || len(files) == 0 {
		t.Fatalf("cannot look into the process: %v", err)
	}
	own := map[string]bool{}
	for _, f := range files {
		if name, err := os.Readlink(f); err == nil {
			own[strings.TrimSuffix(strings.TrimPrefix(name, "socket:["), "]")] = true
		}
	}
	var all []*net.TCPAddr
	for _, table := range []string{"tcp", "tcp6"} {
		text, err := os.ReadFile(process + "/net/" + table)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if f := strings.Fields(line); len(f) > 9 && f[3] == state && own[f[9]] {
				all = append(all, kernelAddress(t, f[column]))
			}
		}
	}
	return all
}

// kernelAddress reads an address as /proc/net/tcp writes it: words of four bytes in this machine's order.
func kernelAddress(t *testing.T, text string) *net.TCPAddr {
	t.Helper()
	var ip []byte
	var port int
	if _, err := fmt.Sscanf(strings.Replace(text, ":", " ", 1), "%x %x", &ip, &port); err != nil {
		t.Fatalf("address %q: %v", text, err)
	}
	for word := 0; word+4 <= len(ip); word += 4 {
		ip[word], ip[word+1], ip[word+2], ip[word+3] = ip[word+3], ip[word+2], ip[word+1], ip[word]
	}
	return &net.TCPAddr{IP: ip, Port: port}
}
