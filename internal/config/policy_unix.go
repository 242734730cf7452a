//go:build !windows

package config

import "runtime"

func policyFile() string {
	if runtime.GOOS == "darwin" {
		return "/Library/Application Support/Latchkey/policy.toml"
	}
	return "/etc/latchkey/policy.toml"
}
