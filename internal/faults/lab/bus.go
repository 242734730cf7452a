//go:build linux

package lab

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
)

// bus starts a session bus for this process and what it starts, on which nothing is started on demand: what is not there is not
// there. It returns its address.
func (l *Lab) bus() (string, error) {
	socket := filepath.Join(l.Dir, "bus")
	config := `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path=` + socket + `</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`
	file := filepath.Join(l.Dir, "bus.conf")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		return "", err
	}
	if err := exec.Command("dbus-daemon", "--config-file="+file, "--nofork", "--nopidfile").Start(); err != nil {
		return "", err
	}
	address := "unix:path=" + socket
	if err := os.Setenv("DBUS_SESSION_BUS_ADDRESS", address); err != nil {
		return "", err
	}
	return address, until("the session bus", func() bool {
		c, err := net.Dial("unix", socket)
		if err != nil {
			return false
		}
		_ = c.Close()
		return true
	})
}
