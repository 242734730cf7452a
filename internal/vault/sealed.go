package vault

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/age"

	"latchkey/internal/secret"
)

// largestSealed is the most bytes of a sealed file: two tokens of the size a server may send, and names.
const largestSealed = 4 << 20

// sealed is what the sealed file holds.
type sealed struct {
	Version      int       `json:"v"`
	Account      Account   `json:"account"`
	Generation   uint64    `json:"generation"`
	Username     string    `json:"username"`
	Name         string    `json:"name"`
	Tenant       string    `json:"tenant"`
	Host         string    `json:"host"`
	WorkspaceURL string    `json:"workspace_url"`
	Access       jsonText  `json:"access"`
	Refresh      jsonText  `json:"refresh,omitempty"` // only when it does not fit into the item
	Issued       time.Time `json:"issued"`
	Expires      time.Time `json:"expires"`
	Scope        string    `json:"scope"`
	SignedIn     time.Time `json:"signed_in"`
}

func (v *Vault) sealedPath(a Account, generation uint64) string {
	return filepath.Join(v.dir, "sessions", fmt.Sprintf("%s.%d.age", a.hash(), generation))
}

// seal writes the record's file, sealed to the key. The file of another generation is left alone: until the item
// names the new one, the old one counts.
func (v *Vault) seal(r *Record, key *age.X25519Identity, withRefresh bool) error {
	content := sealed{
		Version: formatVersion, Account: r.Account, Generation: r.Generation,
		Username: r.Username, Name: r.Name, Tenant: r.Tenant, Host: r.Host, WorkspaceURL: r.WorkspaceURL,
		Access: jsonText(r.Access.Reveal()), Issued: r.Issued, Expires: r.Expires, Scope: r.Scope, SignedIn: r.SignedIn,
	}
	if withRefresh {
		content.Refresh = jsonText(r.Refresh.Reveal())
	}
	plain, err := json.Marshal(content)
	if err != nil {
		return err
	}
	defer clear(plain)
	var out bytes.Buffer
	w, err := age.Encrypt(&out, key.Recipient())
	if err != nil {
		return err
	}
	if _, err := w.Write(plain); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return writePrivate(v.sealedPath(r.Account, r.Generation), out.Bytes())
}

// unseal reads the file that belongs to the item into the record. Any error means that the cache is lost.
func (v *Vault) unseal(it item, r *Record) error {
	key, err := age.ParseX25519Identity(it.Key)
	if err != nil {
		return err
	}
	raw, err := readPrivate(v.sealedPath(it.Account, it.Generation), largestSealed)
	if err != nil {
		return err
	}
	opened, err := age.Decrypt(bytes.NewReader(raw), key)
	if err != nil {
		return err
	}
	plain, err := io.ReadAll(opened)
	if err != nil {
		return err
	}
	defer clear(plain)
	var c sealed
	if err := json.Unmarshal(plain, &c); err != nil {
		return err
	}
	if c.Version != formatVersion || c.Account != it.Account || c.Generation != it.Generation {
		return errors.New("sealed file belongs to another item")
	}
	r.Username, r.Name, r.Tenant, r.Host, r.WorkspaceURL = c.Username, c.Name, c.Tenant, c.Host, c.WorkspaceURL
	r.Access, r.Issued, r.Expires = secret.New(string(c.Access)), c.Issued, c.Expires
	r.Scope, r.SignedIn = c.Scope, c.SignedIn
	if it.Sealed {
		r.Refresh = secret.New(string(c.Refresh))
	}
	return nil
}

// sealedFiles returns the account's sealed files, of every generation, and what a writer that was killed left of one.
func (v *Vault) sealedFiles(a Account) ([]string, error) {
	dir := filepath.Join(v.dir, "sessions")
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	var paths []string
	for _, e := range entries {
		whole := strings.HasPrefix(e.Name(), a.hash()+".") && strings.HasSuffix(e.Name(), ".age")
		if whole || strings.HasPrefix(e.Name(), "."+a.hash()+".") {
			paths = append(paths, filepath.Join(dir, e.Name()))
		}
	}
	return paths, err
}

// dropSealed removes the account's sealed files, all but that of one generation (0: all).
func (v *Vault) dropSealed(a Account, but uint64) error {
	paths, err := v.sealedFiles(a)
	for _, path := range paths {
		if path != v.sealedPath(a, but) {
			err = errors.Join(err, os.Remove(path))
		}
	}
	return err
}
