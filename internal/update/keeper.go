package update

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"time"

	"latchkey/internal/problem"
)

const (
	// every is how often the server is asked, also when it does not answer.
	every = 24 * time.Hour
	name  = "update.json"
)

// Keeper asks once a day, and knows what was answered. It is safe for concurrent use.
type Keeper struct {
	options Options
	folder  string
	version string // of this program

	mu sync.Mutex
}

// NewKeeper returns a keeper that remembers in this folder. Since of the options is not used.
func NewKeeper(o Options, folder, version string) *Keeper {
	return &Keeper{options: o, folder: folder, version: version}
}

// state is the file update.json.
type state struct {
	URL     string    `json:"url"` // what it was asked of
	Asked   time.Time `json:"asked"`
	Release *Release  `json:"release,omitempty"` // the newest that was told
}

// Known returns a newer version that is known of, without asking; nil when there is none, or the settings want none.
func (k *Keeper) Known() *Release {
	k.mu.Lock()
	defer k.mu.Unlock()
	if s := k.read(); s.Release.Newer(k.version) {
		return s.Release
	}
	return nil
}

// Ask asks when the last time is a day ago, and returns what Known does. Nothing depends on the answer: call it beside
// everything else. A question that ctx ends does not count. The error is that of [Check].
func (k *Keeper) Ask(ctx context.Context) (*Release, error) {
	if k.options.Updates.URL == "" || !k.options.Updates.Check {
		return nil, nil
	}
	k.mu.Lock()
	s := k.read()
	now := k.options.Clock.Now().Round(0)
	since := now.Sub(s.Asked)
	if due := since >= every || since < 0; !due {
		k.mu.Unlock()
		return k.Known(), nil
	}
	before := s
	s.Asked, s.URL = now, k.options.Updates.URL
	err := k.write(s) // before the question: one that hangs is not asked again at every start
	k.mu.Unlock()
	if err != nil {
		return nil, err
	}
	o := k.options
	if s.Release != nil {
		o.Since = s.Release.Released
	}
	r, err := Check(ctx, o)
	if err != nil && ctx.Err() != nil { // not the server's fault: the program ended
		k.mu.Lock()
		defer k.mu.Unlock()
		return nil, errors.Join(err, k.write(before))
	}
	if err != nil || r == nil {
		return nil, err
	}
	k.mu.Lock()
	s.Release = r
	err = k.write(s)
	k.mu.Unlock()
	if err != nil || !r.Newer(k.version) {
		return nil, err
	}
	return r, nil
}

// read returns what is remembered of this address; nothing when the settings want nothing, or it cannot be read.
func (k *Keeper) read() state {
	var s state
	text, err := os.ReadFile(filepath.Join(k.folder, name))
	if err != nil || len(text) > 2*largest || json.Unmarshal(text, &s) != nil || s.URL != k.options.Updates.URL || !k.options.Updates.Check {
		return state{}
	}
	return s
}

// write replaces the file in one step.
func (k *Keeper) write(s state) error {
	text, err := json.Marshal(s)
	if err == nil {
		err = os.MkdirAll(k.folder, 0o700)
	}
	if err != nil {
		return problem.New(problem.StateUnwritable, problem.Caused(err))
	}
	f, err := os.CreateTemp(k.folder, name+".*")
	if err != nil {
		return problem.New(problem.StateUnwritable, problem.Caused(err))
	}
	_, err = f.Write(text)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(k.folder, name))
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return problem.New(problem.StateUnwritable, problem.Caused(err))
	}
	return nil
}
