//go:build linux

package lab

import (
	"encoding/binary"
	"net"
	"net/netip"
)

// serveSTUN starts a server that tells whoever asks where the question came from (RFC 8489).
func (n *namespace) serveSTUN(at netip.AddrPort) error {
	c, err := n.listenUDP(at.String())
	if err != nil {
		return err
	}
	const cookie = 0x2112A442
	go func() {
		question := make([]byte, 1500)
		for {
			n, from, err := c.ReadFrom(question)
			if err != nil {
				return
			}
			seen := from.(*net.UDPAddr).AddrPort()
			if n < 20 || binary.BigEndian.Uint32(question[4:]) != cookie {
				continue
			}
			answer := binary.BigEndian.AppendUint16(nil, 0x0101)   // binding success
			answer = binary.BigEndian.AppendUint16(answer, 12)     // bytes of attributes
			answer = append(answer, question[4:20]...)             // cookie and transaction
			answer = binary.BigEndian.AppendUint16(answer, 0x0020) // XOR-MAPPED-ADDRESS
			answer = binary.BigEndian.AppendUint16(answer, 8)      // its length
			answer = append(answer, 0, 1)                          // IPv4
			answer = binary.BigEndian.AppendUint16(answer, seen.Port()^cookie>>16)
			v4 := seen.Addr().Unmap().As4()
			answer = binary.BigEndian.AppendUint32(answer, binary.BigEndian.Uint32(v4[:])^cookie)
			_, _ = c.WriteTo(answer, from)
		}
	}()
	return nil
}

// VoiceServers are reached straight.
var VoiceServers = []netip.AddrPort{netip.AddrPortFrom(Time.V4, voicePort), netip.AddrPortFrom(Status.V4, voicePort)}

const voicePort = 3478

// ServeVoice starts the servers that tell people their public address.
func (l *Lab) ServeVoice() error {
	for _, at := range VoiceServers {
		if err := l.World.serveSTUN(at); err != nil {
			return err
		}
	}
	return nil
}
