package oauth

import (
	"encoding/json"
	"slices"

	"latchkey/internal/secret"
	"latchkey/internal/transport"
)

// members are the members of an answer whose fields every server names for itself.
type members map[string]member

// string returns a member that is a string, and empty otherwise.
func (m members) string(name string) string {
	s, _ := m[name].string()
	return s
}

// count returns the first of these members that is a whole number within the bounds.
func (m members) count(low, high int, names ...string) (int, bool) {
	for _, name := range names {
		if n, ok := m[name].count(low, high); ok {
			return n, true
		}
	}
	return 0, false
}

// list returns a list of objects.
func (m members) list(name string) (out []members, ok bool) {
	raw := m[name]
	if len(raw) == 0 || raw[0] != '[' || json.Unmarshal(raw, &out) != nil {
		return nil, false
	}
	return out, true
}

const (
	maxFactors = 20  // of those a server names
	maxCode    = 100 // of a recovery code
)

// factors reads which methods can be chosen; of the same name the first. A method that is not known is left out: it is in the
// browser. Servers name a second phone themselves ("sms-2"), so that it keeps its name.
func (m members) factors() (out []Factor, ok bool) {
	list, ok := m.list("factors")
	for _, one := range list[:min(len(list), maxFactors)] {
		f := Factor{Method: one.string("method"), SentTo: transport.Clean(one.string("sent_to"), maxShown)}
		if knownMethod(Kind(f.Method)) && !hasMethod(out, f.Method) {
			out = append(out, f)
		}
	}
	return out, ok
}

// recoveryCode reads the code that takes the place of one that was used.
func (m members) recoveryCode() secret.Text {
	code := m.string("recovery_code")
	if !printable(code) || len(code) > maxCode {
		return secret.Text{}
	}
	return secret.New(code)
}

// decodeList decodes an answer that is a list of objects, as strictly as any other.
func decodeList(r *transport.Response) ([]members, bool) {
	object := *r
	object.Body = slices.Concat([]byte(`{"list":`), r.Body, []byte("}"))
	var said members
	if object.DecodeJSON(&said) != nil || len(said) != 1 {
		return nil, false
	}
	return said.list("list")
}
