package mail

import (
	"log/slog"
	"net"
	"net/smtp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// box is where messages end.
type box struct {
	mu   sync.Mutex
	list [][3]string
}

func (b *box) put(to, subject, text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.list = append(b.list, [3]string{to, subject, text})
}

func open(t *testing.T) (*Office, *box) {
	t.Helper()
	socket, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := &box{}
	o := Open(socket, slog.New(slog.DiscardHandler), b.put)
	t.Cleanup(o.Close)
	return o, b
}

func TestDelivery(t *testing.T) {
	o, b := open(t)
	m := Message{
		From: "no-reply@acme.example", FromName: "Acme", To: "una.söderström@acme.example", ID: "x", At: time.Unix(0, 0),
		Subject: "Grüße = 100 %", Text: "A line of more than seventy-six letters, which has to be broken and put together again = fine.\n.\nEnde 林\n",
	}
	if err := o.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][3]string{{m.To, m.Subject, m.Text}}, b.list); diff != "" {
		t.Error(diff)
	}
}

// The last line arrives, too, whether it is ended or not.
func TestLastLine(t *testing.T) {
	o, b := open(t)
	text := "580022 is your code for Acme Contact Center. It is good for ten minutes. Nobody ever asks you for it."
	for _, end := range []string{"", "\n"} {
		if err := o.Send(t.Context(), Message{From: "a@acme.example", To: "b@acme.example", Subject: "x", Text: text + end, ID: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range b.list {
		if got := strings.TrimSuffix(m[2], "\n"); got != text {
			t.Errorf("got %q", got)
		}
	}
	if len(b.list) != 2 {
		t.Errorf("%d messages", len(b.list))
	}
}

func TestRefusals(t *testing.T) {
	o, b := open(t)
	if err := o.Send(t.Context(), Message{From: "a@acme.example", To: "someone@elsewhere.test"}); err == nil || !strings.Contains(err.Error(), "550") {
		t.Errorf("relays: %v", err)
	}
	if err := o.Send(t.Context(), Message{From: "a@acme.example", To: "b@acme.example", Subject: "x\r\nBcc: c@acme.example"}); err == nil {
		t.Error("takes a header of two lines")
	}
	err := smtp.SendMail(o.Address(), nil, "a@acme.example", []string{"b@acme.example"}, []byte("Subject: x\r\nContent-Type: text/html\r\n\r\n<p>"))
	if err == nil {
		t.Error("takes HTML")
	}
	if len(b.list) != 0 {
		t.Errorf("%v", b.list)
	}
	o.Close()
	if err := o.Send(t.Context(), Message{From: "a@acme.example", To: "b@acme.example"}); err == nil {
		t.Error("a closed office takes messages")
	}
}
