package terminal

import (
	"bytes"
	"io"
	"strings"
	"text/tabwriter"
)

// table writes rows to standard output: a first one with the names of the columns, then one for each thing. The cells are
// cleaned already. On a screen that is too narrow for it, things follow each other, a line for each cell.
func (c *call) table(rows [][]string) error {
	text := columns(rows)
	if c.Screen != nil && widestLine(text) > c.Screen.Width() && c.Screen.Width() > 0 {
		text = records(rows)
	}
	_, err := io.WriteString(c.Stdout, text)
	return err
}

// columns aligns the cells, without blanks at the ends of lines.
func columns(rows [][]string) string {
	var aligned bytes.Buffer
	table := tabwriter.NewWriter(&aligned, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		_, _ = io.WriteString(table, strings.Join(row, "\t")+"\n")
	}
	_ = table.Flush()
	var b strings.Builder
	for line := range strings.Lines(aligned.String()) {
		b.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	return b.String()
}

// records writes "Name: value" for each cell, and an empty line between two rows.
func records(rows [][]string) string {
	var b strings.Builder
	for i, row := range rows[1:] {
		if i > 0 {
			b.WriteByte('\n')
		}
		for column, cell := range row {
			name := rows[0][column]
			b.WriteString(name[:1] + strings.ToLower(name[1:]) + ": " + cell + "\n")
		}
	}
	return b.String()
}

func widestLine(text string) (widest int) {
	for line := range strings.Lines(text) {
		widest = max(widest, visible(strings.TrimRight(line, "\n")))
	}
	return widest
}
