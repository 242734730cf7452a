package diagnose_test

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"syscall"
	"testing"

	"latchkey/internal/diagnose"
	"latchkey/internal/problem"
)

// What is folded under a cause is read, too: each line is true of what happened, whatever it is put down to.
func TestEveryFoldedLineIsTrue(t *testing.T) {
	noPort := func(context.Context) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 443}, Err: os.NewSyscallError("connect", syscall.EADDRNOTAVAIL)}
	}
	dead := func(ctx context.Context) error {
		<-ctx.Done()
		return &net.DNSError{Err: "i/o timeout", Name: serverName, IsTimeout: true}
	}
	for name, c := range map[string]struct {
		prepare func(l *lab, e *diagnose.Env)
		lines   map[string]string
	}{
		"name service dead": {func(l *lab, _ *diagnose.Env) { l.lookup = dead }, map[string]string{
			"connect": "There is no address to connect to.", "tls": "The network's name service does not work. It does not answer.", "portal": "No page came back.",
		}},
		"filtered": {func(l *lab, _ *diagnose.Env) { l.at[server4+":443"], l.at[server4+":80"] = silent, silent }, map[string]string{
			"tls": "The sign-in server does not answer in time. No connection to it comes about.", "portal": "No page came back.",
		}},
		"every port taken": {func(l *lab, _ *diagnose.Env) { l.at[server4+":443"], l.at[server4+":80"] = noPort, noPort }, map[string]string{
			"portal": "No page came back.",
		}},
		"behind a proxy, which is not there": {func(l *lab, _ *diagnose.Env) { l.proxy = &url.URL{Scheme: "http", Host: server4 + ":3128"} }, map[string]string{
			"portal": "Behind a proxy it cannot be told whether a page is in between.",
		}},
		"settings that cannot be used": {func(_ *lab, e *diagnose.Env) {
			e.SettingsErr, e.Org.Issuer = problem.New(problem.SettingsSyntax), ""
		}, map[string]string{"dns": "There is no server to ask: the settings cannot be used."}},
		"no settings": {func(_ *lab, e *diagnose.Env) { e.Org.Issuer = "" }, map[string]string{
			"dns": "There is no server to ask: no organisation is set up.",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLab(t)
			by := l.found(t, c.prepare)
			for id, want := range c.lines {
				if got := by[id]; got.Line() != want || got.State != diagnose.Skipped {
					t.Errorf("%s is %s: %q, want %q", id, got.State, got.Line(), want)
				}
			}
		})
	}
}

// What is wrong with some of the addresses is said as it is: a refusal is an answer.
func TestSomeAddressesFail(t *testing.T) {
	other := netip.MustParseAddr("203.0.113.8")
	for words, at := range map[string]func(context.Context) (net.Conn, error){
		"1 of 2 refuses connections.": refused, "1 of 2 does not answer.": silent, "1 of 2 cannot be connected to.": fails(syscall.EHOSTUNREACH),
	} {
		t.Run(words, func(t *testing.T) {
			l := newLab(t)
			l.names[serverName] = append(l.names[serverName], other)
			l.at[other.String()+":443"] = at
			l.wants(t, map[string]want{"connect": warningOf(problem.AddressBroken, words)})
		})
	}
}

// A host beside the sign-in server that is not reached: the reason is its own.
func TestWhyAnotherHostIsNotReached(t *testing.T) {
	for want, err := range map[string]error{
		"Its name is not found.":                      problem.New(problem.NameNotFound, problem.Caused(&net.DNSError{IsNotFound: true})),
		"Its name cannot be looked up.":               problem.New(problem.NameNotFound, problem.Caused(&net.DNSError{IsTimeout: true})),
		"This computer has no port left to ask from.": problem.New(problem.NoFreePort),
		"Its answer cannot be understood.":            problem.New(problem.ServerAnswer),
		"It cannot be asked.":                         errors.New("randomness ran out"),
	} {
		if got := diagnose.Reason(err); got != want {
			t.Errorf("%v: %s", err, got)
		}
	}
	if strings.Contains(diagnose.Reason(problem.New(problem.TLSWrongName)), "shows") {
		t.Error("who answers need not be the server")
	}
}
