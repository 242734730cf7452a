// Package update learns of newer versions from a signed manifest. It tells, and installs nothing.
//
// The manifest is a JSON file at an address of the settings; beside it, under the same address with .sig behind it, lies the
// base64 of an Ed25519 signature over its bytes (docs/updates.md). What is not signed, or is old news put out again, is refused.
package update

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/semver"

	"latchkey/internal/clock"
	"latchkey/internal/config"
	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

const (
	program       = "latchkey"
	largest       = 64 << 10 // bytes of the manifest
	largestSigned = 512      // bytes of the signature's file
	mostNotes     = 20
	longestNote   = 200
	tolerance     = 24 * time.Hour // of this computer's clock
)

// Release is a version and what is new in it.
type Release struct {
	Version  string            `json:"version"`
	Released time.Time         `json:"released"`
	Expires  time.Time         `json:"expires"`
	Notes    []string          `json:"notes,omitempty"` // cleaned
	URLs     map[string]string `json:"urls,omitempty"`  // where it can be had, by system: "linux", "windows", "darwin"
}

// Newer reports whether the release is newer than this version.
func (r *Release) Newer(version string) bool {
	return r != nil && semver.Compare("v"+r.Version, "v"+version) > 0
}

// manifest is the file.
type manifest struct {
	Program string `json:"program"`
	Release
}

// Options are what a check needs.
type Options struct {
	HTTP    *transport.Client
	Clock   clock.Clock
	Updates config.Updates
	// Seen is the newest release that this key told of before; nil: none. One that goes behind it is not news.
	Seen *Release
}

// Check asks for the manifest and returns what it tells, newer or not; nil without a question when the settings name none. The
// problem is update-refused for one that is not to be trusted; any other tells why it could not be had.
func Check(ctx context.Context, o Options) (*Release, error) {
	if o.Updates.URL == "" || !o.Updates.Check {
		return nil, nil
	}
	text, err := o.get(ctx, o.Updates.URL, largest)
	if err != nil {
		return nil, err
	}
	signature, err := o.get(ctx, o.Updates.URL+".sig", largestSigned)
	if err != nil {
		return nil, err
	}
	signed, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(signature)))
	if err != nil || len(o.Updates.Key) != ed25519.PublicKeySize || !ed25519.Verify(o.Updates.Key, text, signed) {
		return nil, refused("Its signature is not that of the key in the settings.")
	}
	return o.read(text)
}

// get asks for one file. A redirect leads elsewhere than the settings say, and is not followed.
func (o Options) get(ctx context.Context, address string, most int64) ([]byte, error) {
	r, err := o.HTTP.Do(ctx, transport.Request{URL: address, Accept: "*/*", Limit: most})
	switch {
	case problem.Has(err, problem.RedirectRefused):
		return nil, refused("Its address points to another one.")
	case problem.Has(err, problem.AnswerTooLarge):
		return nil, refused("It is too large.")
	case err != nil:
		return nil, err
	case r.Status != http.StatusOK:
		return nil, problem.New(problem.ServerAnswer, problem.Titled("Nothing can be learned about new versions."),
			problem.Because("The server answered with status %d.", r.Status))
	}
	return r.Body, nil
}

// read checks what a signed manifest says.
func (o Options) read(text []byte) (*Release, error) {
	var m manifest
	if err := json.Unmarshal(text, &m); err != nil {
		return nil, refused("It cannot be read.")
	}
	now := o.Clock.Now()
	switch {
	case m.Program != program:
		return nil, refused("It is about another program.")
	case !semver.IsValid("v" + m.Version):
		return nil, refused("It names no version.")
	case m.Released.IsZero() || m.Released.After(now.Add(tolerance)):
		return nil, refused("It is dated in the future, or not at all.")
	case !m.Expires.After(now):
		return nil, refused("It has run out: it may have been held back.")
	case o.Seen != nil && (m.Released.Before(o.Seen.Released) || o.Seen.Newer(m.Version)):
		return nil, refused("It is older than what was said before.")
	}
	r := m.Release
	r.Notes = slices.Clone(r.Notes[:min(len(r.Notes), mostNotes)])
	for i := range r.Notes {
		r.Notes[i] = transport.Clean(r.Notes[i], longestNote)
	}
	for system, address := range r.URLs {
		if _, err := transport.CheckURL(address); err != nil {
			return nil, refused("An address in it cannot be used: that for " + transport.Clean(system, 20) + ".")
		}
	}
	return &r, nil
}

func refused(why string) error { return problem.New(problem.UpdateRefused, problem.Because("%s", why)) }
