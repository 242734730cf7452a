package config

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"time"

	"latchkey/internal/problem"
)

// Updates say where to learn of newer versions. The zero value: nowhere.
type Updates struct {
	URL   string            // of the manifest; empty: none
	Key   ed25519.PublicKey // that its signature is checked with; set when URL is
	Check bool              // false: never asked
	Every time.Duration     // how long it is left alone after it was asked
}

// How often it is asked when the settings do not say, and what they may say.
const (
	daily     = 24 * time.Hour
	mostOften = time.Second
	leastSo   = 30 * daily
)

// updateKeys are the settings below [updates], with an example of each.
var updateKeys = map[string]string{
	"url":   `url = "https://downloads.acme.example/latchkey.json"`,
	"key":   `key = "base64 of the public key"`,
	"check": `check = false`,
	"every": `every = "24h"`,
}

// readUpdates takes the section apart.
func (d *document) readUpdates(value any, at func(path ...string) place) error {
	values, ok := value.(map[string]any)
	if !ok {
		return entry{value, at("updates")}.wrongType("updates", "[updates]")
	}
	d.updates = map[string]entry{}
	for key, v := range values {
		if updateKeys[key] == "" {
			return at("updates", key).problem(problem.SettingsUnknownKey, "updates."+bareOrQuoted(key), "is not a setting",
				"Below [updates] there are url, key, check and every.")
		}
		d.updates[key] = entry{v, at("updates", key)}
	}
	return nil
}

// mergeUpdates lays the policy's section over the user's. Address and key come from the same file: a user's key does not vouch for
// the policy's address.
func mergeUpdates(policy, own map[string]entry, locked map[string]bool) map[string]entry {
	merged := map[string]entry{}
	_, url := policy["url"]
	_, key := policy["key"]
	for name := range updateKeys {
		from := own
		_, set := policy[name]
		if set || (name == "url" || name == "key") && (url || key) {
			from, locked["updates."+name] = policy, true
		}
		if e, ok := from[name]; ok {
			merged[name] = e
		}
	}
	return merged
}

// buildUpdates checks the values.
func (d *document) buildUpdates() (Updates, error) {
	u := Updates{Check: true}
	var key string
	for _, name := range []string{"url", "key", "check", "every"} {
		e, ok := d.updates[name]
		if !ok {
			continue
		}
		var err error
		switch name {
		case "check":
			if u.Check, ok = e.value.(bool); !ok {
				return Updates{}, e.wrongType("updates."+name, updateKeys[name])
			}
			continue
		case "url":
			if u.URL, ok = e.value.(string); ok {
				err = errors.Join(plain(u.URL), address(u.URL))
			}
		case "key":
			if key, ok = e.value.(string); ok {
				u.Key, err = publicKey(key)
			}
		case "every":
			var length string
			if length, ok = e.value.(string); ok {
				u.Every, err = interval(length)
			}
		}
		if !ok {
			return Updates{}, e.wrongType("updates."+name, updateKeys[name])
		}
		if err != nil {
			return Updates{}, e.at.problem(problem.SettingsBadValue, "updates."+name, err.Error(), "Write it like this: "+updateKeys[name])
		}
	}
	for name, missing := range map[string]bool{"url": u.Key != nil && u.URL == "", "key": u.URL != "" && u.Key == nil} {
		if missing {
			for _, e := range d.updates {
				return Updates{}, e.at.problem(problem.SettingsBadValue, "updates", "has no "+name, "Add a line such as "+updateKeys[name])
			}
		}
	}
	if u.URL == "" {
		return Updates{}, nil
	}
	if u.Every == 0 {
		u.Every = daily
	}
	return u, nil
}

func publicKey(text string) (ed25519.PublicKey, error) {
	key, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return nil, errors.New("is not a public key: 32 bytes in base64")
	}
	return key, nil
}

func interval(text string) (time.Duration, error) {
	length, err := time.ParseDuration(text)
	if err != nil || length < mostOften || length > leastSo {
		return 0, errors.New("is not a length of time between one second and 30 days")
	}
	return length, nil
}

// Equal reports whether both say the same.
func (u Updates) Equal(other Updates) bool {
	return u.URL == other.URL && u.Check == other.Check && u.Every == other.Every && u.Key.Equal(other.Key)
}
