package ui

import (
	"context"
	"crypto/rand"

	"latchkey/internal/loopback"
	"latchkey/internal/secret"
)

// wayBack listens for a browser that a page sends back to this program. Its address holds a secret that only that page is told, and what
// comes there changes nothing but what the window shows.
func wayBack(ctx context.Context) (address string, back <-chan string, err error) {
	r, err := loopback.Listen(ctx, loopback.Options{State: secret.New(rand.Text())})
	if err != nil {
		return "", nil, err
	}
	arrived := make(chan string, 1)
	go func() {
		defer r.Close()
		select {
		case <-r.Reached():
			arrived <- r.Brought("username")
		case <-ctx.Done():
		}
	}()
	return r.Start(func() (string, error) { return "", nil }), arrived, nil
}
