package browser

import (
	"context"
	"net/mail"
	"net/url"
	"strings"

	"latchkey/internal/problem"
)

// maxMail is how long a message may get on its way to the mail program.
const maxMail = 2 << 10

// Mail opens the mail program with a message that is ready to send; nothing is sent. A longer body than most mail programs take is
// cut. The errors are those of [Browser.Open].
func (b Browser) Mail(ctx context.Context, to, subject, body string) error {
	address, err := mailTo(to, subject, body)
	if err != nil {
		return err
	}
	return b.start(ctx, address)
}

// mailTo writes a message as an address (RFC 6068). Everything but letters and digits is escaped, so that nothing in it means anything
// to a shell or a command line.
func mailTo(to, subject, body string) (string, error) {
	parsed, err := mail.ParseAddress(to)
	if err != nil || parsed.Address != to || strings.HasPrefix(to, "-") || strings.ContainsAny(to, "?&#%\"'` ") {
		return "", problem.New(problem.EndpointUnsafe)
	}
	if runes := []rune(body); len(runes) > maxMail {
		body = string(runes[:maxMail])
	}
	lines := strings.ReplaceAll(strings.ReplaceAll(body, "\r\n", "\n"), "\n", "\r\n")
	return "mailto:" + url.PathEscape(to) + "?subject=" + escape(subject) + "&body=" + escape(lines), nil
}

// escape escapes a value of an address; a plus sign would be taken for a space by some mail programs, and for itself by others.
func escape(text string) string {
	safe := strings.ReplaceAll(url.QueryEscape(text), "+", "%20")
	return strings.NewReplacer("~", "%7E").Replace(safe)
}
