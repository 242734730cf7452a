package loopback

import "time"

// Limits sets how long the other side may take to send its request, to come for the page behind the redirect, and for the rest.
func (o *Options) Limits(header, linger, rest time.Duration) {
	o.limits = limits{header: header, write: rest, linger: linger, drain: rest}
}
