//go:build linux

package lab

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// Isolate makes cmd start in network, mount and process namespaces of its own, in which it is root. What it starts ends
// with it.
func Isolate(cmd *exec.Cmd) {
	attributes := &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWNS | syscall.CLONE_NEWPID, Pdeathsig: syscall.SIGKILL}
	if !mayUnshare() {
		attributes.Cloneflags |= syscall.CLONE_NEWUSER
		attributes.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		attributes.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	cmd.SysProcAttr = attributes
}

// Usable returns nil when namespaces can be made here, and otherwise why not.
func Usable() error {
	cmd := exec.Command("true")
	Isolate(cmd)
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("network namespaces cannot be made here (%w): run as root, or allow user namespaces (sysctl kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0)", err)
	}
	return nil
}

// mayUnshare reports whether this process is allowed to make namespaces without one of users around them.
func mayUnshare() bool {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	return unix.Capget(&header, &data[0]) == nil && data[0].Effective&(1<<unix.CAP_SYS_ADMIN) != 0 && data[0].Effective&(1<<unix.CAP_NET_ADMIN) != 0
}

// namespace is a network namespace: one thread of this process that lives in it and does there what it is told.
type namespace struct {
	thread int
	jobs   chan func()
}

// newNamespace makes a network namespace. It lasts as long as the process.
func newNamespace() (*namespace, error) {
	n := &namespace{jobs: make(chan func())}
	ready := make(chan error)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread belongs to the namespace
		err := unix.Unshare(unix.CLONE_NEWNET)
		n.thread = unix.Gettid()
		ready <- err
		for job := range n.jobs {
			job()
		}
	}()
	return n, <-ready
}

// do does something in the namespace: sockets opened and programs started there belong to it.
func (n *namespace) do(job func() error) error {
	if n == nil { // the process's own
		return job()
	}
	done := make(chan error)
	n.jobs <- func() { done <- job() }
	return <-done
}

// listen listens on a TCP address of the namespace.
func (n *namespace) listen(address string) (l net.Listener, err error) {
	err = n.do(func() error {
		l, err = net.Listen("tcp", address)
		return err
	})
	return l, err
}

// listenUDP listens on a UDP address of the namespace.
func (n *namespace) listenUDP(address string) (c net.PacketConn, err error) {
	err = n.do(func() error {
		c, err = net.ListenPacket("udp", address)
		return err
	})
	return c, err
}

// dial connects from within the namespace.
func (n *namespace) dial(ctx context.Context, network, address string) (c net.Conn, err error) {
	err = n.do(func() error {
		c, err = (&net.Dialer{}).DialContext(ctx, network, address)
		return err
	})
	return c, err
}

// run runs a program in the namespace, with lines as its input.
func (n *namespace) run(lines string, name string, args ...string) error {
	return n.do(func() error {
		var said bytes.Buffer
		cmd := exec.Command(name, args...)
		cmd.Env = append(os.Environ(), "PATH="+os.Getenv("PATH")+":/usr/sbin:/sbin")
		cmd.Path = found(name)
		cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(lines), &said, &said
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("%s %s: %w: %s\n%s", name, strings.Join(args, " "), err, said.String(), lines)
		}
		return nil
	})
}

// start starts a program in the namespace.
func (n *namespace) start(cmd *exec.Cmd) error { return n.do(cmd.Start) }

// found finds a program of the administrator's, too.
func found(name string) string {
	for _, folder := range []string{"", "/usr/sbin/", "/sbin/"} {
		if path, err := exec.LookPath(folder + name); err == nil {
			return path
		}
	}
	return name
}

// Missing returns which of the programs that the lab starts are not there.
func Missing() error {
	var missing []error
	for _, program := range []string{"ip", "nft", "tc", "mount", "tinyproxy", "mitmdump", "gsettings", "dbus-daemon", "dbus-send", "gnome-keyring-daemon", "setpriv"} {
		if _, err := exec.LookPath(found(program)); err != nil {
			missing = append(missing, fmt.Errorf("%s is missing: scripts/install test", program))
		}
	}
	return errors.Join(missing...)
}
