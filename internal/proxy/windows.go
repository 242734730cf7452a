package proxy

// windowsProxy takes the proxy for https out of what Windows names for each kind of address; "" stands for all.
func windowsProxy(by map[string]string) string {
	for _, kind := range []string{"https", ""} {
		if by[kind] != "" {
			return by[kind]
		}
	}
	if by["socks"] != "" {
		return "socks5://" + by["socks"]
	}
	return ""
}
