package update

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"time"

	"latchkey/internal/problem"
)

const name = "update.json"

// Keeper asks as often as the settings say, also when nobody answers, and knows what was answered. It is safe for concurrent use.
type Keeper struct {
	options Options
	folder  string
	version string // of this program

	mu sync.Mutex
}

// NewKeeper returns a keeper that remembers in this folder. Seen of the options is not used.
func NewKeeper(o Options, folder, version string) *Keeper {
	return &Keeper{options: o, folder: folder, version: version}
}

// state is the file update.json.
type state struct {
	URL     string    `json:"url"` // what it was asked of
	Key     string    `json:"key"` // the fingerprint of the key that vouches for it
	Asked   time.Time `json:"asked"`
	Release *Release  `json:"release,omitempty"` // the newest that this key told of, wherever
	From    string    `json:"from,omitempty"`    // where it told of it
}

// Known returns a newer version that is known of, without asking; nil when there is none, or the settings want none.
func (k *Keeper) Known() *Release {
	k.mu.Lock()
	defer k.mu.Unlock()
	if s := k.read(); s.From == k.options.Updates.URL && s.Release.Newer(k.version) && s.Release.Expires.After(k.options.Clock.Now()) {
		return s.Release
	}
	return nil
}

// Ask asks when the last time is long enough ago, and returns what Known does. Nothing depends on the answer: call it beside
// everything else. A question that ctx ends does not count. The error is that of [Check].
func (k *Keeper) Ask(ctx context.Context) (*Release, error) {
	if k.options.Updates.URL == "" || !k.options.Updates.Check {
		return nil, nil
	}
	k.mu.Lock()
	s := k.read()
	now := k.options.Clock.Now().Round(0)
	since := now.Sub(s.Asked)
	if due := since >= k.options.Updates.Every || since < 0; !due {
		k.mu.Unlock()
		return k.Known(), nil
	}
	before := s
	s.Asked, s.URL, s.Key = now, k.options.Updates.URL, fingerprint(k.options.Updates.Key)
	err := k.write(s) // before the question: one that hangs is not asked again at every start
	k.mu.Unlock()
	if err != nil {
		return nil, err
	}
	o := k.options
	o.Seen = s.Release
	r, err := Check(ctx, o)
	if err != nil && ctx.Err() != nil { // not the server's fault: the program ended
		return nil, errors.Join(err, k.change(func(now *state) {
			if now.Asked.Equal(s.Asked) { // nobody has asked since
				now.Asked = before.Asked
			}
		}))
	}
	if err != nil || r == nil {
		return nil, err
	}
	if err := k.change(func(now *state) {
		if now.Release == nil || !now.Release.Newer(r.Version) { // never back to what another program found older
			now.Release, now.From = r, s.URL
		}
	}); err != nil {
		return nil, err
	}
	return k.Known(), nil
}

// change writes what is remembered anew, from what is there by now: other programs remember in the same folder.
func (k *Keeper) change(f func(*state)) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	s := k.read()
	s.URL, s.Key = k.options.Updates.URL, fingerprint(k.options.Updates.Key)
	f(&s)
	return k.write(s)
}

// read returns what is remembered of this key; nothing when the settings want nothing, or it cannot be read. A release that has
// run out, or was told of at another address, is not told any more, but nothing older takes its place. Another address is to be
// asked at once.
func (k *Keeper) read() state {
	var s state
	wanted := k.options.Updates
	text, err := os.ReadFile(filepath.Join(k.folder, name))
	if err != nil || len(text) > 2*largest || json.Unmarshal(text, &s) != nil ||
		!wanted.Check || s.Key != fingerprint(wanted.Key) {
		return state{}
	}
	if s.URL != wanted.URL {
		s.Asked = time.Time{}
	}
	return s
}

// fingerprint is what a key is known by.
func fingerprint(key ed25519.PublicKey) string {
	sum := sha256.Sum256(key)
	return hex.EncodeToString(sum[:])
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
