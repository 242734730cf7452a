package oauth_test

import (
	"context"
	"testing"

	"latchkey/internal/oauth/oauthtest"
)

// However the wait ends, what it polled with is gone.
func TestDeviceCodeIsWiped(t *testing.T) {
	for name, answers := range map[string][]oauthtest.Answer{
		"granted":   nil,
		"denied":    {oauthtest.Refused(400, "access_denied")},
		"expired":   {oauthtest.Refused(400, "expired_token")},
		"malformed": {{Body: "x"}},
		"cancelled": nil,
	} {
		t.Run(name, func(t *testing.T) {
			w := deviceServer(t)
			d, err := w.authorize(t, nil)
			if err != nil {
				t.Fatal(err)
			}
			code := d.Secret()
			if code.Empty() {
				t.Fatal("there is nothing to poll with")
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			switch name {
			case "cancelled":
				cancel()
			case "granted":
				w.DecideDevice(true)
			}
			w.Next(oauthtest.TokenPath, answers...)
			if _, err := w.client.DeviceWait(ctx, d, newFlow(t)); (err == nil) != (name == "granted") {
				t.Fatal(err)
			}
			if !code.Empty() {
				t.Error("it is still there")
			}
		})
	}
}
