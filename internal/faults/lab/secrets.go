//go:build linux

package lab

import (
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/godbus/dbus/v5"
)

// Secrets is a keychain service: what a desktop without gnome-keyring may have (freedesktop.org Secret Service API, draft 0.2).
type Secrets struct {
	bus   *dbus.Conn
	fault SecretFault

	mu    sync.Mutex
	items map[dbus.ObjectPath]secretItem
	made  int
	calls []string
}

type secretItem struct {
	attributes map[string]string
	value      []byte
}

const (
	secretsName       = "org.freedesktop.secrets"
	secretsPath       = dbus.ObjectPath("/org/freedesktop/secrets")
	secretsCollection = secretsPath + "/collection/login"
	secretsSession    = secretsPath + "/session/1"
	secretsPrompt     = secretsPath + "/prompt/1"
	nothing           = dbus.ObjectPath("/")
)

// ServeSecrets starts a session bus and a keychain service with this fault on it.
func (l *Lab) ServeSecrets(f SecretFault) (*Secrets, error) {
	address, err := l.bus()
	if err != nil {
		return nil, err
	}
	bus, err := dbus.Connect(address)
	if err != nil {
		return nil, err
	}
	s := &Secrets{bus: bus, fault: f, items: map[dbus.ObjectPath]secretItem{}}
	for path, methods := range map[dbus.ObjectPath]map[string]map[string]any{
		secretsPath: {
			"org.freedesktop.Secret.Service":  {"OpenSession": s.openSession, "ReadAlias": s.readAlias, "Unlock": s.unlock},
			"org.freedesktop.DBus.Properties": {"Get": s.property},
		},
		secretsCollection: {
			"org.freedesktop.Secret.Collection": {"SearchItems": s.search, "CreateItem": s.create},
			"org.freedesktop.DBus.Properties":   {"Get": s.property},
		},
		secretsSession: {"org.freedesktop.Secret.Session": {"Close": func() *dbus.Error { return nil }}},
		secretsPrompt:  {"org.freedesktop.Secret.Prompt": {"Prompt": s.prompt, "Dismiss": func() *dbus.Error { return nil }}},
	} {
		for name, table := range methods {
			if err := bus.ExportMethodTable(table, path, name); err != nil {
				return nil, err
			}
		}
	}
	if got, err := bus.RequestName(secretsName, dbus.NameFlagDoNotQueue); err != nil || got != dbus.RequestNameReplyPrimaryOwner {
		return nil, fmt.Errorf("become the keychain service: %d, %w", got, err)
	}
	return s, nil
}

// Calls returns the methods that were called, each once.
func (s *Secrets) Calls() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Compact(slices.Sorted(slices.Values(s.calls)))
}

// Leave ends the service as a crash does; the bus stays.
func (s *Secrets) Leave() error { return s.bus.Close() }

// enter counts a call and acts out what goes wrong with it.
func (s *Secrets) enter(method string) *dbus.Error {
	s.mu.Lock()
	s.calls = append(s.calls, method)
	n := len(s.calls)
	s.mu.Unlock()
	if s.fault.On == nil {
		return nil
	}
	if err := s.fault.On(method, n); err != nil {
		return dbus.MakeFailedError(err)
	}
	return nil
}

func (s *Secrets) property(_, name string) (dbus.Variant, *dbus.Error) {
	err := s.enter(name)
	switch {
	case s.fault.Garbled:
		return dbus.MakeVariant("of course"), err
	case name == "Locked":
		return dbus.MakeVariant(s.fault.Locked), err
	case s.fault.Empty:
		return dbus.MakeVariant([]dbus.ObjectPath{}), err
	}
	return dbus.MakeVariant([]dbus.ObjectPath{secretsCollection}), err
}

func (s *Secrets) openSession(string, dbus.Variant) (dbus.Variant, dbus.ObjectPath, *dbus.Error) {
	return dbus.MakeVariant(""), secretsSession, s.enter("OpenSession")
}

func (s *Secrets) readAlias(string) (dbus.ObjectPath, *dbus.Error) {
	return nothing, s.enter("ReadAlias")
}

func (s *Secrets) unlock(objects []dbus.ObjectPath) ([]dbus.ObjectPath, dbus.ObjectPath, *dbus.Error) {
	err := s.enter("Unlock")
	if s.fault.Locked {
		return []dbus.ObjectPath{}, secretsPrompt, err
	}
	return objects, nothing, err
}

func (s *Secrets) search(attributes map[string]string) ([]dbus.ObjectPath, *dbus.Error) {
	err := s.enter("SearchItems")
	s.mu.Lock()
	defer s.mu.Unlock()
	found := []dbus.ObjectPath{}
	for path, item := range s.items {
		if maps.Equal(attributes, item.attributes) {
			found = append(found, path)
		}
	}
	return found, err
}

// sealed is a secret as it crosses the bus.
type sealed struct {
	Session    dbus.ObjectPath
	Parameters []byte
	Value      []byte
	Kind       string
}

func (s *Secrets) create(properties map[string]dbus.Variant, secret sealed, _ bool) (item, prompt dbus.ObjectPath, failed *dbus.Error) {
	if err := s.enter("CreateItem"); err != nil {
		return nothing, nothing, err
	}
	if s.fault.Asks {
		return nothing, secretsPrompt, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.made++
	path := secretsCollection + dbus.ObjectPath(fmt.Sprintf("/%d", s.made))
	if s.fault.Loses {
		return path, nothing, nil
	}
	if s.fault.Tears {
		secret.Value = secret.Value[:len(secret.Value)/2]
	}
	attributes, _ := properties["org.freedesktop.Secret.Item.Attributes"].Value().(map[string]string)
	for old, item := range s.items {
		if maps.Equal(attributes, item.attributes) {
			delete(s.items, old)
		}
	}
	s.items[path] = secretItem{attributes, secret.Value}
	methods := map[string]any{
		"GetSecret": func(session dbus.ObjectPath) (sealed, *dbus.Error) { return s.read(path, session) },
		"Delete":    func() (dbus.ObjectPath, *dbus.Error) { return s.remove(path) },
	}
	if err := s.bus.ExportMethodTable(methods, path, "org.freedesktop.Secret.Item"); err != nil {
		return nothing, nothing, dbus.MakeFailedError(err)
	}
	return path, nothing, nil
}

func (s *Secrets) read(path, session dbus.ObjectPath) (sealed, *dbus.Error) {
	err := s.enter("GetSecret")
	s.mu.Lock()
	defer s.mu.Unlock()
	return sealed{session, []byte{}, s.items[path].value, "text/plain"}, err
}

func (s *Secrets) remove(path dbus.ObjectPath) (dbus.ObjectPath, *dbus.Error) {
	if err := s.enter("Delete"); err != nil {
		return nothing, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.items, path)
	return nothing, nil
}

// prompt shows a question: to nobody, unless somebody is there to say no.
func (s *Secrets) prompt(string) *dbus.Error {
	err := s.enter("Prompt")
	if s.fault.Refuses {
		_ = s.bus.Emit(secretsPrompt, "org.freedesktop.Secret.Prompt.Completed", true, dbus.MakeVariant(""))
	}
	return err
}
