package session

import "time"

// OnReached calls f at the named points of a renewal or a sign-out.
func (m *Manager) OnReached(f func(point string)) { m.reached = f }

// Unhurried lets renewals and sign-outs take as long as a busy machine needs.
func (m *Manager) Unhurried() {
	m.limits = limits{lock: 10 * time.Minute, renew: 10 * time.Minute, revoke: 10 * time.Minute}
}

// WaitForLock sets how long another process is waited for.
func (m *Manager) WaitForLock(d time.Duration) { m.limits.lock = d }

// Margin is how long a token must still be good for when nobody says.
const Margin = margin

// Steps is how many steps that servers want are held.
func (m *Manager) Steps() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.steps)
}
