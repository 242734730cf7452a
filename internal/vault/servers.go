package vault

import (
	"context"
	"slices"
)

// Servers returns the hosts that an organisation's settings named when somebody last signed in, also after signing out; none when
// that is not known.
func (v *Vault) Servers(org string) []string {
	v.mu.Lock()
	hosts := v.servers[org]
	v.mu.Unlock()
	if hosts != nil {
		return slices.Clone(hosts)
	}
	x, err := v.readIndex()
	if err != nil {
		return nil
	}
	return x.Servers[org]
}

// RememberServers keeps them; on the disk only when keep is true. No hosts forget the organisation.
func (v *Vault) RememberServers(ctx context.Context, org string, hosts []string, keep bool) error {
	v.mu.Lock()
	if v.servers[org] = slices.Clone(hosts); len(hosts) == 0 {
		delete(v.servers, org)
	}
	v.mu.Unlock()
	if !keep {
		return nil
	}
	return v.changeIndex(ctx, func(x *index) bool {
		if slices.Equal(x.Servers[org], hosts) {
			return false
		}
		if x.Servers == nil {
			x.Servers = map[string][]string{}
		}
		if x.Servers[org] = hosts; len(hosts) == 0 {
			delete(x.Servers, org)
		}
		return true
	})
}
