package secretstore

import (
	"errors"
	"os"
	"os/exec"
	"testing"
	"time"

	"guise/internal/need"
	"guise/internal/secret"
)

// TestMain is also the program that runs inside a session bus of its own.
func TestMain(m *testing.M) {
	if os.Getenv("SECRETSTORE_TEST_INSIDE") != "" {
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
	s := Open(os.Getenv)
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
	if !errors.Is(err, ErrUnavailable) && !errors.Is(err, ErrNotFound) || time.Since(began) > patience+time.Second {
		return errors.Join(err, errors.New("a dead store was not noticed"))
	}
	return nil
}

func TestSecretService(t *testing.T) {
	need.System(t, "linux") // whose it is
	for _, program := range []string{"dbus-run-session", "gnome-keyring-daemon", "pkill"} {
		need.Program(t, program)
	}
	c := exec.Command("dbus-run-session", "--", "sh", "-c", "echo -n pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; exec "+os.Args[0])
	home := t.TempDir()
	c.Env = append(os.Environ(), "SECRETSTORE_TEST_INSIDE=1", "HOME="+home, "XDG_DATA_HOME="+home, "XDG_RUNTIME_DIR="+home)
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestNoBus: where there is no session bus, none is started.
func TestNoBus(t *testing.T) {
	need.System(t, "linux") // where alone there may be none
	for _, env := range []map[string]string{
		{}, {"XDG_RUNTIME_DIR": t.TempDir()}, {"DBUS_SESSION_BUS_ADDRESS": "autolaunch:"}, {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere/bus"},
	} {
		s := Open(func(name string) string { return env[name] })
		if err := s.Available(); !errors.Is(err, ErrUnavailable) {
			t.Errorf("%v: %v", env, err)
		}
	}
}
