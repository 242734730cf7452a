package demo

import (
	"context"
	"io"

	"latchkey/internal/demo/fresh"
	"latchkey/internal/demo/mail"
)

// openOffice opens the post office, which delivers to the mailbox.
func (w *World) openOffice(ctx context.Context, o Options) error {
	socket, err := listen(ctx, "127.0.0.1:0")
	if err != nil {
		return err
	}
	w.office = mail.Open(socket, o.Log, w.Mail.Deliver)
	w.post = func(m mail.Message) error { return w.office.Send(ctx, m) }
	return nil
}

// mailer sends an organisation's messages by SMTP.
func (w *World) mailer(org, host string, random io.Reader) func(to, subject, text string) error {
	return func(to, subject, text string) error {
		return w.post(mail.Message{
			From: "no-reply@" + host, FromName: org, To: to, Subject: subject, Text: text, ID: fresh.Token(random), At: w.Board.Clock().Now(),
		})
	}
}
