package signin

import (
	"context"
	"strings"
	"time"

	"latchkey/internal/problem"
)

// Memory is what attempts know of accounts beyond their own end and the program's. It holds no secret, and losing it
// costs no more than a question. User names come as [accountName] makes them. What cannot be written or read is
// forgotten without a word.
type Memory interface {
	// LastMethod returns the method beside the password that signed this account in last; empty when none is known.
	LastMethod(ctx context.Context, org, username string) string
	// RememberMethod replaces it.
	RememberMethod(ctx context.Context, org, username, method string)

	// PausedUntil returns until when the server is not to be asked about this account, and the problem it told; zero
	// when it may be asked.
	PausedUntil(ctx context.Context, org, username string) (until time.Time, why problem.Code)
	// Pause replaces it. The zero time ends it.
	Pause(ctx context.Context, org, username string, until time.Time, why problem.Code)
}

// accountName is the name by which an account is remembered: servers that tell capital letters apart in it are not known,
// and two accounts that share a pause lose nothing but a moment.
func accountName(username string) string { return strings.ToLower(trimUsername(username)) }
