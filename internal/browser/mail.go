package browser

import (
	"context"
	"net/mail"
	"net/url"
	"strings"

	"latchkey/internal/problem"
)

// longestMail is the longest address that mail programs on all systems take, escaped.
const longestMail = 2000

// Mail opens the mail program with a message that is ready to send; nothing is sent. A message that is too long for an address is cut
// at the end of a line. The errors are those of [Browser.Open].
func (b Browser) Mail(ctx context.Context, to, subject, body string) error {
	address, err := mailTo(to, subject, body)
	if err != nil {
		return err
	}
	return b.start(ctx, address)
}

// mailTo writes a message as an address (RFC 6068). Everything but letters, digits and the signs @ . - _
// is escaped, so that nothing in it means anything to a shell or a command line.
func mailTo(to, subject, body string) (string, error) {
	parsed, err := mail.ParseAddress(to)
	if err != nil || parsed.Address != to || strings.HasPrefix(to, "-") || strings.ContainsAny(to, "?&#%\"'` ") {
		return "", problem.New(problem.EndpointUnsafe)
	}
	head := "mailto:" + url.PathEscape(to) + "?subject=" + escape(subject) + "&body="
	var text strings.Builder
	for line := range strings.Lines(strings.ReplaceAll(body, "\r\n", "\n")) {
		whole, ends := strings.CutSuffix(line, "\n")
		if line = escape(whole); ends {
			line += "%0D%0A" // RFC 6068, section 5
		}
		if len(head)+text.Len()+len(line) > longestMail {
			break
		}
		text.WriteString(line)
	}
	return head + text.String(), nil
}

// escape escapes a value of an address; a plus sign would be taken for a space by some mail programs, and for itself by others.
func escape(text string) string {
	safe := strings.ReplaceAll(url.QueryEscape(text), "+", "%20")
	return strings.NewReplacer("~", "%7E").Replace(safe)
}
