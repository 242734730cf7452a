package transport

import (
	"net/http"
	"testing"
	"time"
)

func TestObservationIsCorrectedForTheWay(t *testing.T) {
	here := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	sent := time.Now()
	s := &stages{sent: sent, answered: sent.Add(3 * time.Second), wall: here}
	var o observations
	// The date was written 1.5 s before the answer came, and cut to the second: so far the clocks agree.
	o.note("a", s, http.Header{"Date": {here.Add(-2 * time.Second).Format(http.TimeFormat)}})
	want := Observation{RoundTrip: 3 * time.Second, Offset: 0, Uncertainty: 2 * time.Second, At: here}
	if got := o.byHost["a"]; got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	// Of two hosts, the nearer one is the surer.
	near := &stages{sent: sent, answered: sent.Add(time.Millisecond), wall: here}
	o.note("b", near, http.Header{"Date": {here.Add(time.Hour).Format(http.TimeFormat)}})
	if off, ok := o.clockOff(); !ok || off < time.Hour {
		t.Errorf("got %v, %v", off, ok)
	}
}
