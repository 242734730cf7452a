package proxy

import "strings"

// readGNOME understands what `gsettings list-recursively org.gnome.system.proxy` prints: lines of schema, key and value.
func readGNOME(text string) Configured {
	values := map[string]string{}
	for line := range strings.Lines(text) {
		schema, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		key, value, _ := strings.Cut(rest, " ")
		values[strings.TrimPrefix(strings.TrimPrefix(schema, "org.gnome.system.proxy"), ".")+"/"+key] = value
	}
	c := Configured{Named: "GNOME", Except: exceptions{hosts: list(values["/ignore-hosts"]), below: true}}
	at := func(which, scheme string) string {
		host, port := unquote(values[which+"/host"]), values[which+"/port"]
		if host == "" || port == "0" || port == "" {
			return ""
		}
		return scheme + join(host, port)
	}
	switch unquote(values["/mode"]) {
	case "manual":
		c.Proxy = at("https", "http://")
		if c.Proxy == "" && values["/use-same-proxy"] == "true" {
			c.Proxy = at("http", "http://")
		}
		if c.Proxy == "" {
			c.Proxy = at("socks", "socks5://")
		}
	case "auto":
		c.Script = unquote(values["/autoconfig-url"])
		c.Detects = c.Script == ""
	}
	return c
}

// list reads ['a', 'b'], as GVariant prints it; also "@as []".
func list(text string) []string {
	var all []string
	_, text, _ = strings.Cut(text, "[")
	for item := range strings.SplitSeq(strings.TrimSuffix(strings.TrimSpace(text), "]"), ",") {
		if item = unquote(item); item != "" {
			all = append(all, item)
		}
	}
	return all
}

func unquote(text string) string {
	text = strings.TrimSpace(text)
	if len(text) >= 2 && (text[0] == '\'' || text[0] == '"') && text[len(text)-1] == text[0] {
		text = text[1 : len(text)-1]
	}
	return text
}

// join puts host and port together; the host may be an IPv6 address, or be written with a scheme.
func join(host, port string) string {
	if _, rest, ok := strings.Cut(host, "://"); ok {
		host = strings.TrimSuffix(rest, "/")
	}
	if strings.Contains(host, ":") && !strings.HasPrefix(host, "[") {
		host = "[" + host + "]"
	}
	return host + ":" + port
}
