package diagnose

import (
	"context"
	"errors"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

// say writes one byte after each pause.
func say(t *testing.T, c net.Conn, pauses ...time.Duration) {
	for _, p := range pauses {
		time.Sleep(p)
		if _, err := c.Write([]byte{1}); err != nil {
			t.Error(err)
		}
	}
}

// heardAfter reads one byte from one connection while another one is spoken on, and returns how long that took.
func heardAfter(t *testing.T, pause time.Duration, others ...time.Duration) (took time.Duration, err error) {
	synctest.Test(t, func(t *testing.T) {
		ctx := withMemo(t.Context())
		var here, there [2]net.Conn
		var conns [2]net.Conn
		for i, endless := range []bool{false, true} {
			here[i], there[i] = net.Pipe()
			dial := patient(func(context.Context, string, string) (net.Conn, error) { return here[i], nil }, endless)
			if conns[i], err = dial(ctx, "tcp", ""); err != nil {
				t.Fatal(err)
			}
		}
		go func() {
			time.Sleep(pause)
			_, _ = there[0].Write([]byte{1})
			_ = there[0].Close()
		}()
		go say(t, there[1], others...)
		go func() {
			for {
				if _, err := conns[1].Read(make([]byte, 1)); err != nil {
					return
				}
			}
		}()
		began := time.Now()
		_, err = conns[0].Read(make([]byte, 1))
		took = time.Since(began)
		time.Sleep(time.Minute)
		_, _ = conns[0].Close(), conns[1].Close()
		synctest.Wait()
	})
	return took, err
}

func TestSilenceIsBorneWhileOthersSpeak(t *testing.T) {
	const s = time.Second
	for _, c := range []struct {
		name   string
		pause  time.Duration
		others []time.Duration
		took   time.Duration
		silent bool
	}{
		{"soon", 3 * s, nil, 3 * s, false},
		{"too late", 30 * s, nil, silence, true},
		{"behind others", 9 * s, []time.Duration{2 * s, 2 * s, 3 * s}, 9 * s, false},
		{"behind others, and then not at all", 30 * s, []time.Duration{2 * s, 2 * s, 3 * s}, 7*s + silence, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			took, err := heardAfter(t, c.pause, c.others...)
			if took != c.took || errors.Is(err, os.ErrDeadlineExceeded) != c.silent {
				t.Errorf("%s, %v", took, err)
			}
		})
	}
}
