package vault

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/godbus/dbus/v5"

	"latchkey/internal/problem"
)

// The Secret Service on the session bus (freedesktop.org Secret Service API draft, sections "Collections", "Prompts").
const (
	secretsName     = "org.freedesktop.secrets"
	secretsPath     = dbus.ObjectPath("/org/freedesktop/secrets")
	loginCollection = dbus.ObjectPath("/org/freedesktop/secrets/collection/login")
	defaultAlias    = dbus.ObjectPath("/org/freedesktop/secrets/aliases/default")
	nothing         = dbus.ObjectPath("/")

	serviceInterface    = "org.freedesktop.Secret.Service"
	collectionInterface = "org.freedesktop.Secret.Collection"
	promptInterface     = "org.freedesktop.Secret.Prompt"
	propertiesGet       = "org.freedesktop.DBus.Properties.Get"
)

// Ready finds out whether a Secret Service is there, without starting a bus, and unlocks the collection that go-keyring will
// use. go-keyring's own unlocking waits for ever and takes any signal for the answer; after this it has nothing to ask.
func (s *system) Ready(ctx context.Context) error {
	conn, collection, locked, err := s.find(ctx)
	if err == nil && locked {
		err = unlock(ctx, conn, collection)
	}
	return s.classify(err)
}

// Look finds out the same and leaves a locked collection locked.
func (s *system) Look(ctx context.Context) (unlocked bool, err error) {
	_, _, locked, err := s.find(ctx)
	if err == nil && locked {
		err = problem.New(problem.KeychainLocked)
	}
	return err == nil, s.classify(err)
}

// find returns the collection that go-keyring will use and whether it is locked.
func (s *system) find(ctx context.Context) (conn *dbus.Conn, collection dbus.ObjectPath, locked bool, err error) {
	if !haveSessionBus() {
		return nil, "", false, problem.New(problem.KeychainMissing, problem.Because("There is no desktop session."))
	}
	conn, err = dbus.SessionBus()
	if err != nil {
		return nil, "", false, problem.New(problem.KeychainMissing, problem.Because("The desktop session does not answer."), problem.Caused(err))
	}
	if collection, err = findCollection(ctx, conn); err != nil {
		return nil, "", false, err
	}
	locked, err = property[bool](ctx, conn, collection, collectionInterface, "Locked", 0)
	return conn, collection, locked, err
}

// haveSessionBus looks where a session bus can be found, as the library does, but for starting one.
func haveSessionBus() bool {
	if address := os.Getenv("DBUS_SESSION_BUS_ADDRESS"); address != "" && address != "autolaunch:" {
		return true
	}
	for _, name := range []string{"bus", "dbus-session"} {
		if _, err := os.Stat(fmt.Sprintf("/run/user/%d/%s", os.Getuid(), name)); err == nil {
			return true
		}
	}
	return false
}

// findCollection returns the collection that go-keyring uses: "login", else the default one.
func findCollection(ctx context.Context, conn *dbus.Conn) (dbus.ObjectPath, error) {
	all, err := property[[]dbus.ObjectPath](ctx, conn, secretsPath, serviceInterface, "Collections", dbus.FlagNoAutoStart)
	if notOwned(err) {
		if err := startable(ctx, conn); err != nil {
			return "", err
		}
		all, err = property[[]dbus.ObjectPath](ctx, conn, secretsPath, serviceInterface, "Collections", 0)
	}
	if err != nil {
		return "", err
	}
	if slices.Contains(all, loginCollection) {
		return loginCollection, nil
	}
	var path dbus.ObjectPath
	service := conn.Object(secretsName, secretsPath)
	if err := service.CallWithContext(ctx, serviceInterface+".ReadAlias", 0, "default").Store(&path); err != nil {
		return "", err
	}
	if path == nothing || path == "" {
		return "", problem.New(problem.KeychainMissing, problem.Because("The keychain has not been set up yet."))
	}
	return defaultAlias, nil
}

// startable reports that the bus would start a Secret Service when asked: nothing hangs on one that nobody offers.
func startable(ctx context.Context, conn *dbus.Conn) error {
	var names []string
	if err := conn.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.ListActivatableNames", 0).Store(&names); err != nil {
		return err
	}
	if !slices.Contains(names, secretsName) {
		return problem.New(problem.KeychainMissing, problem.Because("No keychain service is running."))
	}
	return nil
}

// property reads one property and checks its type.
func property[T any](ctx context.Context, conn *dbus.Conn, path dbus.ObjectPath, iface, name string, flags dbus.Flags) (T, error) {
	var value dbus.Variant
	var zero T
	if err := conn.Object(secretsName, path).CallWithContext(ctx, propertiesGet, flags, iface, name).Store(&value); err != nil {
		return zero, err
	}
	typed, ok := value.Value().(T)
	if !ok {
		return zero, fmt.Errorf("keychain service: %s has the wrong type", name)
	}
	return typed, nil
}

// notOwned reports that nobody offers the service on the bus at the moment.
func notOwned(err error) bool {
	return busError(err, "org.freedesktop.DBus.Error.ServiceUnknown") || busError(err, "org.freedesktop.DBus.Error.NameHasNoOwner")
}

func busError(err error, prefix string) bool {
	d, ok := errors.AsType[dbus.Error](err)
	return ok && strings.HasPrefix(d.Name, prefix)
}

// classify types an error of the bus, the service or go-keyring.
func (s *system) classify(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case notOwned(err), busError(err, "org.freedesktop.DBus.Error.Spawn."), errors.Is(err, dbus.ErrClosed):
		return problem.New(problem.KeychainMissing, problem.Because("The keychain service has gone or does not start."), problem.Caused(err))
	case busError(err, "org.freedesktop.Secret.Error.IsLocked"), strings.Contains(err.Error(), "failed to unlock"):
		return problem.New(problem.KeychainLocked, problem.Caused(err))
	}
	return typed(err)
}
