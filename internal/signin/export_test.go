package signin

import (
	"context"

	"latchkey/internal/oauth"
)

// StartWith starts an attempt whose interviews are those of a test.
func StartWith(ctx context.Context, d Deps, o Options, interview func(*oauth.Client, oauth.Flow) oauth.Interview) *Attempt {
	return start(ctx, d, o, interview)
}
