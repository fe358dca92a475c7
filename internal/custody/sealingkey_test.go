package custody

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zalando/go-keyring"

	"guise/internal/need"
)

// ring is an OS keyring in memory, and a bus that leads to it.
type ring struct {
	keyring *Keyring
	away    bool // the bus is gone, as over ssh
}

func newRing() *ring {
	keyring.MockInit()
	r := &ring{}
	r.keyring = OpenKeyring(func(name string) string {
		if name == "DBUS_SESSION_BUS_ADDRESS" && !r.away {
			return "unix:abstract=/of/this/test"
		}
		return ""
	})
	return r
}

// held returns the places that have a key for a cache, or had one put there.
func (r *ring) held(dir string) string {
	var places []string
	if _, err := keyring.Get("guise", (&SealingKey{Dir: dir}).name()); err == nil {
		places = append(places, "keyring")
	}
	for _, place := range []string{"kernel", "file"} {
		if _, err := (&SealingKey{Dir: dir, Prefer: place}).Key(false); err == nil {
			places = append(places, place)
		}
	}
	return strings.Join(places, " ")
}

// ownKey is a key of this test in this process: the kernel has one keyring for all
// processes of a user, and several may run this test.
func ownKey(t *testing.T) kernelKey {
	return kernelKey(fmt.Sprintf("guise-test:%s:%d", t.Name(), os.Getpid()))
}

// kernelKeeps needs a kernel that keeps keys.
func kernelKeeps(t *testing.T) {
	t.Helper()
	key := ownKey(t)
	need.That(t, key.put([]byte("x")))
	_ = key.remove()
}

// TestWhereTheKeyIs: by what is preferred and what there is; every process finds it
// there, and it is gone from everywhere when it is forgotten.
func TestWhereTheKeyIs(t *testing.T) {
	kernelKeeps(t)
	for _, c := range []struct {
		prefer  string
		keyring string // there, away, or none at all
		held    string // empty: it cannot be made
		place   string
	}{
		{"auto", "there", "keyring kernel", "the OS keyring, with a copy in the kernel's keyring (until the next boot)"},
		{"auto", "away", "kernel", "the kernel's keyring (until the next boot)"},
		{"auto", "none", "kernel", "the kernel's keyring (until the next boot)"},
		{"keyring", "there", "keyring kernel", "the OS keyring, with a copy in the kernel's keyring (until the next boot)"},
		{"keyring", "away", "", ""},
		{"kernel", "there", "kernel", "the kernel's keyring (until the next boot)"},
		{"file", "there", "file", "a file"},
		{"file", "none", "file", "a file"},
	} {
		t.Run(c.prefer+", keyring "+c.keyring, func(t *testing.T) {
			r, dir := newRing(), t.TempDir()
			r.away = c.keyring == "away"
			process := func() *SealingKey {
				key := &SealingKey{Dir: dir, Prefer: c.prefer, Keyring: r.keyring}
				if c.keyring == "none" {
					key.Keyring = nil
				}
				return key
			}
			t.Cleanup(func() { _ = process().Forget() })
			if _, err := process().Key(false); !errors.Is(err, ErrNoKey) {
				t.Errorf("before it is made: %v", err)
			}
			key, err := process().Key(true)
			if (err == nil) != (c.held != "") {
				t.Fatal(err)
			}
			if held := r.held(dir); held != c.held {
				t.Errorf("it is in %q, want %q", held, c.held)
			}
			if place := process().Place(); place != c.place {
				t.Errorf("it is said to be in %q", place)
			}
			if err != nil {
				return
			}
			for what, get := range map[string]func() ([]byte, error){"another process": asks(process(), false), "another that would make one": asks(process(), true)} {
				if got, err := get(); err != nil || !bytes.Equal(got, key) {
					t.Errorf("%s has another key: %v", what, err)
				}
			}
			if err := process().Forget(); err != nil || r.held(dir) != "" {
				t.Errorf("forgotten, and still in %q: %v", r.held(dir), err)
			}
		})
	}
}

