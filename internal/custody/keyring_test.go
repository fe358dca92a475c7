package custody

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"guise/internal/await"
	"guise/internal/need"
	"guise/internal/secret"
	"guise/internal/standin"
)

// TestMain is also the program that runs inside a session bus of its own.
func TestMain(m *testing.M) {
	if os.Getenv("CUSTODY_TEST_INSIDE") != "" {
		if err := inside(); err != nil {
			_, _ = os.Stderr.WriteString(err.Error() + "\n")
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// inside keeps, reads, replaces and forgets a secret; then the store dies.
func inside() error {
	s := OpenKeyring(os.Getenv)
	if err := s.Available(); err != nil {
		return err
	}
	for _, text := range []string{"first", "second $(x) é"} {
		if err := s.Set("name", secret.New(text)); err != nil {
			return err
		}
		if got, err := s.Get("name"); err != nil || got.Reveal() != text {
			return errors.Join(err, errors.New("not what was stored"))
		}
	}
	for range 2 {
		if err := s.Delete("name"); err != nil {
			return err
		}
	}
	if _, err := s.Get("name"); !errors.Is(err, ErrNotFound) {
		return errors.Join(err, errors.New("still there"))
	}
	if err := exec.Command("pkill", "-KILL", "-s", "0", "gnome-keyring-d").Run(); err != nil {
		return err
	}
	began := time.Now()
	_, err := s.Get("name")
	if !errors.Is(err, ErrUnavailable) && !errors.Is(err, ErrNotFound) || time.Since(began) > patience+await.Patience {
		return errors.Join(err, errors.New("a dead store was not noticed"))
	}
	return nil
}

func TestSecretService(t *testing.T) {
	need.System(t, "linux") // whose it is
	for _, program := range []string{"setsid", "dbus-run-session", "gnome-keyring-daemon", "pkill"} {
		need.Program(t, program)
	}
	// A process session of its own: what inside kills there is no other test's store.
	c := exec.Command("setsid", "--wait", "dbus-run-session", "--", "sh", "-c", "echo -n pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; exec "+os.Args[0])
	home := t.TempDir()
	c.Env = append(os.Environ(), "CUSTODY_TEST_INSIDE=1", "HOME="+home, "XDG_DATA_HOME="+home, "XDG_RUNTIME_DIR="+home)
	c.WaitDelay = time.Second // for a store that goes on after a failure
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestNoBus: where there is no session bus, none is started, and none is waited for.
func TestNoBus(t *testing.T) {
	need.System(t, "linux") // where alone there may be none
	dir := t.TempDir()
	started := filepath.Join(dir, "started")
	script := "#!/bin/sh\n: >" + started + "\n"
	standin.Program(t, filepath.Join(dir, "dbus-launch"), script)
	t.Setenv("PATH", dir)
	noSocket := t.TempDir()
	if err := os.WriteFile(filepath.Join(noSocket, "bus"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	const path, runtime = "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"
	for _, env := range []map[string]string{
		{}, {runtime: t.TempDir()}, {runtime: noSocket}, {path: "autolaunch:"}, {path: "unix:path=/nowhere/bus"}, {path: "unix:path=/nowhere/bus,guid=1"},
	} {
		t.Setenv(path, env[path])
		t.Setenv(runtime, env[runtime])
		if err := OpenKeyring(os.Getenv).Available(); !errors.Is(err, ErrUnavailable) {
			t.Errorf("%v: %v", env, err)
		}
		if _, err := os.Stat(started); err == nil {
			t.Fatalf("%v: a bus was started", env)
		}
		if err := reachable(os.Getenv); err == nil {
			t.Errorf("%v: there is none, and it is asked", env)
		}
	}
}

// TestBus: a session bus is found by its address, or by its socket.
func TestBus(t *testing.T) {
	need.System(t, "linux")
	dir, err := os.MkdirTemp("/tmp", "bus") // a socket's path is short, and TMPDIR may not be
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	bus := filepath.Join(dir, "bus")
	l, err := net.Listen("unix", bus)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	for _, env := range []map[string]string{
		{"XDG_RUNTIME_DIR": dir},
		{"DBUS_SESSION_BUS_ADDRESS": "unix:path=" + bus},
		{"DBUS_SESSION_BUS_ADDRESS": "unix:path=" + bus + ",guid=1"},
		{"DBUS_SESSION_BUS_ADDRESS": "tcp:host=127.0.0.1,port=1"},
	} {
		if err := reachable(func(name string) string { return env[name] }); err != nil {
			t.Errorf("%v: %v", env, err)
		}
	}
}
