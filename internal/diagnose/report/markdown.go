package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"latchkey/internal/diagnose"
)

// markdown writes a document for people, with the same again for tools at its end.
func markdown(d document) []byte {
	var b bytes.Buffer
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }

	line("# Why can't I sign in? A report from Latchkey\n")
	// A sentence a line: the window breaks them where it has to.
	line("It was made on this computer and sent nowhere.")
	line("It holds no passwords or codes, nothing that lets anybody in, %s.", addresses(d))
	line("What was private is a placeholder such as `[private 1]`, the same each time, in this report only.\n")
	line("- Made: %s", d.Made)
	line("- Latchkey: %s on %s", code(d.Version), code(d.System))
	line("- Sign-in server: %s", orNone(d.Host))
	if d.Region != "" {
		line("- Genesys Cloud region: %s", code(d.Region))
	}
	line("- Verdict: **%s**", d.Verdict)
	line("\n%s", d.Summary)

	section := "\n## Found\n"
	for _, c := range d.Checks {
		if c.State != diagnose.Problem && c.State != diagnose.Warning {
			continue
		}
		line("%s\n### %s: %s\n", section, plain(c.Title), c.State)
		section = ""
		if c.Why != "" {
			line("%s\n\n→ %s [%s]", c.Why, c.Fix, c.Code)
		}
		if behind := consequences(d, c.ID); len(behind) > 0 {
			line("\nIt explains: %s.", strings.Join(behind, ", "))
		}
	}

	line("\n## Checked\n")
	line("| Check | State | Code | Time |\n| --- | --- | --- | ---: |")
	for _, c := range d.Checks {
		state := string(c.State)
		if c.Because != "" {
			state += ", because of " + plain(title(d, c.Because))
		}
		line("| %s | %s | %s | %d ms |", plain(c.Title), state, c.Code, c.TookMS)
	}

	section = "\n## Measured\n"
	for _, c := range d.Checks {
		if len(c.Facts) == 0 {
			continue
		}
		line("%s\n### %s\n", section, plain(c.Title))
		section = ""
		for _, name := range names(c.Facts) {
			line("- %s: %s", code(name), shown(c.Facts[name]))
		}
	}

	line("\n## For tools\n")
	line("```json")
	encoder := json.NewEncoder(&b)
	encoder.SetIndent("", "  ")
	_ = encoder.Encode(d) // into memory, and made of nothing that cannot be encoded
	line("```")
	return b.Bytes()
}

func addresses(d document) string {
	if d.Addresses {
		return "and no names of people, computers or folders. Its IP addresses were chosen to be in it"
	}
	return "no names of people, computers or folders, and no IP addresses"
}

// consequences returns the titles of what a check explains.
func consequences(d document, id string) []string {
	var titles []string
	for _, c := range d.Checks {
		if c.Because == id {
			titles = append(titles, plain(c.Title))
		}
	}
	return titles
}

func title(d document, id string) string {
	for _, c := range d.Checks {
		if c.ID == id {
			return c.Title
		}
	}
	return id
}

func names(f facts) []string {
	var all []string
	for name := range f {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}

// shown writes a value. Text stands between backticks, where Markdown and HTML mean nothing.
func shown(v any) string {
	switch v := v.(type) {
	case string:
		return code(v)
	case []any:
		var all []string
		for _, e := range v {
			all = append(all, shown(e))
		}
		return orNoneText(strings.Join(all, ", "))
	case float64:
		return fmt.Sprintf("%.6g", v)
	}
	return fmt.Sprint(v)
}

// code makes text, which has no backticks, stand for itself in Markdown.
func code(s string) string { return "`" + s + "`" }

// plain is for titles of checks, which are words.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if letterOrDigit(r) || strings.ContainsRune(" -,'", r) {
			return r
		}
		return -1
	}, s)
}

func orNone(s string) string {
	if s == "" {
		return "none is set up"
	}
	return code(s)
}

func orNoneText(s string) string {
	if s == "" {
		return "none"
	}
	return s
}
