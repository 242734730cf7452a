package diagnose

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"slices"
	"time"

	"github.com/pion/stun/v3"
)

// reflection is what one server saw of us.
type reflection struct {
	public netip.AddrPort
	took   time.Duration
}

// reflections is what all servers saw of one socket.
type reflections struct {
	local netip.AddrPort
	seen  []reflection
}

// nat names what the router does: "none", "friendly" (the same port for every destination), "symmetric", or "unknown" when
// fewer than two servers answered.
func (r reflections) nat() string {
	switch {
	case len(r.seen) > 0 && r.seen[0].public == r.local:
		return "none"
	case len(r.seen) < 2:
		return "unknown"
	}
	for _, s := range r.seen[1:] {
		if s.public != r.seen[0].public {
			return "symmetric"
		}
	}
	return "friendly"
}

func (r reflections) roundTrips() []float64 {
	var all []float64
	for _, s := range r.seen {
		all = append(all, milliseconds(s.took))
	}
	return all
}

// mirror asks every server, from one socket, how it sees us, until all have answered or the patience is over.
func (e Env) mirror(ctx context.Context, targets []netip.AddrPort) (reflections, error) {
	family := "udp4"
	if !targets[0].Addr().Is4() {
		family = "udp6"
	}
	packets, err := new(net.ListenConfig).ListenPacket(ctx, family, ":0")
	if err != nil {
		return reflections{}, err
	}
	socket := packets.(*net.UDPConn)
	defer socket.Close()
	defer context.AfterFunc(ctx, func() { _ = socket.SetReadDeadline(time.Unix(1, 0)) })()

	asked := make([]*question, len(targets))
	for i, to := range targets {
		if asked[i], err = e.newQuestion(to); err != nil {
			return reflections{}, err
		}
	}
	view := reflections{local: outgoing(ctx, targets[0], socket)}
	began := time.Now()
	sent := 0
	// Asked again after 0.3, 0.8 and 1.6 s: the shape of RFC 8489, section 6.2.1, in less time.
	for _, until := range []time.Duration{300, 800, 1600, voicePatience / time.Millisecond} {
		for _, q := range asked {
			if q.answered == 0 {
				if _, err = socket.WriteToUDPAddrPort(q.message.Raw, q.to); err == nil {
					sent++
				}
				q.sent = time.Now()
			}
		}
		if listen(ctx, socket, asked, began.Add(until*time.Millisecond)) {
			break
		}
	}
	if sent == 0 {
		return view, errors.Join(errNothingSent, err)
	}
	for _, q := range asked {
		if q.answered > 0 {
			view.seen = append(view.seen, reflection{q.public, q.answered})
		}
	}
	return view, nil
}

var errNothingSent = errors.New("no packet could be sent")

// question is one binding request.
type question struct {
	to       netip.AddrPort
	message  *stun.Message
	sent     time.Time
	answered time.Duration // 0: not yet
	public   netip.AddrPort
}

func (e Env) newQuestion(to netip.AddrPort) (*question, error) {
	var id [stun.TransactionIDSize]byte
	if _, err := io.ReadFull(e.Rand, id[:]); err != nil {
		return nil, err
	}
	message, err := stun.Build(stun.NewTransactionIDSetter(id), stun.BindingRequest)
	return &question{to: to, message: message}, err
}

// listen takes answers in until all have come or the time is over. What was not asked for is dropped.
func listen(ctx context.Context, socket *net.UDPConn, asked []*question, until time.Time) (all bool) {
	if ctx.Err() == nil {
		_ = socket.SetReadDeadline(until)
	}
	buffer := make([]byte, 1500)
	for {
		if !slices.ContainsFunc(asked, func(q *question) bool { return q.answered == 0 }) {
			return true
		}
		n, _, err := socket.ReadFromUDPAddrPort(buffer)
		if late, ok := errors.AsType[net.Error](err); ok && late.Timeout() || errors.Is(err, net.ErrClosed) {
			return ctx.Err() != nil
		}
		if err == nil {
			take(buffer[:n], asked)
		} else if time.Now().After(until) { // an ICMP refusal; others may still answer
			return ctx.Err() != nil
		}
	}
}

// take files an answer with its question, which its transaction ID names: 96 random bits.
func take(packet []byte, asked []*question) {
	answer := &stun.Message{Raw: slices.Clone(packet)}
	if answer.Decode() != nil || answer.Type != stun.BindingSuccess {
		return
	}
	for _, q := range asked {
		if q.answered > 0 || q.message.TransactionID != answer.TransactionID {
			continue
		}
		var mapped stun.XORMappedAddress
		if mapped.GetFrom(answer) != nil {
			return
		}
		addr, ok := netip.AddrFromSlice(mapped.IP)
		if !ok || mapped.Port <= 0 || mapped.Port > 65535 {
			return
		}
		q.public, q.answered = netip.AddrPortFrom(addr.Unmap(), uint16(mapped.Port)), max(time.Since(q.sent), time.Microsecond)
	}
}

// outgoing returns the address that this computer sends from: without a router in between, it is the public one.
func outgoing(ctx context.Context, to netip.AddrPort, socket *net.UDPConn) netip.AddrPort {
	port := socket.LocalAddr().(*net.UDPAddr).AddrPort().Port()
	probe, err := new(net.Dialer).DialContext(ctx, "udp", to.String()) // sends nothing
	if err != nil {
		return netip.AddrPort{}
	}
	defer probe.Close()
	return netip.AddrPortFrom(probe.LocalAddr().(*net.UDPAddr).AddrPort().Addr().Unmap(), port)
}
