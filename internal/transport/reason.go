package transport

import (
	"context"
	"errors"
	"io"
	"net"
)

// Reason says, in one word, why no connection came about or why one ended.
type Reason string

// The reasons that can be told apart on every system.
const (
	Refused     Reason = "refused"     // something answered that nobody listens there, or that nobody may
	Silent      Reason = "silent"      // nothing came back in time: filtered, or lost
	Reset       Reason = "reset"       // it was there, and broke off
	Unreachable Reason = "unreachable" // there is no way to it
	Forbidden   Reason = "forbidden"   // this computer does not let the program connect
	Exhausted   Reason = "exhausted"   // this computer has no port left to connect from
	Stopped     Reason = "stopped"     // we gave up on our own account
	Failed      Reason = "failed"      // anything else
)

// Why tells the reason of an error of net; "" when err is nil.
func Why(err error) Reason {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, context.Canceled):
		return Stopped
	case timedOut(err):
		return Silent
	case isRefused(err):
		return Refused
	case isUnreachable(err):
		return Unreachable
	case isForbidden(err):
		return Forbidden
	case portless(err):
		return Exhausted
	case isReset(err), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed):
		return Reset
	default:
		return Failed
	}
}

// portless reports that there is no port left to connect from. Of IPv6 the same error says that there is none here.
func portless(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	if !ok || op.Op != "dial" || !isExhausted(err) {
		return false
	}
	to, ok := op.Addr.(*net.TCPAddr)
	return ok && to.IP.To4() != nil
}
