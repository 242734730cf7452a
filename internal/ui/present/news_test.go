package present

import (
	"testing"

	"latchkey/internal/signin"
)

func TestNewsAreQuiet(t *testing.T) {
	s := newStage(t, acme)
	s.news = &News{Version: "10.0.0", Notes: []string{"Faster."}, Page: "https://downloads.acme.example/"}
	s.start()
	s.until("news", func(f Frame) bool { return f.News != nil })
	s.say(signin.Credentials{ID: "1"})
	shown[SignIn](s) // they do not come up by themselves
	s.p.ShowNews()
	if got := shown[News](s); got.Own != "9.9.9" || got.Version != "10.0.0" {
		t.Errorf("got %+v", got)
	}
	s.p.OpenNews()
	s.until("the page", func(Frame) bool { return len(s.addresses()) > 0 })
	s.p.Back()
	shown[SignIn](s)
	s.p.Submit("amy@acme.example", "secret")
	s.p.ShowNews() // not on the way
	shown[SignIn](s)
}

func TestNoNewsIsNothing(t *testing.T) {
	s := newStage(t, acme)
	s.start()
	s.drain()
	s.p.ShowNews()
	if shown[SignIn](s); s.p.Frame().News != nil {
		t.Error("there is news")
	}
}
