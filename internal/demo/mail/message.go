package mail

import (
	"bytes"
	"context"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"net/smtp"
	"strings"
	"time"
)

// Message is one message of plain text.
type Message struct {
	From     string // address
	FromName string
	To       string // address
	Subject  string
	Text     string
	ID       string // unguessable letters for the Message-ID
	At       time.Time
}

// send speaks SMTP with a server on loopback, which needs neither TLS nor a password.
func (m Message) send(ctx context.Context, address string) error {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("reach the post office: %w", err)
	}
	defer func() { _ = conn.Close() }()
	if deadline, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(deadline)
	}
	text, err := m.encode()
	if err != nil {
		return err
	}
	client, err := smtp.NewClient(conn, "localhost")
	if err != nil {
		return fmt.Errorf("speak to the post office: %w", err)
	}
	if err := client.Mail(m.From); err != nil {
		return err
	}
	if err := client.Rcpt(m.To); err != nil {
		return err
	}
	w, err := client.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(text); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return client.Quit()
}

// encode writes the message in the form of RFC 5322.
func (m Message) encode() ([]byte, error) {
	if strings.ContainsAny(m.From+m.FromName+m.To+m.Subject+m.ID, "\r\n") {
		return nil, fmt.Errorf("a header of a message has more than one line")
	}
	_, host, _ := strings.Cut(m.From, "@")
	var b bytes.Buffer
	for _, line := range [][2]string{
		{"From", (&netmail.Address{Name: m.FromName, Address: m.From}).String()},
		{"To", "<" + m.To + ">"},
		{"Subject", mime.QEncoding.Encode("utf-8", m.Subject)},
		{"Date", m.At.Format(time.RFC1123Z)},
		{"Message-ID", "<" + m.ID + "@" + host + ">"},
		{"MIME-Version", "1.0"},
		{"Content-Type", "text/plain; charset=utf-8"},
		{"Content-Transfer-Encoding", "quoted-printable"},
		{"Auto-Submitted", "auto-generated"},
	} {
		b.WriteString(line[0] + ": " + line[1] + "\r\n")
	}
	b.WriteString("\r\n")
	w := quotedprintable.NewWriter(&b)
	if _, err := w.Write([]byte(m.Text)); err != nil {
		return nil, err
	}
	err := w.Close() // writes the last line
	return b.Bytes(), err
}
