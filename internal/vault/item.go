package vault

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"

	"latchkey/internal/secret"
)

// formatVersion is the version of the item without a proof key, the sealed file and the index.
const formatVersion = 1

// boundVersion is the version of an item with a proof key. Before it, that member was not known: what an older Latchkey made of
// such an item could not be renewed any more.
const boundVersion = 2

var errDamaged = errors.New("item is damaged")

// ErrNewer is behind the problem keychain-foreign of an item that a newer Latchkey wrote.
var ErrNewer = errors.New("item was written by a newer version")

// item is what the keychain holds of one account.
type item struct {
	Version    int      `json:"v"`
	Account    Account  `json:"account"`
	Server     string   `json:"server,omitempty"`
	Nonce      string   `json:"nonce,omitempty"`
	Key        string   `json:"key"`                 // age identity that opens the sealed file
	Refresh    jsonText `json:"refresh,omitempty"`   // empty: the server gave none, or see Sealed
	ProofKey   string   `json:"proof_key,omitempty"` // what the tokens are bound to
	Sealed     bool     `json:"sealed,omitempty"`    // the refresh token is in the sealed file of this generation
	Generation uint64   `json:"generation"`
	Check      string   `json:"check"`
}

// jsonText is a token in JSON, byte for byte: what is not valid UTF-8 would not survive as a JSON string, so that
// is written as base64 behind a marker.
type jsonText string

type binaryText struct {
	Base64 []byte `json:"base64"`
}

// MarshalJSON encodes the token.
func (t jsonText) MarshalJSON() ([]byte, error) {
	if quoted, err := json.Marshal(string(t)); err == nil {
		var back string
		if json.Unmarshal(quoted, &back) == nil && back == string(t) {
			return quoted, nil
		}
	}
	return json.Marshal(binaryText{[]byte(t)})
}

// UnmarshalJSON decodes either form.
func (t *jsonText) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '{' {
		var binary binaryText
		if err := json.Unmarshal(b, &binary); err != nil {
			return err
		}
		*t = jsonText(binary.Base64)
		return nil
	}
	return json.Unmarshal(b, (*string)(t))
}

// encode returns the item's bytes with its check.
func (it item) encode() ([]byte, error) {
	it.Version = formatVersion
	if it.ProofKey != "" {
		it.Version = boundVersion
	}
	it.Check = it.sum()
	return json.Marshal(it)
}

// sum is over everything but itself: half of one write and half of another do not pass for an item.
func (it item) sum() string {
	it.Check = ""
	text, err := json.Marshal(it)
	if err != nil {
		return ""
	}
	defer clear(text)
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

// decodeItem returns the item in raw, or ErrNewer, or errDamaged for anything else that is not one.
func decodeItem(raw []byte) (item, error) {
	if versionOf(raw) > boundVersion {
		return item{}, ErrNewer
	}
	var it item
	if err := json.Unmarshal(raw, &it); err != nil || it.Version < formatVersion || it.Key == "" || it.Check != it.sum() {
		return item{}, errDamaged
	}
	return it, nil
}

// versionOf returns the version that JSON of any version begins with saying; 0 when it says none.
func versionOf(raw []byte) int {
	var head struct {
		Version int `json:"v"`
	}
	if json.Unmarshal(raw, &head) != nil {
		return 0
	}
	return head.Version
}

// itemOf returns the item of a record. A refresh token that makes it larger than limit is left to the sealed file.
func itemOf(r *Record, key string, limit int) (it item, raw []byte, err error) {
	it = item{
		Account: r.Account, Server: r.Server, Nonce: r.Nonce, Key: key,
		ProofKey: r.ProofKey.Reveal(),
		Refresh:  jsonText(r.Refresh.Reveal()), Generation: r.Generation,
	}
	if raw, err = it.encode(); err != nil || len(raw) <= limit {
		return it, raw, err
	}
	clear(raw)
	it.Refresh, it.Sealed = "", true
	raw, err = it.encode()
	return it, raw, err
}

// refresh returns the item's refresh token.
func (it item) refresh() secret.Text { return secret.New(string(it.Refresh)) }
