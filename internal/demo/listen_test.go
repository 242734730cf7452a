package demo

import (
	"testing"
)

func TestListensOnLoopbackOnly(t *testing.T) {
	for _, address := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:0", "localhost:0", "example.com:0", "127.0.0.1"} {
		if socket, err := listen(t.Context(), address); err == nil {
			_ = socket.Close()
			t.Errorf("listens on %s", address)
		}
	}
	socket, err := listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = socket.Close()
}
