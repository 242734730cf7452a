package session

import "time"

// OnReached calls f at the named points of a renewal or a sign-out.
func (m *Manager) OnReached(f func(point string)) { m.reached = f }

// WaitForLock sets how long another process is waited for.
func (m *Manager) WaitForLock(d time.Duration) { m.limits.lock = d }

// Margin is how long a token must still be good for when nobody says.
const Margin = margin
