package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"

	"guise/internal/faults/inject"
)

// keyring is a real OS keyring on a session bus of its own: gnome-keyring, unlocked.
// Its home is not the world's: what is in it is put back item by item.
type keyring struct {
	home, address string
	bus           *dbus.Conn
}

// item is a secret of guise's in the keyring. Its fields are those of the interface
// org.freedesktop.Secret.
type item struct{ name, value string }

const (
	secretsName       = "org.freedesktop.secrets"
	secretsPath       = dbus.ObjectPath("/org/freedesktop/secrets")
	defaultCollection = dbus.ObjectPath("/org/freedesktop/secrets/aliases/default")
	secretsService    = "org.freedesktop.Secret.Service."
	secretsItem       = "org.freedesktop.Secret.Item."
)

// startKeyring starts a bus and a keyring, which end with close.
func startKeyring() (*keyring, error) {
	home, err := os.MkdirTemp("", "faults-keyring-")
	if err != nil {
		return nil, err
	}
	k := &keyring{home: home, address: "unix:path=" + filepath.Join(home, "bus")}
	for _, sub := range []string{"run", "home"} {
		if err := os.Mkdir(filepath.Join(home, sub), 0o700); err != nil {
			return nil, err
		}
	}
	bus := k.program("dbus-daemon", "--session", "--nofork", "--address="+k.address)
	go func() { _ = bus.Run() }()
	for deadline := time.Now().Add(limit); ; time.Sleep(10 * time.Millisecond) {
		if k.bus, err = dbus.Connect(k.address); err == nil {
			break
		}
		if time.Now().After(deadline) {
			return nil, fmt.Errorf("no session bus (has this machine dbus-daemon?): %w", err)
		}
	}
	daemon := k.program("gnome-keyring-daemon", "--daemonize", "--unlock", "--components=secrets")
	daemon.Stdin = strings.NewReader("pw")
	if err := daemon.Run(); err != nil { // it is unlocked when the first process ends
		return nil, fmt.Errorf("no keyring (has this machine gnome-keyring-daemon?): %w", err)
	}
	return k, k.set(nil)
}

func (k *keyring) program(name string, args ...string) *exec.Cmd {
	c := exec.Command(name, args...)
	c.Env = []string{"HOME=" + filepath.Join(k.home, "home"), "XDG_RUNTIME_DIR=" + filepath.Join(k.home, "run"), "PATH=/usr/bin:/bin", "DBUS_SESSION_BUS_ADDRESS=" + k.address}
	return c
}

func (k *keyring) close() {
	_ = k.bus.Close()
	inject.Sweep(k.home + "/")
	_ = os.RemoveAll(k.home)
}

func (k *keyring) call(path dbus.ObjectPath, method string, args ...any) *dbus.Call {
	return k.bus.Object(secretsName, path).Call(method, 0, args...)
}

func (k *keyring) paths() (found []dbus.ObjectPath, err error) {
	var locked []dbus.ObjectPath
	err = k.call(secretsPath, secretsService+"SearchItems", map[string]string{"service": "guise"}).Store(&found, &locked)
	if err == nil && len(locked) > 0 {
		err = errors.New("the keyring is locked")
	}
	return found, err
}

// secretOfItem is the struct Secret of that interface.
type secretOfItem struct {
	Session     dbus.ObjectPath
	Parameters  []byte
	Value       []byte
	ContentType string
}

func (k *keyring) session() (path dbus.ObjectPath, err error) {
	var unused dbus.Variant
	err = k.call(secretsPath, secretsService+"OpenSession", "plain", dbus.MakeVariant("")).Store(&unused, &path)
	return path, err
}

// items returns what guise has in the keyring.
func (k *keyring) items() (all []item, err error) {
	paths, err := k.paths()
	if err != nil {
		return nil, err
	}
	session, err := k.session()
	if err != nil {
		return nil, err
	}
	for _, path := range paths {
		attributes, err := k.bus.Object(secretsName, path).GetProperty(secretsItem + "Attributes")
		if err != nil {
			return nil, err
		}
		var s secretOfItem
		if err := k.call(path, secretsItem+"GetSecret", session).Store(&s); err != nil {
			return nil, err
		}
		of, _ := attributes.Value().(map[string]string)
		all = append(all, item{of["username"], string(s.Value)})
	}
	return all, nil
}

// set makes these all that guise has in the keyring.
func (k *keyring) set(items []item) error {
	paths, err := k.paths()
	if err != nil {
		return err
	}
	for _, path := range paths {
		if err := k.call(path, secretsItem+"Delete").Err; err != nil {
			return err
		}
	}
	session, err := k.session()
	if err != nil {
		return err
	}
	for _, i := range items {
		about := map[string]dbus.Variant{
			secretsItem + "Label":      dbus.MakeVariant(i.name),
			secretsItem + "Attributes": dbus.MakeVariant(map[string]string{"service": "guise", "username": i.name}),
		}
		s := secretOfItem{session, []byte{}, []byte(i.value), "text/plain; charset=utf8"}
		if err := k.call(defaultCollection, "org.freedesktop.Secret.Collection.CreateItem", about, s, true).Err; err != nil {
			return err
		}
	}
	return nil
}

// names are the items' names, but for the key that seals the cache: a command may or
// may not have needed it.
func (k *keyring) names() (names []string, err error) {
	items, err := k.items()
	for _, i := range items {
		if !strings.HasPrefix(i.name, "sealing-key:") {
			names = append(names, i.name)
		}
	}
	return names, err
}
