package panel

import (
	"net/http"
	"slices"
	"sync"
	"time"

	"latchkey/internal/clock"
	"latchkey/internal/demo/page"
)

// Mailbox holds the messages that the servers of the world send. It is safe for concurrent use.
type Mailbox struct {
	clock clock.Clock

	mu       sync.Mutex // guards the following field
	messages []Message
}

// Message is one message.
type Message struct {
	To, Subject, Text string
	At                time.Time
}

const maxMessages = 100

// NewMailbox returns an empty mailbox.
func NewMailbox(clk clock.Clock) *Mailbox { return &Mailbox{clock: clk} }

// Deliver puts a message in; the oldest goes when there are too many.
func (m *Mailbox) Deliver(to, subject, text string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.messages = append(m.messages, Message{To: to, Subject: subject, Text: text, At: m.clock.Now()})
	m.messages = m.messages[max(0, len(m.messages)-maxMessages):]
}

// Messages returns all messages, the newest first.
func (m *Mailbox) Messages() []Message {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := slices.Clone(m.messages)
	slices.Reverse(list)
	return list
}

// ServeHTTP draws the messages.
func (m *Mailbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/style.css" {
		page.Style(w, r)
		return
	}
	v := page.View{Look: look, Page: "mail", Title: "Mailbox", Lead: "Messages to everybody", Auto: true}
	for _, each := range m.Messages() {
		v.Rows = append(v.Rows, page.Row{Name: each.Subject, Value: each.Text, Detail: "to " + each.To + ", " + each.At.Local().Format("15:04:05")})
	}
	if len(v.Rows) == 0 {
		v.Lead = "No messages yet."
	}
	page.Show(w, http.StatusOK, v)
}
