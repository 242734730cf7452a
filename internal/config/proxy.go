package config

import (
	"latchkey/internal/problem"
	"latchkey/internal/proxy"
)

// choice reads "proxy" and "pac".
func (d *document) choice() (proxy.Choice, error) {
	if d.proxy != nil && d.pac != nil {
		return proxy.Choice{}, d.pac.at.problem(problem.SettingsBadValue, "pac", "is set beside proxy; only one of them can decide", "Take one of them out.")
	}
	if d.pac != nil {
		return d.pac.choose("pac", `pac = "https://acme.example/proxy.pac"`, proxy.ParseScript)
	}
	if d.proxy != nil {
		return d.proxy.choose("proxy", `proxy = "http://proxy.acme.example:3128"`, proxy.ParseChoice)
	}
	return proxy.Choice{}, nil
}

func (e entry) choose(key, example string, parse func(string) (proxy.Choice, error)) (proxy.Choice, error) {
	text, ok := e.value.(string)
	if !ok {
		return proxy.Choice{}, e.wrongType(key, example)
	}
	err := plain(text)
	var c proxy.Choice
	if err == nil {
		c, err = parse(text)
	}
	if err != nil {
		return proxy.Choice{}, e.at.problem(problem.SettingsBadValue, key, err.Error(), "For instance: "+example)
	}
	return c, nil
}
