package diagnose

import (
	"context"
	"fmt"
	"net/url"
	"time"
)

// measurement is what all clocks showed, and how this computer's own two went on meanwhile.
type measurement struct {
	sources     []timeSource
	server      series // the sign-in server's
	serverJumps bool
	silent      int // sources that gave no time
	wall, mono  time.Duration
	course      course // since the program began
	meanwhile   course // during the measurement
}

func (m measurement) jumped() bool { return (m.wall - m.mono).Abs() > steady }

// slept reports that the clocks went apart, and that it was not the wall clock that was set: it still is where it was beside
// the server's.
func (m measurement) slept() bool {
	return m.wall-m.mono > steady && !m.serverJumps && len(m.meanwhile.jumps) == 0 && m.meanwhile.slept > 0
}
func (m measurement) steady() bool { return !m.jumped() && !m.serverJumps }

// byServer is the offset to the sign-in server's clock; where that is not known, the one that is given.
func (m measurement) byServer(otherwise span) span {
	for _, s := range m.sources {
		if s.name == signInSource {
			return s.offset
		}
	}
	return otherwise
}

// measure asks all sources at once: the sign-in server several times, any other once. Once any has told the time, those that
// have not begun to answer are not waited for long: a sign-in server that is gone hides nothing that others know.
func (e Env) measure(ctx context.Context) measurement {
	wall, mono := e.Clock.Now().Round(0), time.Now()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	login, named := e.Login()
	others := e.otherClocks()
	answers := make(chan clockAnswer, 1+len(others)+len(e.NTP)) // room for all: nobody is left waiting
	asked, before := 0, 0
	ask := func(how func() clockAnswer) {
		asked++
		go func() { answers <- how() }()
	}
	if named {
		before = len(e.HTTP.Readings(login.URL.Host))
		ask(func() clockAnswer { return e.askLogin(ctx, login.URL) })
	}
	for name, address := range others {
		ask(func() clockAnswer {
			e.giveWay(ctx)
			s := e.sampleHost(ctx, address, 1)
			return clockAnswer{source: timeSource{name, s.offset, false}, ok: s.err == nil}
		})
	}
	for i, server := range e.NTP {
		ask(func() clockAnswer {
			offset, err := e.askNTP(ctx, server)
			return clockAnswer{source: timeSource{fmt.Sprintf("time server %d", i+1), offset, false}, ok: err == nil}
		})
	}
	var m measurement
	patient, overdue := time.NewTimer(clockPatience), false
	defer patient.Stop()
	for left := asked; left > 0; {
		select {
		case a := <-answers:
			left--
			if a.ok {
				m.sources = append(m.sources, a.source)
			}
			if a.server != nil {
				m.server, m.serverJumps, named = *a.server, a.server.err == errUnsteady, false
			}
		case <-patient.C:
			overdue = true
		}
		answering := named && len(e.HTTP.Readings(login.URL.Host)) > before
		if overdue && len(m.sources) > 0 && !answering {
			break
		}
	}
	m.silent = asked - len(m.sources)
	m.wall, m.mono = e.Clock.Now().Round(0).Sub(wall), time.Since(mono)
	m.sources = withoutDoubt(m.sources)
	if login, ok := e.Login(); ok {
		all := e.HTTP.Readings(login.URL.Host)
		m.course, m.meanwhile = courseOf(all), courseOf(all[max(0, len(all)-m.server.samples):])
	}
	return m
}

// clockPatience is how long sources are waited for that have not begun to answer: a little longer than others give way to the
// sign-in server.
const clockPatience = lull + 300*time.Millisecond

// clockAnswer is what came of asking one source; ok is false when it gave no time.
type clockAnswer struct {
	source timeSource
	ok     bool
	server *series // of the sign-in server; nil: it is another source
}

// askLogin reads the sign-in server's clock.
func (e Env) askLogin(ctx context.Context, address *url.URL) clockAnswer {
	e.giveWay(ctx)
	s := e.sampleHost(ctx, address, mostSamples)
	if offset, ok := e.doubtfulDate(ctx, address, s.err); ok {
		return clockAnswer{timeSource{signInSource, offset, true}, true, &series{}}
	}
	return clockAnswer{timeSource{signInSource, s.offset, false}, s.err == nil, &s}
}

const signInSource = "sign-in server"

// otherClocks are the hosts beside the sign-in server that are asked for the time.
func (e Env) otherClocks() map[string]*url.URL {
	others := map[string]*url.URL{}
	login, _ := e.Login()
	if api, ok := e.HostOf(HostAPI); ok && api.URL.Host != login.URL.Host {
		others["data service"] = api.URL
	}
	if status, err := url.Parse(e.statusAddress()); err == nil && status.Host != "" && status.Host != login.URL.Host {
		others["status page"] = status
	}
	return others
}

// withoutDoubt leaves doubted sources out while there is any other.
func withoutDoubt(all []timeSource) []timeSource {
	var sure []timeSource
	for _, s := range all {
		if !s.doubted {
			sure = append(sure, s)
		}
	}
	if len(sure) > 0 {
		return sure
	}
	return all
}
