package proxy

import "strings"

// readKDE understands kioslaverc.
func readKDE(text string, getenv func(string) string) Configured {
	values, inside := map[string]string{}, false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			inside = line == "[Proxy Settings]"
			continue
		}
		if key, value, ok := strings.Cut(line, "="); ok && inside {
			key, _, _ = strings.Cut(strings.TrimSpace(key), "[") // "httpsProxy[$e]"
			values[key] = strings.TrimSpace(value)
		}
	}
	c := Configured{Named: "KDE"}
	hosts := strings.FieldsFunc(values["NoProxyFor"], func(r rune) bool { return r == ',' || r == ' ' })
	switch values["ProxyType"] {
	case "1":
		c.Proxy = first(func(name string) string { return values[name] }, "httpsProxy", "httpProxy", "socksProxy")
		socks := c.Proxy == "socksProxy"
		if c.Proxy = spaced(values[c.Proxy]); socks && c.Proxy != "" && !strings.Contains(c.Proxy, "://") {
			c.Proxy = "socks5://" + c.Proxy
		}
	case "2":
		c.Script = values["Proxy Config Script"]
	case "3":
		c.Detects = true
	case "4": // the names of variables
		c.Proxy = spaced(getenv(values["httpsProxy"]))
		hosts = strings.FieldsFunc(getenv(values["NoProxyFor"]), func(r rune) bool { return r == ',' || r == ' ' })
	}
	c.Except = exceptions{hosts: hosts, below: true, others: values["ReversedException"] == "true"}
	return c
}

// spaced takes KDE's "http://host 3128".
func spaced(text string) string {
	host, port, ok := strings.Cut(text, " ")
	if !ok {
		return text
	}
	scheme, rest, named := strings.Cut(host, "://")
	if !named {
		return join(host, strings.TrimSpace(port))
	}
	return scheme + "://" + join(strings.TrimSuffix(rest, "/"), strings.TrimSpace(port))
}
