package loopback

import (
	"fmt"
	"strings"
	"testing"
)

func TestCB39IsRefusedBeforeItIsDecoded(t *testing.T) {
	var query strings.Builder
	for i := range 10_001 {
		fmt.Fprintf(&query, "p%d=1&", i)
	}
	raw := query.String()
	if allocated := testing.AllocsPerRun(10, func() { _, _ = parseQuery(raw) }); allocated > 0 {
		t.Errorf("%v allocations", allocated)
	}
}

func FuzzParseQuery(f *testing.F) {
	for _, s := range []string{"code=a&state=b", "a=1&a=2", "%zz", ";", "=", "a=%00", strings.Repeat("a&", 40), "é=1&+=%2B"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		parameters, ok := parseQuery(raw)
		if !ok && parameters != nil {
			t.Error("refused, but returned")
		}
		if len(parameters) > maxParameters {
			t.Errorf("%d parameters", len(parameters))
		}
		callback, err := Options{Issuer: "i", IssRequired: true}.judge(parameters)
		if err == nil && (callback.Code.Empty() == (callback.Error == "") || parameters["iss"] != "i") {
			t.Errorf("taken: %q", raw)
		}
	})
}
