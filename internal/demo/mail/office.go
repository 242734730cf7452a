// Package mail is the demo world's post office: an SMTP server on loopback, and the way its identity servers send through it.
package mail

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"mime"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"strings"
	"time"

	"github.com/emersion/go-smtp"
)

const (
	maxMessage    = 64 << 10
	maxRecipients = 5
	patience      = time.Minute
)

// Office receives messages by SMTP and delivers them. It takes those for hosts below .example only, and relays nothing.
type Office struct {
	server *smtp.Server
	socket net.Listener
	done   chan struct{}
}

// Open opens an office on a socket, which it takes over. deliver is called for every message and recipient.
func Open(socket net.Listener, log *slog.Logger, deliver func(to, subject, text string)) *Office {
	backend := smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &counter{deliver: deliver}, nil })
	o := &Office{server: smtp.NewServer(backend), socket: socket, done: make(chan struct{})}
	o.server.Domain = "mail.acme.example"
	o.server.EnableSMTPUTF8 = true // una.söderström@acme.example
	o.server.MaxMessageBytes, o.server.MaxRecipients = maxMessage, maxRecipients
	o.server.ReadTimeout, o.server.WriteTimeout = patience, patience
	o.server.ErrorLog = slog.NewLogLogger(log.Handler(), slog.LevelDebug)
	go func() {
		defer close(o.done)
		_ = o.server.Serve(socket)
	}()
	return o
}

// Close ends the office. Messages that were taken have been delivered.
func (o *Office) Close() {
	_ = o.server.Close()
	_ = o.socket.Close() // the server may not have it yet
	<-o.done
}

// Address returns where the office listens.
func (o *Office) Address() string { return o.socket.Addr().String() }

// Send sends a message through the office, as any program would.
func (o *Office) Send(ctx context.Context, m Message) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return m.send(ctx, o.Address())
}

// counter takes one connection's messages in.
type counter struct {
	deliver func(to, subject, text string)
	to      []string
}

var errElsewhere = &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "Only mail to the demo world is taken"}

func (c *counter) Mail(string, *smtp.MailOptions) error { return nil }

func (c *counter) Rcpt(to string, _ *smtp.RcptOptions) error {
	if !strings.HasSuffix(strings.ToLower(to), ".example") {
		return errElsewhere
	}
	c.to = append(c.to, to)
	return nil
}

func (c *counter) Data(r io.Reader) error {
	subject, text, err := read(r)
	if err != nil {
		return err
	}
	for _, to := range c.to {
		c.deliver(to, subject, text)
	}
	return nil
}

func (c *counter) Reset() { c.to = nil }

func (c *counter) Logout() error { return nil }

// read returns a message's subject and text: plain text only.
func read(r io.Reader) (subject, text string, err error) {
	m, err := netmail.ReadMessage(r)
	if err != nil {
		return "", "", err
	}
	if subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		return "", "", err
	}
	if kind, _, err := mime.ParseMediaType(m.Header.Get("Content-Type")); err != nil || kind != "text/plain" {
		return "", "", errors.New("only plain text is taken")
	}
	body := m.Body
	if strings.EqualFold(m.Header.Get("Content-Transfer-Encoding"), "quoted-printable") {
		body = quotedprintable.NewReader(body)
	}
	b, err := io.ReadAll(io.LimitReader(body, maxMessage))
	return subject, strings.ReplaceAll(string(b), "\r\n", "\n"), err
}
