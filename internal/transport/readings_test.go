package transport

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/clock/clocktest"
)

// hand is a pair of clocks and a server's, turned by hand.
type hand struct {
	wall   *clocktest.Clock
	steady time.Time // with the monotonic clock
	server time.Time
	o      observations
}

func newHand() *hand {
	here := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	return &hand{wall: clocktest.At(here), steady: time.Now(), server: here}
}

// pass lets time pass, on each clock as much as is said.
func (h *hand) pass(server, wall, steady time.Duration) {
	h.server, h.steady = h.server.Add(server), h.steady.Add(steady)
	h.wall.Advance(wall)
}

// ask is an answer that took no time.
func (h *hand) ask(header http.Header) {
	if header == nil {
		header = http.Header{"Date": {h.server.Format(http.TimeFormat)}}
	}
	h.o.note("a", &stages{sent: h.steady, answered: h.steady, wall: h.wall.Now()}, header)
}

func TestDG14ReadingsTellBothClocks(t *testing.T) {
	h := newHand()
	start := h.wall.Now()
	h.ask(nil)
	h.pass(time.Hour, time.Hour, time.Hour)
	h.ask(nil)
	h.pass(8*time.Hour, 8*time.Hour, time.Minute) // the computer slept
	h.ask(nil)
	h.pass(time.Hour, time.Hour-4*time.Minute, time.Hour) // its clock was set back
	h.ask(nil)
	half := 500 * time.Millisecond
	want := []Reading{
		{start, 0, half, half},
		{start.Add(time.Hour), time.Hour, half, half},
		{start.Add(9 * time.Hour), time.Hour + time.Minute, half, half},
		{start.Add(10*time.Hour - 4*time.Minute), 2*time.Hour + time.Minute, 4*time.Minute + half, half},
	}
	if diff := cmp.Diff(want, h.o.readings["a"].all); diff != "" {
		t.Error(diff)
	}
}

func TestStoredDatesAreNoReadings(t *testing.T) {
	h := newHand()
	for _, header := range []http.Header{
		{}, {"Date": {"yesterday"}}, {"Date": {h.server.Format(http.TimeFormat)}, "Age": {"0"}},
	} {
		h.ask(header)
	}
	h.ask(nil)
	h.steady = h.steady.Add(-time.Second) // overtaken
	h.ask(nil)
	if n := len(h.o.readings["a"].all); n != 1 {
		t.Errorf("%d readings", n)
	}
}

// A window that is open for days keeps few readings, from all of its time.
func TestReadingsAreThinnedInTheMiddle(t *testing.T) {
	h := newHand()
	const step, n = 10 * time.Minute, 2000
	for range n {
		h.ask(nil)
		h.pass(step, step, step)
	}
	all := h.o.readings["a"].all
	if len(all) != mostReadings || all[0].Since != 0 || all[len(all)-1].Since != (n-1)*step {
		t.Fatalf("%d readings, from %v to %v", len(all), all[0].Since, all[len(all)-1].Since)
	}
	widest := time.Duration(0)
	for i := range all[1:] {
		widest = max(widest, all[i+1].Since-all[i].Since)
	}
	if most := 4 * n * step / mostReadings; widest > most {
		t.Errorf("nothing for %v", widest)
	}
	if !slices.IsSortedFunc(all, func(a, b Reading) int { return int(a.Since - b.Since) }) {
		t.Error("not in order")
	}
}

// A clock that was set, and soon set right, is seen at the end of a long day, and so is when.
func TestDG14ReadingsBesideAJumpStay(t *testing.T) {
	h := newHand()
	const step, n = 10 * time.Minute, 2000
	jumps := map[int]time.Duration{500: 4 * time.Minute, 501: -4 * time.Minute, 1200: 3 * time.Second}
	var beside []time.Duration // the monotonic clock's times of the readings beside jumps
	for i := range n {
		h.ask(nil)
		if jumps[i] != 0 || jumps[i-1] != 0 {
			beside = append(beside, time.Duration(i)*step)
		}
		h.pass(step, step+jumps[i], step)
	}
	all := h.o.readings["a"].all
	if len(all) > mostReadings {
		t.Errorf("%d readings", len(all))
	}
	for _, at := range beside {
		if !slices.ContainsFunc(all, func(r Reading) bool { return r.Since == at }) {
			t.Errorf("the reading at %v is gone", at)
		}
	}
	if want := 5; len(beside) != want {
		t.Errorf("%d readings beside jumps, want %d", len(beside), want)
	}
}

// A clock that is set all the time takes no more room than others, nor does it push the first and the newest reading out.
func TestReadingsOfARestlessClockAreBounded(t *testing.T) {
	h := newHand()
	const step, n = time.Minute, 500
	for i := range n {
		h.ask(nil)
		h.pass(step, step+time.Duration(i%2*2-1)*30*time.Second, step)
	}
	all := h.o.readings["a"].all
	if len(all) != mostReadings || all[0].Since != 0 || all[len(all)-1].Since != (n-1)*step {
		t.Errorf("%d readings, from %v to %v", len(all), all[0].Since, all[len(all)-1].Since)
	}
}
