//go:build linux

package lab

import (
	"encoding/binary"
	"net/netip"
)

// PublicAddress is where this computer's voice traffic seems to come from.
var PublicAddress = netip.MustParseAddrPort("203.0.113.7:40000")

// ServeSTUN starts a server that tells people their public address (RFC 8489) in the world. It sees everybody at this
// address: two of them that see different ports show a symmetric NAT.
func (l *Lab) ServeSTUN(at, seen netip.AddrPort) error {
	c, err := l.World.listenUDP(at.String())
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
			v4 := seen.Addr().As4()
			answer = binary.BigEndian.AppendUint32(answer, binary.BigEndian.Uint32(v4[:])^cookie)
			_, _ = c.WriteTo(answer, from)
		}
	}()
	return nil
}
