package vault

import (
	"context"
	"errors"
	"time"

	"github.com/godbus/dbus/v5"

	"latchkey/internal/problem"
)

// unlock opens a locked collection; the agent is asked when the service wants that. It waits until they answer or ctx ends,
// and takes the question away then. A question that was turned down is the problem keychain-locked.
func unlock(ctx context.Context, conn *dbus.Conn, collection dbus.ObjectPath) error {
	var unlocked []dbus.ObjectPath
	var prompt dbus.ObjectPath
	service := conn.Object(secretsName, secretsPath)
	err := service.CallWithContext(ctx, serviceInterface+".Unlock", 0, []dbus.ObjectPath{collection}).Store(&unlocked, &prompt)
	if err != nil {
		return err
	}
	if prompt != nothing {
		if err := ask(ctx, conn, prompt); err != nil {
			return err
		}
	}
	locked, err := property[bool](ctx, conn, collection, collectionInterface, "Locked", 0)
	if err != nil {
		return err
	}
	if locked {
		return problem.New(problem.KeychainLocked)
	}
	return nil
}

// ask shows a prompt and waits for its own answer, whatever else arrives on the shared connection.
func ask(ctx context.Context, conn *dbus.Conn, prompt dbus.ObjectPath) error {
	match := []dbus.MatchOption{dbus.WithMatchObjectPath(prompt), dbus.WithMatchInterface(promptInterface)}
	if err := conn.AddMatchSignalContext(ctx, match...); err != nil {
		return err
	}
	signals := make(chan *dbus.Signal, 64)
	conn.Signal(signals)
	defer func() {
		conn.RemoveSignal(signals)
		clean, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = conn.RemoveMatchSignalContext(clean, match...)
	}()
	object := conn.Object(secretsName, prompt)
	defer func() {
		if ctx.Err() != nil {
			object.Go(promptInterface+".Dismiss", dbus.FlagNoReplyExpected, nil)
		}
	}()
	if err := object.CallWithContext(ctx, promptInterface+".Prompt", 0, "").Err; err != nil {
		return err
	}
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-conn.Context().Done():
			return dbus.ErrClosed
		case signal, open := <-signals:
			if !open {
				return dbus.ErrClosed
			}
			if signal.Path != prompt || signal.Name != promptInterface+".Completed" {
				continue
			}
			if len(signal.Body) < 1 {
				return errors.New("keychain service: an answer without a body")
			}
			dismissed, ok := signal.Body[0].(bool)
			if !ok {
				return errors.New("keychain service: an answer of the wrong type")
			}
			if dismissed {
				return problem.New(problem.KeychainLocked, problem.Because("The question for its password was turned down."))
			}
			return nil
		}
	}
}
