package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"syscall"
	"testing"

	"latchkey/internal/problem"
	environment "latchkey/internal/proxy"
)

// TestTK29 words what the name service and the network report; none of it can be acted out on loopback.
func TestTK29NamesAndNetworks(t *testing.T) {
	dial := func(err error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: err} }
	errno := func(n syscall.Errno) error { return dial(os.NewSyscallError("connect", n)) }
	for _, c := range []struct {
		name string
		at   stage
		err  error
		code problem.Code
		why  string
	}{
		{"NXDOMAIN", stageName, dial(&net.DNSError{Err: "no such host", Name: "canary", IsNotFound: true}), problem.NameNotFound, ""},
		{"SERVFAIL", stageName, dial(&net.DNSError{Err: "server misbehaving", Name: "canary", IsTemporary: true}), problem.NameNotFound, "reports a failure"},
		{"name service silent", stageName, dial(&net.DNSError{Err: "i/o timeout", Name: "canary", IsTimeout: true, IsTemporary: true}), problem.NameServiceDead, "does not answer"},
		{"huge CNAME", stageName, dial(&net.DNSError{Err: "cannot unmarshal DNS message", Name: strings.Repeat("canary.", 1000)}), problem.NameNotFound, "reports a failure"},
		{"name service unreachable", stageName, dial(&net.DNSError{Err: "dial udp 10.0.0.1:53: connect: network is unreachable"}), problem.Offline, ""},
		{"no way", stageConnect, errno(syscall.ENETUNREACH), problem.Offline, ""},
		{"no way to the host", stageConnect, errno(syscall.EHOSTUNREACH), problem.Offline, ""},
		{"refused", stageConnect, errno(syscall.ECONNREFUSED), problem.ConnectionRefused, ""},
		{"dropped", stageConnect, errno(syscall.ETIMEDOUT), problem.TimedOut, "firewall"},
		{"localhost elsewhere", stageConnect, dial(errNotLoopback), problem.ConnectionRefused, ""},
		{"reset", stageSent, &net.OpError{Op: "read", Err: os.NewSyscallError("read", syscall.ECONNRESET)}, problem.ConnectionBroken, ""},
		{"reset in the handshake", stageSecure, &net.OpError{Op: "read", Err: os.NewSyscallError("read", syscall.ECONNRESET)}, problem.ConnectionBroken, ""},
		{"broken pipe", stageSent, os.NewSyscallError("write", syscall.EPIPE), problem.ConnectionBroken, ""},
		{"end", stageSent, fmt.Errorf("http: server closed idle connection canary: %w", io.EOF), problem.ConnectionBroken, ""},
		{"end in the body", stageAnswer, io.ErrUnexpectedEOF, problem.ConnectionBroken, ""},
		{"late name", stageName, context.DeadlineExceeded, problem.TimedOut, "Looking up its name"},
		{"late connection", stageConnect, context.DeadlineExceeded, problem.TimedOut, "firewall"},
		{"no encryption", stageAnswer, http.ErrSchemeMismatch, problem.TLSFailed, "without encryption"},
		{"unknown", stageConnect, errors.New("canary"), problem.ConnectionBroken, ""},
		{"unknown, with an answer", stageAnswer, errors.New("canary"), problem.ServerAnswer, ""},
	} {
		p := networkTrouble(c.at, &url.Error{Op: "Post", URL: "https://a/?canary", Err: c.err})
		if p.Code != c.code || !strings.Contains(p.Why, c.why) || strings.Contains(p.Error(), "canary") {
			t.Errorf("%s: got %v, want %s with %q", c.name, p, c.code, c.why)
		}
	}
}

func TestTK28WhatTheEnvironmentSays(t *testing.T) {
	proxy := "http://proxy.example:3128"
	for _, c := range []struct {
		name, https, no, ask, want string
		fails                      bool
	}{
		{"none", "", "", "https://login.acme.example", "", false},
		{"proxied", proxy, "", "https://login.acme.example", proxy, false},
		{"without a scheme", "proxy.example:3128", "", "https://login.acme.example", proxy, false},
		{"exempt", proxy, "acme.example", "https://login.acme.example", "", false},
		{"exempt below a dot", proxy, ".acme.example", "https://login.acme.example", "", false},
		{"exempt at another port", proxy, "login.acme.example:444", "https://login.acme.example", proxy, false},
		{"all exempt", proxy, "*", "https://login.acme.example", "", false},
		{"odd list", proxy, ",,;[::1]:x,10.0.0.0/99,*.", "https://login.acme.example", proxy, false},
		{"loopback", proxy, "", "https://localhost:1", "", false},
		{"loopback by number", proxy, "", "https://127.3.2.1", "", false},
		{"IPv6 loopback", proxy, "", "https://[::1]:1", "", false},
		{"IPv6 loopback in disguise", proxy, "", "https://[::ffff:127.0.0.1]", "", false},
		{"zone in the host", proxy, "fe80::", "https://[fe80::1]", proxy, false}, // CVE-2025-22870
		{"unreadable", "http://a b:%zz", "", "https://login.acme.example", "", true},
		{"unreadable, but exempt", "http://a b:%zz", "acme.example", "https://login.acme.example", "", false},
		{"unreadable, but loopback", "http://a b:%zz", "", "https://localhost", "", false},
	} {
		u, err := url.Parse(c.ask)
		if err != nil {
			t.Fatal(err)
		}
		choose := neverLoopback(func(r *http.Request) (*url.URL, error) {
			return environment.FromEnvironment(func(name string) string {
				return map[string]string{"HTTP_PROXY": c.https, "HTTPS_PROXY": c.https, "NO_PROXY": c.no}[name]
			}, r.URL)
		})
		got, err := choose((&http.Request{URL: u}).WithContext(t.Context()))
		text := ""
		if got != nil {
			text = got.String()
		}
		if text != c.want || (err != nil) != c.fails {
			t.Errorf("%s: got %q, %v", c.name, text, err)
		}
	}
}

// TestLocalhostIsHere: whatever a hosts file makes of the name, the connection stays on this computer.
func TestLocalhostIsHere(t *testing.T) {
	here := loopbackOnly("tcp", "93.184.216.34:80", nil)
	if !errors.Is(here, errNotLoopback) {
		t.Errorf("got %v", here)
	}
	for _, address := range []string{"127.0.0.1:80", "[::1]:80"} {
		if err := loopbackOnly("tcp", address, nil); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
}
