package diagnose

import (
	"cmp"
	"context"
	"net"
	"path"
	"strconv"
	"strings"
	"time"

	"latchkey/internal/transport"
)

// screen is what shows windows: one that is only named, and does not answer, is none. A terminal that outlives its desktop, or the
// connection that it was opened over, still names it.
type screen struct {
	kind    string // "wayland", "x11", "none"
	name    string // as the environment names it
	answers bool
}

// screenLimit is how long a screen may take to answer. It is on this computer, or at the other end of an SSH connection.
const screenLimit = 2 * time.Second

// screen connects to the screen that the environment names, once in a run; asks nothing of it, and hangs up.
func (e Env) screen(ctx context.Context) screen {
	s, _ := shared(ctx, subject{kind: theScreen}, func(ctx context.Context) screen {
		named := screen{kind: "none"}
		for _, s := range []screen{{kind: "wayland", name: e.getenv("WAYLAND_DISPLAY")}, {kind: "x11", name: e.getenv("DISPLAY")}} {
			if s.name == "" {
				continue
			}
			s.answers = e.answers(ctx, e.socketsOf(s))
			if s.answers || named.kind == "none" {
				named = s
			}
			if s.answers {
				break
			}
		}
		named.name = transport.Clean(named.name, 40)
		return named
	})
	return s
}

// socket is where a screen may listen.
type socket struct{ network, address string }

// socketsOf returns where a screen listens, the likeliest first. None: nobody could find it by that name.
func (e Env) socketsOf(s screen) []socket {
	if s.kind == "wayland" {
		switch folder := e.getenv("XDG_RUNTIME_DIR"); {
		case path.IsAbs(s.name):
			return []socket{{"unix", s.name}}
		case folder != "":
			return []socket{{"unix", path.Join(folder, s.name)}}
		}
		return nil
	}
	at := strings.LastIndexByte(s.name, ':') // host:display.screen
	if at < 0 {
		return nil
	}
	host := strings.Trim(strings.TrimPrefix(s.name[:at], "tcp/"), "[]")
	digits, _, _ := strings.Cut(s.name[at+1:], ".")
	number, err := strconv.ParseUint(digits, 10, 15)
	if err != nil {
		return nil
	}
	if host == "" || host == "unix" || strings.HasPrefix(host, "unix/") {
		file := "/tmp/.X11-unix/X" + strconv.FormatUint(number, 10)
		return []socket{{"unix", file}, {"unix", "@" + file}} // "@": abstract, without a file
	}
	return []socket{{"tcp", net.JoinHostPort(host, strconv.FormatUint(6000+number, 10))}}
}

// answers reports whether somebody takes a connection at one of them.
func (e Env) answers(ctx context.Context, all []socket) bool {
	ctx, cancel := context.WithTimeout(ctx, screenLimit)
	defer cancel()
	for _, s := range all {
		if conn, err := e.dialer().DialContext(ctx, s.network, s.address); err == nil {
			_ = conn.Close()
			return true
		}
	}
	return false
}

// silent is the sentence about a screen that is named, and does not answer; "" when there is none.
func (s screen) silent() string {
	if s.kind == "none" || s.answers {
		return ""
	}
	return "Display " + cmp.Or(s.name, "with no name") + " does not answer."
}
