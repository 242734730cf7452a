package present

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"

	"latchkey/internal/diagnose"
	"latchkey/internal/transport"
)

// trips finds the round trips of several tries among a check's facts.
func trips(facts []diagnose.Fact) *Trips {
	for _, f := range facts {
		if f.Name != "rtt_ms" && f.Name != "round_trip_ms" {
			continue
		}
		all := numbers(f.Value)
		if len(all) < 2 {
			continue
		}
		t := &Trips{Milliseconds: all}
		low, high := slices.Min(all), slices.Max(all)
		if t.Caption = fmt.Sprintf("%d tries, each %s ms", len(all), whole(low)); whole(low) != whole(high) {
			t.Caption = fmt.Sprintf("%d tries, %s to %s ms", len(all), whole(low), whole(high))
		}
		return t
	}
	return nil
}

// scale finds a clock's offset among a check's facts.
func scale(facts []diagnose.Fact) *Scale {
	var s *Scale
	for _, f := range facts {
		n := numbers(f.Value)
		if len(n) != 1 {
			continue
		}
		ms := time.Duration(n[0] * float64(time.Millisecond))
		switch f.Name {
		case "offset_ms":
			if s == nil {
				s = &Scale{Tolerated: diagnose.CodesTolerate}
			}
			s.Offset = ms
		case "uncertainty_ms":
			if s == nil {
				continue
			}
			s.Uncertainty = ms.Abs()
		}
	}
	if s == nil {
		return nil
	}
	switch off := s.Offset.Abs(); {
	case off <= max(s.Uncertainty, time.Second):
		s.Caption = "Exact"
	case s.Offset > 0:
		s.Caption = exactSpan(off) + " slow"
	default:
		s.Caption = exactSpan(off) + " fast"
	}
	if s.Uncertainty >= time.Second {
		s.Caption += ", give or take " + exactSpan(s.Uncertainty)
	}
	return s
}

// exactSpan writes a span with its two largest units: 4 min 2 s.
func exactSpan(d time.Duration) string {
	s := int(math.Round(d.Seconds()))
	switch {
	case s < 1:
		return "under 1 s"
	case s < 60:
		return fmt.Sprintf("%d s", s)
	case s < 3600:
		return twoUnits(s/60, "min", s%60, "s")
	case s < 86400:
		return twoUnits(s/3600, "h", s/60%60, "min")
	default:
		return twoUnits(s/86400, "d", s/3600%24, "h")
	}
}

func twoUnits(large int, of string, small int, rest string) string {
	if small == 0 {
		return fmt.Sprintf("%d %s", large, of)
	}
	return fmt.Sprintf("%d %s %d %s", large, of, small, rest)
}

// facts are the measured details of a check in words.
func (d *diagnosing) facts(r diagnose.Result) []Detail {
	var details []Detail
	if r.Code != "" {
		details = append(details, Detail{"Code", string(r.Code)})
	}
	for _, f := range r.Facts {
		name, unit := factName(f.Name)
		if span := longSpan(f.Value, unit); span != "" {
			details = append(details, Detail{name, span})
		} else if value := d.factValue(f.Value); value != "" {
			details = append(details, Detail{name, value + unit})
		}
	}
	return details
}

// longSpan writes a span of a minute or more, which nobody reads in seconds, and nothing for anything else.
func longSpan(value any, unit string) string {
	of, ok := map[string]time.Duration{" ms": time.Millisecond, " s": time.Second}[unit]
	if n := numbers(value); ok && len(n) == 1 && math.Abs(n[0]) >= float64(time.Minute/of) && math.Abs(n[0]) < float64(math.MaxInt64/of) {
		span := exactSpan(time.Duration(math.Abs(n[0]) * float64(of)))
		if n[0] < 0 {
			return "−" + span
		}
		return span
	}
	return ""
}

// factValue writes a fact's value.
func (d *diagnosing) factValue(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case bool:
		if v {
			return "yes"
		}
		return "no"
	case time.Time:
		if v.IsZero() {
			return ""
		}
		return v.In(d.location).Format("2006-01-02 15:04:05")
	case time.Duration:
		return decimal(float64(v) / float64(time.Millisecond))
	case float64:
		return decimal(v)
	}
	if list := reflect.ValueOf(value); list.Kind() == reflect.Slice {
		var all []string
		for i := range min(list.Len(), 12) {
			all = append(all, d.factValue(list.Index(i).Interface()))
		}
		return transport.Clean(strings.Join(all, ", "), 300)
	}
	return transport.Clean(fmt.Sprint(value), 300)
}

// numbers takes the numbers out of a fact's value.
func numbers(value any) []float64 {
	v := reflect.ValueOf(value)
	if d, ok := value.(time.Duration); ok {
		return []float64{float64(d) / float64(time.Millisecond)}
	}
	switch {
	case !v.IsValid():
		return nil
	case v.CanInt():
		return []float64{float64(v.Int())}
	case v.CanUint():
		return []float64{float64(v.Uint())}
	case v.CanFloat():
		if f := v.Float(); !math.IsNaN(f) && !math.IsInf(f, 0) {
			return []float64{f}
		}
	case v.Kind() == reflect.Slice:
		var all []float64
		for i := range min(v.Len(), 64) {
			all = append(all, numbers(v.Index(i).Interface())...)
		}
		return all
	}
	return nil
}

// decimal writes a number with one digit after the point, where there is something to say there.
func decimal(f float64) string {
	return strings.TrimSuffix(fmt.Sprintf("%.1f", math.Round(10*f)/10+0), ".0") // no "-0"
}

// whole writes milliseconds; below one with what is known.
func whole(f float64) string {
	if f < 1 {
		return decimal(f)
	}
	return fmt.Sprintf("%.0f", f)
}

func progress(done, of int) string { return fmt.Sprintf("%d of %d", done, of) }
