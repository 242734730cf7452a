//go:build keyring && linux

package vault_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

const (
	servicePath    = dbus.ObjectPath("/org/freedesktop/secrets")
	collectionPath = servicePath + "/collection/login"
	sessionPath    = servicePath + "/session/s1"
	promptPath     = servicePath + "/prompt/p1"
	promptName     = "org.freedesktop.Secret.Prompt"
)

// fakeService is a Secret Service on a bus of its own that does what a test wants to see.
type fakeService struct {
	t    *testing.T
	conn *dbus.Conn

	mu        sync.Mutex
	locked    bool
	items     map[string][]byte // by user name attribute
	paths     map[dbus.ObjectPath]string
	calls     map[string]int
	prompts   int
	dismissed bool // Prompt.Dismiss was called

	collections any           // nil: the right answer
	hang        chan struct{} // every call waits for it when not nil
	onPrompt    func()        // what happens when a prompt is shown; nil: nothing ever
	askToWrite  bool          // CreateItem wants a prompt
}

// startBus starts a bus on which nothing can be activated, and makes it the session bus of this process.
func startBus(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	config := filepath.Join(dir, "bus.conf")
	err := os.WriteFile(config, []byte(`<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path=`+filepath.Join(dir, "bus")+`</listen>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy></busconfig>`), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "dbus-daemon", "--config-file="+config, "--nofork", "--print-address=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("dbus-daemon: %v", err)
	}
	address = strings.TrimSpace(address)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", address)
	forgetBus := func() { // the libraries share one connection, to the bus before
		if conn, err := dbus.SessionBus(); err == nil {
			_ = conn.Close()
		}
	}
	forgetBus()
	t.Cleanup(forgetBus)
	return address
}

