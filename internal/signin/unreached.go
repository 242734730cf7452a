package signin

import (
	"context"
	"net/http"

	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

// tryServer finds out, beside the browser, whether this computer reaches a server that nothing was asked of before: its page would stay
// empty, and nobody would know why. The error comes by the channel; nothing when there is none. The browser may have another way there.
func (w *browserWait) tryServer(ctx context.Context) <-chan error {
	server := w.a.client.Server
	if !server.Genesys {
		return nil
	}
	unreached := make(chan error, 1)
	w.running.Go(func() {
		_, err := w.a.deps.HTTP.Do(ctx, transport.Request{Method: http.MethodHead, URL: server.Origin() + "/", Accept: "*/*", Once: true})
		if p := problem.From(err); p != nil && p.Kind == problem.Unreachable {
			unreached <- p
		}
	})
	return unreached
}
