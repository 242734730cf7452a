//go:build linux

package lab

import (
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// Wire is what the cable is like. The zero value is a good one, made by the kernel.
type Wire struct {
	Delay time.Duration // each packet is under way for so long, in each direction
}

// lay lays the cable: lan0 on this computer, wan0 in the world.
func (w *World) lay(wire Wire) error {
	if wire == (Wire{}) {
		return Here("link add lan0 type veth peer name wan0", fmt.Sprintf("link set wan0 netns %d", w.thread))
	}
	near, err := (*namespace)(nil).card("lan0")
	if err != nil {
		return err
	}
	far, err := w.card("wan0")
	if err != nil {
		return err
	}
	go carry(far, near, wire)
	go carry(near, far, wire)
	return nil
}

// card makes a network card whose cable ends in this process.
func (n *namespace) card(name string) (f *os.File, err error) {
	err = n.do(func() error {
		fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC, 0)
		if err != nil {
			return fmt.Errorf("open /dev/net/tun: %w", err)
		}
		request, err := unix.NewIfreq(name)
		if err != nil {
			return err
		}
		request.SetUint16(unix.IFF_TAP | unix.IFF_NO_PI)
		if err := unix.IoctlIfreq(fd, unix.TUNSETIFF, request); err != nil {
			return fmt.Errorf("make %s: %w", name, err)
		}
		f = os.NewFile(uintptr(fd), name)
		return nil
	})
	return f, err
}

// carry carries packets.
func carry(to, from *os.File, wire Wire) {
	type packet struct {
		due  time.Time
		data []byte
	}
	under := make(chan packet, 4096)
	go func() {
		for p := range under {
			time.Sleep(time.Until(p.due))
			_, _ = to.Write(p.data)
		}
	}()
	for {
		data := make([]byte, 2048)
		n, err := from.Read(data)
		if err != nil {
			return
		}
		select {
		case under <- packet{time.Now().Add(wire.Delay), data[:n]}:
		default: // the cable is full
		}
	}
}