// TestSealingKeyFormat: the key is under the name, and in the form, in which earlier
// guises left it: in each place.
func TestSealingKeyFormat(t *testing.T) {
	kernelKeeps(t)
	r, key := newRing(), bytes.Repeat([]byte{7}, 32)
	const home, name = "/home/u/.cache/guise", "sealing-key:21dceaa0fe865180"
	k := &SealingKey{Dir: home, Prefer: "auto", Keyring: r.keyring}
	if k.name() != name {
		t.Errorf("%s is %s", home, k.name())
	}
	dir := t.TempDir()
	k = &SealingKey{Dir: dir, Prefer: "auto", Keyring: r.keyring}
	t.Cleanup(func() { _ = k.Forget() })
	for place, put := range map[string]func() error{
		"the kernel":  func() error { return k.kernel().put(key) },
		"the keyring": func() error { return keyring.Set("guise", k.name(), "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=") },
		"the file":    func() error { return os.WriteFile(filepath.Join(dir, "key"), key, 0o600) },
	} {
		if err := put(); err != nil {
			t.Fatal(err)
		}
		if got, err := k.Key(false); err != nil || !bytes.Equal(got, key) {
			t.Errorf("%s: %x %v", place, got, err)
		}
		if err := k.Forget(); err != nil {
			t.Error(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "key-in-keyring"), []byte("1 remove\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if !k.toRemove() {
		t.Error("a copy that an earlier guise could not remove is forgotten")
	}
}

func asks(k *SealingKey, create bool) func() ([]byte, error) {
	return func() ([]byte, error) { return k.Key(create) }
}

func TestKeysDiffer(t *testing.T) {
	one, _ := (&SealingKey{Dir: t.TempDir(), Prefer: "file"}).Key(true)
	two, _ := (&SealingKey{Dir: t.TempDir(), Prefer: "file"}).Key(true)
	if len(one) != 32 || bytes.Equal(one, two) || bytes.Equal(one, make([]byte, 32)) {
		t.Errorf("%x and %x", one, two)
	}
}

// TestKeyAfterABoot is the keyring's, and the kernel has its copy again.
func TestKeyAfterABoot(t *testing.T) {
	kernelKeeps(t)
	r, dir := newRing(), t.TempDir()
	k := &SealingKey{Dir: dir, Prefer: "auto", Keyring: r.keyring}
	t.Cleanup(func() { _ = k.Forget() })
	key, err := k.Key(true)
	if err != nil {
		t.Fatal(err)
	}
	_ = k.kernel().remove()
	if got, err := k.Key(false); err != nil || !bytes.Equal(got, key) {
		t.Errorf("not the keyring's: %v", err)
	}
	if held := r.held(dir); held != "keyring kernel" {
		t.Errorf("it is in %q", held)
	}
	_ = k.kernel().remove()
	if got, err := (&SealingKey{Dir: dir, Prefer: "kernel", Keyring: r.keyring}).Key(false); err == nil {
		t.Errorf("a cache whose key is the kernel's alone has taken %d bytes of the keyring's", len(got))
	}
}

// TestKeyThatIsNone: what is not 32 bytes is no key, wherever it is.
func TestKeyThatIsNone(t *testing.T) {
	r, dir := newRing(), t.TempDir()
	k := &SealingKey{Dir: dir, Prefer: "auto", Keyring: r.keyring}
	t.Cleanup(func() { _ = k.kernel().remove() })
	short := make([]byte, 16) // AES has keys of this size
	_ = k.kernel().put(short)
	if err := os.WriteFile(filepath.Join(dir, "key"), short, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"AAAAAAAAAAAAAAAAAAAAAA==", "no base64!", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=?"} {
		if err := keyring.Set("guise", k.name(), text); err != nil {
			t.Fatal(err)
		}
		for _, prefer := range []string{"auto", "keyring", "kernel", "file"} {
			if key, err := (&SealingKey{Dir: dir, Prefer: prefer, Keyring: r.keyring}).Key(false); !errors.Is(err, ErrNoKey) {
				t.Errorf("%s: %d bytes, %v", prefer, len(key), err)
			}
		}
	}
}

// TestKeyOfAnotherPlace: a key that is where the settings do not want it is not used.
func TestKeyOfAnotherPlace(t *testing.T) {
	r, dir := newRing(), t.TempDir()
	if _, err := (&SealingKey{Dir: dir, Prefer: "file"}).Key(true); err != nil {
		t.Fatal(err)
	}
	for _, prefer := range []string{"keyring", "kernel"} {
		if _, err := (&SealingKey{Dir: dir, Prefer: prefer, Keyring: r.keyring}).Key(false); !errors.Is(err, ErrNoKey) {
			t.Errorf("%s: %v", prefer, err)
		}
	}
	r.away = true
	if _, err := (&SealingKey{Dir: dir, Prefer: "keyring", Keyring: r.keyring}).Key(false); !errors.Is(err, ErrUnavailable) {
		t.Errorf("the reason is not told: %v", err)
	}
}

// TestUnsure: where nobody knows where the key is to be kept, there is none, and none is
// made anywhere.
func TestUnsure(t *testing.T) {
	r, dir := newRing(), t.TempDir()
	k := &SealingKey{Dir: dir, Prefer: "auto", Keyring: r.keyring, Unsure: errors.New("the settings cannot be read")}
	for _, create := range []bool{false, true} {
		if _, err := k.Key(create); !errors.Is(err, k.Unsure) {
			t.Errorf("create %v: %v", create, err)
		}
	}
	if held := r.held(dir); held != "" {
		t.Errorf("a key is in %q", held)
	}
}

// TestKeyringThatRefuses: a keyring that answers and keeps nothing is passed over,
// unless it is asked for.
func TestKeyringThatRefuses(t *testing.T) {
	r := newRing()
	for prefer, made := range map[string]bool{"auto": true, "keyring": false} {
		dir := t.TempDir()
		keyring.MockInitWithError(errors.New("locked"))
		k := &SealingKey{Dir: dir, Prefer: prefer, Keyring: r.keyring}
		_, err := k.Key(true)
		if (err == nil) != made || !made && !errors.Is(err, ErrUnavailable) {
			t.Errorf("%s: %v", prefer, err)
		}
		keyring.MockInit()
		if err := k.Forget(); err != nil {
			t.Error(err)
		}
	}
}