func newFakeService(t *testing.T) *fakeService {
	t.Helper()
	conn, err := dbus.Connect(startBus(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	f := &fakeService{t: t, conn: conn, items: map[string][]byte{}, paths: map[dbus.ObjectPath]string{}, calls: map[string]int{}}
	for _, e := range []struct {
		object any
		path   dbus.ObjectPath
		iface  string
	}{
		{service{f}, servicePath, "org.freedesktop.Secret.Service"},
		{collection{f}, collectionPath, "org.freedesktop.Secret.Collection"},
		{session{f}, sessionPath, "org.freedesktop.Secret.Session"},
		{prompt{f}, promptPath, promptName},
		{properties{f}, servicePath, "org.freedesktop.DBus.Properties"},
		{properties{f}, collectionPath, "org.freedesktop.DBus.Properties"},
	} {
		if err := conn.Export(e.object, e.path, e.iface); err != nil {
			t.Fatal(err)
		}
	}
	reply, err := conn.RequestName("org.freedesktop.secrets", dbus.NameFlagDoNotQueue)
	if err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
		t.Fatalf("RequestName: %v, %v", reply, err)
	}
	return f
}

// with reads or changes the fields while calls may come in.
func (f *fakeService) with(do func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	do()
}

// enter counts a call and hangs when that is wanted.
func (f *fakeService) enter(name string) {
	f.mu.Lock()
	f.calls[name]++
	hang := f.hang
	f.mu.Unlock()
	if hang != nil {
		<-hang
	}
}

func (f *fakeService) count() (all int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, n := range f.calls {
		all += n
	}
	return all
}

// put adds an item. Its caller holds mu.
func (f *fakeService) put(name string, value []byte) dbus.ObjectPath {
	path := collectionPath + dbus.ObjectPath(fmt.Sprintf("/%d", len(f.paths)))
	f.items[name], f.paths[path] = value, name
	if err := f.conn.Export(item{f, path}, path, "org.freedesktop.Secret.Item"); err != nil {
		f.t.Error(err)
	}
	return path
}

// complete answers the prompt.
func (f *fakeService) complete(body ...any) {
	if err := f.conn.Emit(promptPath, promptName+".Completed", body...); err != nil {
		f.t.Error(err)
	}
}

// unlock answers the prompt as an agent who knows the password.
func (f *fakeService) unlock() {
	f.mu.Lock()
	f.locked = false
	f.mu.Unlock()
	f.complete(false, dbus.MakeVariant([]dbus.ObjectPath{collectionPath}))
}

type (
	service    struct{ f *fakeService }
	collection struct{ f *fakeService }
	session    struct{ f *fakeService }
	prompt     struct{ f *fakeService }
	properties struct{ f *fakeService }
	item       struct {
		f    *fakeService
		path dbus.ObjectPath
	}
	secretValue struct {
		Session     dbus.ObjectPath
		Parameters  []byte
		Value       []byte
		ContentType string
	}
)

func (s service) OpenSession(string, dbus.Variant) (dbus.Variant, dbus.ObjectPath, *dbus.Error) {
	s.f.enter("OpenSession")
	return dbus.MakeVariant(""), sessionPath, nil
}

func (s service) ReadAlias(string) (dbus.ObjectPath, *dbus.Error) {
	s.f.enter("ReadAlias")
	return "/", nil
}

func (s service) Unlock(objects []dbus.ObjectPath) ([]dbus.ObjectPath, dbus.ObjectPath, *dbus.Error) {
	s.f.enter("Unlock")
	s.f.mu.Lock()
	defer s.f.mu.Unlock()
	if s.f.locked {
		return nil, promptPath, nil
	}
	return objects, "/", nil
}

func (p properties) Get(_, name string) (dbus.Variant, *dbus.Error) {
	p.f.enter(name)
	p.f.mu.Lock()
	defer p.f.mu.Unlock()
	switch {
	case name == "Collections" && p.f.collections != nil:
		return dbus.MakeVariant(p.f.collections), nil
	case name == "Collections":
		return dbus.MakeVariant([]dbus.ObjectPath{collectionPath}), nil
	}
	return dbus.MakeVariant(p.f.locked), nil
}

func (c collection) SearchItems(attributes map[string]string) ([]dbus.ObjectPath, *dbus.Error) {
	c.f.enter("SearchItems")
	c.f.mu.Lock()
	defer c.f.mu.Unlock()
	found := []dbus.ObjectPath{}
	for path, name := range c.f.paths {
		if name == attributes["username"] {
			found = append(found, path)
		}
	}
	return found, nil
}

func (c collection) CreateItem(p map[string]dbus.Variant, s secretValue, _ bool) (dbus.ObjectPath, dbus.ObjectPath, *dbus.Error) {
	c.f.enter("CreateItem")
	c.f.mu.Lock()
	defer c.f.mu.Unlock()
	if c.f.askToWrite {
		return "/", promptPath, nil
	}
	attributes, _ := p["org.freedesktop.Secret.Item.Attributes"].Value().(map[string]string)
	return c.f.put(attributes["username"], s.Value), "/", nil
}

func (i item) GetSecret(session dbus.ObjectPath) (secretValue, *dbus.Error) {
	i.f.enter("GetSecret")
	i.f.mu.Lock()
	defer i.f.mu.Unlock()
	return secretValue{session, []byte{}, i.f.items[i.f.paths[i.path]], "text/plain"}, nil
}

func (i item) Delete() (dbus.ObjectPath, *dbus.Error) {
	i.f.enter("Delete")
	i.f.mu.Lock()
	defer i.f.mu.Unlock()
	delete(i.f.items, i.f.paths[i.path])
	delete(i.f.paths, i.path)
	return "/", nil
}

func (s session) Close() *dbus.Error { return nil }

func (p prompt) Prompt(string) *dbus.Error {
	p.f.enter("Prompt")
	p.f.mu.Lock()
	defer p.f.mu.Unlock()
	p.f.prompts++
	if p.f.onPrompt != nil {
		go p.f.onPrompt()
	}
	return nil
}

func (p prompt) Dismiss() *dbus.Error {
	p.f.mu.Lock()
	defer p.f.mu.Unlock()
	p.f.dismissed = true
	return nil
}

// until waits for something to become true.
func until(t *testing.T, what string, happened func() bool) {
	t.Helper()
	for range 6000 {
		if happened() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("waited in vain: %s", what)
}
