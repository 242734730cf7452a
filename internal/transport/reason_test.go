package transport_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"testing"

	"latchkey/internal/transport"
)

func TestWhyTellsReasonsApart(t *testing.T) {
	op := func(err error) error {
		return &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", err)}
	}
	for _, c := range []struct {
		err  error
		want transport.Reason
	}{
		{nil, ""},
		{op(syscall.ECONNREFUSED), transport.Refused},
		{op(syscall.ENETUNREACH), transport.Unreachable},
		{op(syscall.EHOSTUNREACH), transport.Unreachable},
		{op(syscall.ECONNRESET), transport.Reset},
		{fmt.Errorf("read: %w", io.EOF), transport.Reset},
		{op(syscall.EACCES), transport.Forbidden},
		{&net.OpError{Op: "dial", Err: os.ErrDeadlineExceeded}, transport.Silent},
		{context.DeadlineExceeded, transport.Silent},
		{fmt.Errorf("dial: %w", context.Canceled), transport.Stopped},
		{errors.New("anything"), transport.Failed},
	} {
		if got := transport.Why(c.err); got != c.want {
			t.Errorf("%v: %q, want %q", c.err, got, c.want)
		}
	}
}
