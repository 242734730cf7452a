//go:build linux

package lab

import (
	"fmt"
	"net"
	"os"
)

// TakePorts leaves this computer only the ports from first to last to give out, and takes them all.
func TakePorts(first, last int) error {
	if err := os.WriteFile("/proc/sys/net/ipv4/ip_local_port_range", fmt.Appendf(nil, "%d %d", first, last), 0); err != nil {
		return err
	}
	for port := first; port <= last; port++ {
		if _, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err != nil {
			return err
		}
	}
	return nil
}
