package oauth

import "time"

// ClockLeeway is by how much this computer's clock and a server's may differ, either way: within it, no sign-in is refused for it.
const ClockLeeway = 5 * time.Minute

// oldestIssue is how long ago an ID token may have been issued: it is fresh from the token endpoint.
const oldestIssue = 24 * time.Hour

// ClockBounds is how far this computer's clock may be off from a server's until the server's ID tokens are refused.
type ClockBounds struct {
	Behind   time.Duration // farther behind, every one comes from the future
	Ahead    time.Duration // farther ahead, one has run out whose life is shorter than what is beyond: the server chooses that
	AheadFar time.Duration // farther ahead, every one is too old, however long it lives
}

// ClockBounds returns how far the clock may be off; ok is false where no ID token is expected, so that no sign-in depends on it.
func (s *Server) ClockBounds() (b ClockBounds, ok bool) {
	return ClockBounds{Behind: ClockLeeway, Ahead: ClockLeeway, AheadFar: oldestIssue}, s.openID()
}
