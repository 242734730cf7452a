package report

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"latchkey/internal/problem"
)

// Name is the file name to suggest: it says when, and not who.
func Name(now time.Time) string { return "latchkey-report-" + now.UTC().Format(time.DateOnly) + ".md" }

// Save writes a report into a new file that only its owner can read. A file, or a link, that is there already stays as it
// is: the problem is report-exists. Any other problem is report-not-saved, and leaves no file.
func Save(path string, text []byte) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) // #nosec G304 -- the user's own choice
	if err != nil {
		if errors.Is(err, fs.ErrExist) {
			return problem.New(problem.ReportExists, problem.Caused(err))
		}
		return problem.New(problem.ReportNotSaved, problem.Caused(err))
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Close()); err != nil {
		_ = os.Remove(path)
		return problem.New(problem.ReportNotSaved, problem.Caused(err))
	}
	return nil
}

// SaveIn writes a report into a folder, under the suggested name or one numbered after it, and returns the file's path.
func SaveIn(folder string, now time.Time, text []byte) (path string, err error) {
	name := Name(now)
	for n := 2; ; n++ {
		path = filepath.Join(folder, name)
		if err = Save(path, text); !problem.Has(err, problem.ReportExists) || n > 99 {
			return path, err
		}
		name = fmt.Sprintf("%s-%d.md", Name(now)[:len(Name(now))-len(".md")], n)
	}
}
