package loopback

import (
	"context"
	"errors"
	"net"
	"syscall"
	"testing"

	"golang.org/x/sys/windows"
)

func TestCB56AnotherProgramCannotShareThePort(t *testing.T) {
	l, err := bindLoopback(t.Context(), "tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	greedy := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) error {
		var failure error
		err := c.Control(func(fd uintptr) {
			failure = windows.SetsockoptInt(windows.Handle(fd), windows.SOL_SOCKET, windows.SO_REUSEADDR, 1)
		})
		return errors.Join(err, failure)
	}}
	if other, err := greedy.Listen(context.Background(), "tcp4", l.Addr().String()); err == nil {
		_ = other.Close()
		t.Error("another program listens on the same port")
	}
}
