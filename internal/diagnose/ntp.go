package diagnose

import (
	"context"
	"net"
	"time"

	"github.com/beevik/ntp"
)

// An NTP server is asked twice: a packet may be lost. Silence costs no more than both together.
const (
	ntpTries    = 2
	ntpPatience = 700 * time.Millisecond
)

// askNTP asks a time server (RFC 5905). Nothing is ever set by its answer.
func (e Env) askNTP(ctx context.Context, server string) (span, error) {
	var answer *ntp.Response
	var err error
	for range ntpTries {
		answer, err = ntp.QueryWithOptions(server, ntp.QueryOptions{
			Timeout: ntpPatience, GetSystemTime: e.Clock.Now,
			Dialer: func(_, remote string) (net.Conn, error) { return e.dialUDP(ctx, remote) },
		})
		if err == nil {
			err = answer.Validate()
		}
		if err == nil || ctx.Err() != nil {
			break
		}
	}
	if err != nil {
		return span{}, err
	}
	unsure := max(answer.RootDistance, answer.RTT/2, time.Millisecond)
	return span{answer.ClockOffset - unsure, answer.ClockOffset + unsure}, nil
}

// dialUDP connects the way everything else does. The connection does not outlive ctx.
func (e Env) dialUDP(ctx context.Context, remote string) (net.Conn, error) {
	var dialer Dialer = new(net.Dialer)
	if e.Dialer != nil {
		dialer = e.Dialer
	}
	conn, err := dialer.DialContext(ctx, "udp", remote)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	return closing{conn, stop}, nil
}

// closing is a connection that is watched until it is closed.
type closing struct {
	net.Conn
	stop func() bool
}

// Close closes the connection and ends the watch.
func (c closing) Close() error {
	c.stop()
	return c.Conn.Close()
}
