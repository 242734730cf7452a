package signin

import (
	"time"

	"latchkey/internal/problem"
)

// Believed reports whether a sign-in waits for a remembered time that is so far ahead and was told with this problem.
func Believed(why problem.Code, ahead time.Duration) bool {
	longest, ok := rests(why)
	return ok && ahead > 0 && ahead <= longest
}
