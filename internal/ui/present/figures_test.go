package present

import (
	"testing"
	"time"

	"latchkey/internal/diagnose"
)

func TestLongSpansOfFactsAreReadable(t *testing.T) {
	d := &diagnosing{location: time.UTC}
	for _, test := range []struct {
		fact diagnose.Fact
		want Detail
	}{
		{diagnose.Fact{Name: "offset_ms", Value: 242000.0}, Detail{"Offset", "4 min 2 s"}},
		{diagnose.Fact{Name: "last_jump_ms", Value: -3600000.0}, Detail{"Last jump", "−1 h"}},
		{diagnose.Fact{Name: "last_jump_ago_s", Value: 3900.0}, Detail{"Last jump ago", "1 h 5 min"}},
		{diagnose.Fact{Name: "watched_s", Value: 59.0}, Detail{"Watched", "59 s"}},
		{diagnose.Fact{Name: "slept_s", Value: 1e300}, Detail{"Slept", d.factValue(1e300) + " s"}},
		{diagnose.Fact{Name: "round_trip_ms", Value: []float64{70000, 3}}, Detail{"Round trip", "70000, 3 ms"}},
		{diagnose.Fact{Name: "memory_mb", Value: 70000}, Detail{"Memory", "70000 MB"}},
	} {
		got := d.facts(diagnose.Result{Facts: []diagnose.Fact{test.fact}})
		if len(got) != 1 || got[0] != test.want {
			t.Errorf("%s: %+v, want %+v", test.fact.Name, got, test.want)
		}
	}
}
