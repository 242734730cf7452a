package proxy

import "strings"

// readMacOS understands what `scutil --proxy` prints.
func readMacOS(text string) Configured {
	values, hosts, inside := map[string]string{}, []string{}, false
	for line := range strings.Lines(text) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), " : ")
		switch {
		case key == "ExceptionsList":
			inside = true
		case !ok:
			inside = inside && key != "}"
		case inside:
			hosts = append(hosts, value)
		default:
			values[key] = value
		}
	}
	c := Configured{Named: "macOS", Except: exceptions{hosts: hosts, simple: values["ExcludeSimpleHostnames"] == "1"}}
	at := func(which, scheme string) string {
		if values[which+"Enable"] != "1" || values[which+"Proxy"] == "" || values[which+"Port"] == "" {
			return ""
		}
		return scheme + join(values[which+"Proxy"], values[which+"Port"])
	}
	if c.Proxy = at("HTTPS", "http://"); c.Proxy == "" {
		c.Proxy = at("SOCKS", "socks5://")
	}
	if values["ProxyAutoConfigEnable"] == "1" {
		c.Script = values["ProxyAutoConfigURLString"]
	}
	c.Detects = values["ProxyAutoDiscoveryEnable"] == "1"
	return c
}
