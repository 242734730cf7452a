package present

import (
	"strings"

	"latchkey/internal/transport"
)

// factWords are the words for facts whose names say too little when they are only read out, or the same as another's beside them.
var factWords = map[string]struct{ words, unit string }{
	"answer_ms":                {"Answer, twice", " ms"},
	"bytes_per_s":              {"Comes through", " bytes/s"},
	"certificate_sha256":       {"Certificate SHA-256", ""},
	"disagreeing_ms":           {"They are off by", " ms"},
	"drift_ppm":                {"Drift rate", " ppm"},
	"drift_uncertainty_ppm":    {"Drift rate, ±", " ppm"},
	"free_mib":                 {"Free space", " MiB"},
	"keys_ms":                  {"Keys, time", " ms"},
	"last_jump_uncertainty_ms": {"Last jump, ±", " ms"},
	"line_ms":                  {"There and back", " ms"},
	"metadata_ms":              {"Metadata, time", " ms"},
	"monotonic_elapsed_ms":     {"Took, by timer", " ms"},
	"page_ms":                  {"Page, time", " ms"},
	"probe_ms":                 {"Probe, time", " ms"},
	"renewed_s_ago":            {"Renewed, ago", " s"},
	"rtt_ms":                   {"Round trips", " ms"},
	"token_ms":                 {"Token, time", " ms"},
	"totp_steps":               {"Codes off by", " steps"},
	"utc_offset_min":           {"Zone from UTC", " min"},
	"wall_elapsed_ms":          {"Took, by clock", " ms"},
}

// units are the endings of facts' names that go to the value.
var units = []struct{ suffix, unit string }{
	{"_ms", " ms"}, {"_s", " s"}, {"_ppm", " ppm"}, {"_bytes", " bytes"}, {"_mb", " MB"},
}

// properNames are beginnings of facts' names that are written in a way of their own.
var properNames = map[string]string{
	"tls": "TLS", "ipv4": "IPv4", "ipv6": "IPv6", "totp": "One-time code", "api": "API", "wsl": "WSL", "opengl": "OpenGL", "nat": "NAT", "udp": "UDP",
	"os": "System", "vpn": "VPN",
}

// factName makes words of a fact's name; its unit goes to the value.
func factName(name string) (words, unit string) {
	if own, ok := factWords[name]; ok {
		return own.words, own.unit
	}
	for _, u := range units {
		if rest, ok := strings.CutSuffix(name, u.suffix); ok {
			name, unit = rest, u.unit
			break
		}
	}
	name = strings.ReplaceAll(name, "_", " ")
	for lower, upper := range properNames {
		if rest, ok := strings.CutPrefix(name, lower); ok && (rest == "" || rest[0] == ' ') {
			return transport.Clean(upper+rest, 40), unit
		}
	}
	if name != "" {
		name = strings.ToUpper(name[:1]) + name[1:]
	}
	return transport.Clean(name, 40), unit
}
