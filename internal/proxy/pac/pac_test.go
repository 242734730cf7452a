package pac

import (
	"context"
	"errors"
	"net/netip"
	"testing"
	"time"
)

type names map[string][]netip.Addr

// LookupNetIP knows what is written in the map.
func (n names) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	if found := n[host]; len(found) > 0 {
		return append([]netip.Addr(nil), found...), nil
	}
	return nil, errors.New("no such host")
}

func TestWhatScriptsKnow(t *testing.T) {
	at := time.Date(2026, 11, 28, 14, 30, 15, 0, time.FixedZone("", 3600)) // a Saturday; 13:30:15 GMT
	w := world{
		ctx: t.Context(), now: func() time.Time { return at }, own: func() netip.Addr { return netip.MustParseAddr("10.1.2.3") },
		names: names{"login.acme.example": {netip.MustParseAddr("198.51.100.10")}},
	}
	for expression, want := range map[string]string{
		`isPlainHostName("intranet")`:                                      "true",
		`isPlainHostName(host)`:                                            "false",
		`dnsDomainIs(host, ".ACME.example")`:                               "true",
		`localHostOrDomainIs("login", "login.acme.example")`:               "true",
		`localHostOrDomainIs("www.acme.example", "login.acme.example")`:    "false",
		`isResolvable(host)`:                                               "true",
		`isResolvable("nowhere.example")`:                                  "false",
		`dnsResolve(host)`:                                                 "198.51.100.10",
		`dnsResolve("nowhere.example")`:                                    "null",
		`isInNet(host, "198.51.100.0", "255.255.255.0")`:                   "true",
		`isInNet("10.9.9.9", "198.51.100.0", "255.255.255.0")`:             "false",
		`isInNet(host, "198.51.100.0", "oops")`:                            "false",
		`isInNetEx(host, "198.51.100.0/24")`:                               "true",
		`myIpAddress()`:                                                    "10.1.2.3",
		`sortIpAddressList("10.0.0.1;2001:db8::1")`:                        "2001:db8::1;10.0.0.1",
		`dnsDomainLevels(host)`:                                            "2",
		`convert_addr("104.16.41.2")`:                                      "1745889538",
		`shExpMatch(url, "https://*.acme.example/*")`:                      "true",
		`shExpMatch("a+b.example", "a+?.*")`:                               "true",
		`shExpMatch("ab", "a")`:                                            "false",
		`shExpMatch("", "*")`:                                              "true",
		`weekdayRange("SAT")`:                                              "true",
		`weekdayRange("FRI", "MON")`:                                       "true",
		`weekdayRange("MON", "FRI")`:                                       "false",
		`timeRange(14)`:                                                    "true",
		`timeRange(13, "GMT")`:                                             "true",
		`timeRange(8, 18)`:                                                 "true",
		`timeRange(22, 6)`:                                                 "false",
		`timeRange(14, 30, 14, 45)`:                                        "true",
		`timeRange(14, 30, 16, 14, 45, 0)`:                                 "false",
		`dateRange(28)`:                                                    "true",
		`dateRange("NOV")`:                                                 "true",
		`dateRange(2025)`:                                                  "false",
		`dateRange("OCT", "JAN")`:                                          "true",
		`dateRange(1, "JUN", 15, "AUG")`:                                   "false",
		`dateRange(28, "NOV", 2026)`:                                       "true",
		`dateRange(1, "JUN", 1995, 15, "AUG", 2030, "GMT")`:                "true",
		`dateRange("oops")`:                                                "false",
		`(() => { let a = [1, 2].map(n => n * 2); return a.join("-") })()`: "2-4",
		`typeof require + typeof fetch + typeof WebAssembly + typeof globalThis.process`: "undefinedundefinedundefinedundefined",
	} {
		got, err := w.evaluate("function FindProxyForURL(url, host) { return String("+expression+") }", "https://login.acme.example/", "login.acme.example")
		if err != nil || got != want {
			t.Errorf("%s: got %q, %v, want %q", expression, got, err, want)
		}
	}
}
