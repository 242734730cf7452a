package config

import (
	"maps"
	"slices"
)

// merge lays the policy over the user's own settings, and says what it locks.
func merge(policy, own *document) (both *document, locked map[string]bool) {
	both = &document{fallback: own.fallback, organizations: maps.Clone(own.organizations)}
	locked = map[string]bool{}
	if policy.fallback != nil {
		both.fallback = policy.fallback
		locked["default"] = true
	}
	both.updates = mergeUpdates(policy.updates, own.updates, locked)
	both.proxy, both.pac = own.proxy, own.pac
	if policy.proxy != nil || policy.pac != nil { // a user's script does not go around the policy's proxy
		both.proxy, both.pac = policy.proxy, policy.pac
		locked["proxy"], locked["pac"] = true, true
	}
	for id, fixed := range policy.organizations {
		merged := table{at: fixed.at, entries: map[string]entry{}}
		fixesServer := slices.ContainsFunc(keys, func(k key) bool {
			_, ok := fixed.entries[k.name]
			return ok && k.server
		})
		for _, k := range keys {
			e, set := fixed.entries[k.name]
			switch {
			case set:
				merged.entries[k.name] = e
			case k.server && fixesServer:
				// Locked without a value: the server is the policy's, with all of its addresses.
			default:
				if e, ok := own.organizations[id].entries[k.name]; ok {
					merged.entries[k.name] = e
				}
				continue
			}
			locked["organizations."+id+"."+k.name] = true
		}
		both.organizations[id] = merged
	}
	return both, locked
}
