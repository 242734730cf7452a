package diagnose

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"

	"latchkey/internal/problem"
)

// leastFree is the space on the disk below which writing small files is about to fail.
const leastFree = 16 << 20

// mostFiles is how many of the program's own files are looked at.
const mostFiles = 2000

func (e Env) checkProgram() Check {
	return Check{ID: "program", Title: "This program", Run: e.program}
}

// program looks at the folder of the program's own files: whether it can be written to, by nobody else, and has space.
func (e Env) program(ctx context.Context) Finding {
	facts := []Fact{{"version", e.Version, true}}
	if e.Newer != "" {
		facts = append(facts, Fact{"newer_version", e.Newer, true})
	}
	if e.Settings == nil || e.Settings.Paths.State == "" {
		return Good(e.itself(), facts...)
	}
	folder := e.Settings.Paths.State
	facts = append(facts, Fact{"folder", folder, false})
	there := nearest(folder)
	if free, ok := e.free(there); ok {
		facts = append(facts, Fact{"free_mib", int64(free >> 20), true})
		if free < leastFree {
			return Found(Problem, problem.New(problem.DiskFull), facts...)
		}
	}
	if !ours(there) && asRoot() {
		return Found(Warning, problem.New(problem.StateUnwritable, problem.Titled("Latchkey runs as administrator in another account's folder."),
			problem.Because("What it writes there, that account cannot read."), problem.Do("Run it without sudo.")), facts...)
	}
	if !writable(there) {
		return Found(Problem, problem.New(problem.StateUnwritable), facts...)
	}
	foreign, exposed := survey(ctx, folder)
	facts = append(facts, Fact{"files_of_others", foreign, true}, Fact{"files_exposed", exposed, true})
	switch {
	case foreign > 0:
		return Found(Problem, problem.New(problem.StateUnwritable, problem.Because("Some of its files belong to another account, or are links."),
			problem.Do("Tell IT. It may come from running Latchkey as administrator once.")), facts...)
	case exposed > 0:
		f := Found(Warning, problem.New(problem.FilesExposed), facts...)
		f.Repairs = []Repair{e.makePrivate(folder)}
		return f
	}
	return Good(e.itself(), facts...)
}

func (e Env) itself() string {
	if e.Version == "" {
		return "Its files are in order."
	}
	if e.Newer != "" {
		return "Latchkey " + e.Version + ". Its files are in order. Version " + e.Newer + " is out."
	}
	return "Latchkey " + e.Version + ". Its files are in order."
}

func (e Env) free(folder string) (bytes uint64, ok bool) {
	if e.Free != nil {
		return e.Free(folder)
	}
	return freeSpace(folder)
}

// nearest returns the folder, or the first one above it that is there.
func nearest(folder string) string {
	for {
		if _, err := os.Stat(folder); err == nil {
			return folder
		}
		above := filepath.Dir(folder)
		if above == folder {
			return folder
		}
		folder = above
	}
}

// survey counts the files below the folder that are not the user's own plain files, and those that others can get at.
func survey(ctx context.Context, folder string) (foreign, exposed int) {
	seen := 0
	_ = filepath.WalkDir(folder, func(_ string, entry fs.DirEntry, err error) error {
		if seen++; err != nil || seen > mostFiles || ctx.Err() != nil {
			return fs.SkipAll
		}
		info, err := entry.Info()
		if err != nil {
			return nil // gone meanwhile
		}
		switch {
		case !owned(info) || !info.IsDir() && !info.Mode().IsRegular():
			foreign++
		case open(info):
			exposed++
		}
		return nil
	})
	return foreign, exposed
}

// makePrivate takes the files away from everybody else.
func (e Env) makePrivate(folder string) Repair {
	return Repair{ID: "make-private", Title: "Make the files private", Command: "chmod -R go= " + e.typed(folder), Do: func(ctx context.Context) error {
		return filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err != nil {
				return problem.New(problem.StateUnwritable, problem.Caused(err))
			}
			info, err := entry.Info()
			if err != nil || !owned(info) || !open(info) || !info.IsDir() && !info.Mode().IsRegular() {
				return ctx.Err()
			}
			if err := os.Chmod(path, info.Mode().Perm()&0o700); err != nil {
				return problem.New(problem.StateUnwritable, problem.Caused(err))
			}
			return ctx.Err()
		})
	}}
}
