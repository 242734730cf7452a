//go:build linux

package lab

import (
	"encoding/binary"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// Names is the name service that the network's router hands out.
type Names struct {
	mu      sync.Mutex
	records map[string][]netip.Addr
	fault   NameFault
	asked   map[string]int
}

// NameFault is what can be wrong with a name service. The zero value is nothing.
type NameFault struct {
	Silent   bool          // takes questions and never answers
	Slow     time.Duration // answers after this time
	Fails    bool          // answers "server failure"
	Refuses  bool          // answers "refused"
	Hijacks  netip.Addr    // answers this address instead of "there is no such name"
	Portal   netip.Addr    // answers this address whatever the name is
	NoIPv6   bool          // never answers the question for IPv6 addresses
	Silently []string      // never answers questions for these names
}

func newNames() *Names {
	n := &Names{records: map[string][]netip.Addr{}, asked: map[string]int{}}
	for name, at := range map[string]both{
		"login.acme.example": Acme, "status.acme.example": Status, "time.acme.example": Time, "proxy.acme.example": Proxy,
		"login.euw2.pure.cloud": Globex, "api.euw2.pure.cloud": API, "apps.euw2.pure.cloud": Apps, "streaming.euw2.pure.cloud": Stream,
		"status.mypurecloud.com": Status, "portal.hotel.example": Portal,
	} {
		n.Set(name, at.List()...)
	}
	return n
}

// Set says which addresses a name has; none: there is no such name.
func (n *Names) Set(name string, addresses ...netip.Addr) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.records[name+"."] = addresses
}

// Fail sets what is wrong.
func (n *Names) Fail(f NameFault) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.fault = f
}

// Asked returns the names that were asked for, without the dot at their end.
func (n *Names) Asked() map[string]int {
	n.mu.Lock()
	defer n.mu.Unlock()
	asked := map[string]int{}
	for name, times := range n.asked {
		asked[strings.TrimSuffix(name, ".")] = times
	}
	return asked
}

func (n *Names) serve(w *World, at ...netip.Addr) error {
	for _, address := range at {
		packets, err := w.listenUDP(netip.AddrPortFrom(address, 53).String())
		if err != nil {
			return err
		}
		go n.packets(packets)
		listener, err := w.Listen(address, 53)
		if err != nil {
			return err
		}
		go n.streams(listener)
	}
	return nil
}

func (n *Names) packets(c net.PacketConn) {
	for {
		question := make([]byte, 1500)
		size, from, err := c.ReadFrom(question)
		if err != nil {
			return
		}
		go func() {
			if answer := n.answer(question[:size]); answer != nil {
				_, _ = c.WriteTo(answer, from)
			}
		}()
	}
}

func (n *Names) streams(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer func() { _ = c.Close() }()
			var size [2]byte
			if _, err := io.ReadFull(c, size[:]); err != nil {
				return
			}
			question := make([]byte, binary.BigEndian.Uint16(size[:]))
			if _, err := io.ReadFull(c, question); err != nil {
				return
			}
			if answer := n.answer(question); answer != nil {
				_, _ = c.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(answer))), answer...))
			}
		}()
	}
}

// answer returns the answer to one question; nil: none.
func (n *Names) answer(packed []byte) []byte {
	var question dnsmessage.Message
	if question.Unpack(packed) != nil || len(question.Questions) != 1 {
		return nil
	}
	q := question.Questions[0]
	name := strings.ToLower(q.Name.String())
	n.mu.Lock()
	n.asked[name]++
	f, addresses := n.fault, n.records[name]
	n.mu.Unlock()
	time.Sleep(f.Slow)
	reply := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: question.ID, Response: true, RecursionDesired: true, RecursionAvailable: true},
		Questions: question.Questions,
	}
	switch {
	case f.Silent, f.NoIPv6 && q.Type == dnsmessage.TypeAAAA, contains(f.Silently, name):
		return nil
	case f.Fails:
		reply.RCode = dnsmessage.RCodeServerFailure
	case f.Refuses:
		reply.RCode = dnsmessage.RCodeRefused
	case f.Portal.IsValid():
		addresses = []netip.Addr{f.Portal}
	case len(addresses) == 0 && f.Hijacks.IsValid():
		addresses = []netip.Addr{f.Hijacks}
	case len(addresses) == 0:
		reply.RCode = dnsmessage.RCodeNameError
	}
	if reply.RCode == dnsmessage.RCodeSuccess {
		reply.Answers = answers(q, addresses)
	}
	raw, err := reply.Pack()
	if err != nil {
		return nil
	}
	return raw
}

func answers(q dnsmessage.Question, addresses []netip.Addr) []dnsmessage.Resource {
	var all []dnsmessage.Resource
	for _, a := range addresses {
		header := dnsmessage.ResourceHeader{Name: q.Name, Class: dnsmessage.ClassINET, TTL: 60}
		switch {
		case a.Is4() && q.Type == dnsmessage.TypeA:
			header.Type = dnsmessage.TypeA
			all = append(all, dnsmessage.Resource{Header: header, Body: &dnsmessage.AResource{A: a.As4()}})
		case a.Is6() && q.Type == dnsmessage.TypeAAAA:
			header.Type = dnsmessage.TypeAAAA
			all = append(all, dnsmessage.Resource{Header: header, Body: &dnsmessage.AAAAResource{AAAA: a.As16()}})
		}
	}
	return all
}

func contains(names []string, name string) bool {
	for _, n := range names {
		if n+"." == name {
			return true
		}
	}
	return false
}
