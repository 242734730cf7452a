package proxy

import (
	"context"
	"strings"
	"sync"

	"github.com/mattn/go-ieproxy"
)

// SystemDesktop asks Windows. getenv is not needed there.
func SystemDesktop(func(string) string) Desktop {
	var one sync.Mutex // the library fills a variable of its own
	return func(context.Context) (Configured, error) {
		one.Lock()
		defer one.Unlock()
		set := ieproxy.ReloadConf()
		c := Configured{Named: "Windows"}
		if set.Static.Active {
			c.Proxy = windowsProxy(set.Static.Protocols)
		}
		if set.Automatic.Active {
			c.Script = set.Automatic.PreConfiguredURL
			c.Detects = c.Script == ""
		}
		hosts := strings.FieldsFunc(set.Static.NoProxy, func(r rune) bool { return r == ',' || r == ';' || r == ' ' })
		for _, host := range hosts {
			if strings.EqualFold(host, "<local>") {
				c.Except.simple = true
				continue
			}
			c.Except.hosts = append(c.Except.hosts, host)
		}
		return c, nil
	}
}
