package cache

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zalando/go-keyring"

	"guise/internal/custody"
	"guise/internal/need"
)

// ring is an OS keyring in memory, and a bus that leads to it.
type ring struct {
	store *custody.Keyring
	away  bool // the bus is gone, as over ssh
}

func newRing() *ring {
	keyring.MockInit()
	r := &ring{}
	r.store = custody.OpenKeyring(func(name string) string {
		if name == "DBUS_SESSION_BUS_ADDRESS" && !r.away {
			return "unix:abstract=/of/this/test"
		}
		return ""
	})
	return r
}

// held gives the places that have a key for a cache, or had one put there.
func (r *ring) held(dir string) string {
	var places []string
	if _, err := keyring.Get("guise", (&Custody{Dir: dir}).name()); err == nil {
		places = append(places, "keyring")
	}
	for _, place := range []string{"kernel", "file"} {
		if _, err := (&Custody{Dir: dir, Prefer: place}).Key(); err == nil {
			places = append(places, place)
		}
	}
	return strings.Join(places, " ")
}

// ownKey is a key of this test in this process: the kernel has one keyring for all
// processes of a user, and several may run this test.
func ownKey(t *testing.T) BootKey {
	return BootKey{fmt.Sprintf("guise-test:%s:%d", t.Name(), os.Getpid())}
}

// kernelKeeps needs a kernel that keeps keys.
func kernelKeeps(t *testing.T) {
	t.Helper()
	key := ownKey(t)
	need.That(t, key.Put([]byte("x")))
	_ = key.Remove()
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
		{"keyring", "away", "", "nowhere yet"},
		{"kernel", "there", "kernel", "the kernel's keyring (until the next boot)"},
		{"file", "there", "file", "a file"},
		{"file", "none", "file", "a file"},
	} {
		t.Run(c.prefer+", keyring "+c.keyring, func(t *testing.T) {
			r, dir := newRing(), t.TempDir()
			r.away = c.keyring == "away"
			process := func() *Custody {
				custody := &Custody{Dir: dir, Prefer: c.prefer, Store: r.store}
				if c.keyring == "none" {
					custody.Store = nil
				}
				return custody
			}
			t.Cleanup(func() { _ = process().Forget() })
			if _, err := process().Key(); !errors.Is(err, ErrNoKey) {
				t.Errorf("before it is made: %v", err)
			}
			key, err := process().Create()
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
			for what, get := range map[string]func() ([]byte, error){"another process": process().Key, "another that would make one": process().Create} {
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

func TestKeysDiffer(t *testing.T) {
	one, _ := (&Custody{Dir: t.TempDir(), Prefer: "file"}).Create()
	two, _ := (&Custody{Dir: t.TempDir(), Prefer: "file"}).Create()
	if len(one) != 32 || bytes.Equal(one, two) || bytes.Equal(one, make([]byte, 32)) {
		t.Errorf("%x and %x", one, two)
	}
}

// TestKeyAfterABoot is the keyring's, and the kernel has its copy again.
func TestKeyAfterABoot(t *testing.T) {
	kernelKeeps(t)
	r, dir := newRing(), t.TempDir()
	c := &Custody{Dir: dir, Prefer: "auto", Store: r.store}
	t.Cleanup(func() { _ = c.Forget() })
	key, err := c.Create()
	if err != nil {
		t.Fatal(err)
	}
	_ = kernelRemove(c.name())
	if got, err := c.Key(); err != nil || !bytes.Equal(got, key) {
		t.Errorf("not the keyring's: %v", err)
	}
	if held := r.held(dir); held != "keyring kernel" {
		t.Errorf("it is in %q", held)
	}
	_ = kernelRemove(c.name())
	if got, err := (&Custody{Dir: dir, Prefer: "kernel", Store: r.store}).Key(); err == nil {
		t.Errorf("a cache whose key is the kernel's alone has taken %d bytes of the keyring's", len(got))
	}
}

// TestKeyThatIsNone: what is not 32 bytes is no key, wherever it is.
func TestKeyThatIsNone(t *testing.T) {
	r, dir := newRing(), t.TempDir()
	c := &Custody{Dir: dir, Prefer: "auto", Store: r.store}
	t.Cleanup(func() { _ = kernelRemove(c.name()) })
	short := make([]byte, 16) // AES has keys of this size
	_ = kernelPut(c.name(), short)
	if err := os.WriteFile(filepath.Join(dir, "key"), short, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"AAAAAAAAAAAAAAAAAAAAAA==", "no base64!", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=?"} {
		if err := keyring.Set("guise", c.name(), text); err != nil {
			t.Fatal(err)
		}
		for _, prefer := range []string{"auto", "keyring", "kernel", "file"} {
			if key, err := (&Custody{Dir: dir, Prefer: prefer, Store: r.store}).Key(); !errors.Is(err, ErrNoKey) {
				t.Errorf("%s: %d bytes, %v", prefer, len(key), err)
			}
		}
	}
}

// TestKeyOfAnotherPlace: a key that is where the settings do not want it is not used.
func TestKeyOfAnotherPlace(t *testing.T) {
	r, dir := newRing(), t.TempDir()
	if _, err := (&Custody{Dir: dir, Prefer: "file"}).Create(); err != nil {
		t.Fatal(err)
	}
	for _, prefer := range []string{"keyring", "kernel"} {
		if _, err := (&Custody{Dir: dir, Prefer: prefer, Store: r.store}).Key(); !errors.Is(err, ErrNoKey) {
			t.Errorf("%s: %v", prefer, err)
		}
	}
	r.away = true
	if _, err := (&Custody{Dir: dir, Prefer: "keyring", Store: r.store}).Key(); !errors.Is(err, custody.ErrUnavailable) {
		t.Errorf("the reason is not told: %v", err)
	}
}

// TestUnsure: where nobody knows where the key is to be kept, nothing is kept, and
// nothing is made anywhere.
func TestUnsure(t *testing.T) {
	r, dir := newRing(), t.TempDir()
	unsure := errors.New("the settings cannot be read")
	s := Open(dir, &Custody{Dir: dir, Prefer: "auto", Store: r.store, Unsure: unsure})
	if err := s.Put("a", []byte("value"), later); !errors.Is(err, unsure) {
		t.Errorf("put: %v", err)
	}
	l, err := s.Lock(t.Context(), "name")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Unlock()
	if err := l.Refuse([]byte("why"), now); !errors.Is(err, unsure) {
		t.Errorf("refuse: %v", err)
	}
	if held := r.held(dir); held != "" {
		t.Errorf("a key is in %q", held)
	}
}

// TestForgottenWhileAway: a copy that the keyring has and does not answer for is named,
// not used again, and removed when the keyring answers.
func TestForgottenWhileAway(t *testing.T) {
	for _, by := range []struct {
		what    string
		removes func(*Custody) error
	}{
		{"settling", (*Custody).Settle},
		{"the next look for a key", func(c *Custody) error {
			_ = kernelRemove(c.name())
			if _, err := c.Key(); !errors.Is(err, ErrNoKey) {
				return errors.Join(errors.New("there is a key"), err)
			}
			return nil
		}},
		{"a put that sweeps", func(c *Custody) error {
			return Open(c.Dir, c).Put("a", nil, later)
		}},
		{"forgetting again", (*Custody).Forget},
	} {
		t.Run(by.what, func(t *testing.T) {
			r, dir := newRing(), t.TempDir()
			c := &Custody{Dir: dir, Prefer: "auto", Store: r.store}
			t.Cleanup(func() { _ = c.Forget() })
			old, err := c.Create()
			if err != nil {
				t.Fatal(err)
			}
			r.away = true
			err = c.Forget()
			if !isStill(err) || !errors.Is(err, custody.ErrUnavailable) {
				t.Fatalf("forgotten while it did not answer: %v", err)
			}
			if !c.ToRemove() || !Open(dir, c).KeyToRemove() {
				t.Error("nothing is to be removed")
			}
			if err := c.Settle(); !isStill(err) {
				t.Errorf("settled while it does not answer: %v", err)
			}
			if next, err := c.Create(); err != nil || bytes.Equal(next, old) {
				t.Errorf("the next key: %v, the old one: %v", err, bytes.Equal(next, old))
			}

			r.away = false
			if err := by.removes(c); err != nil {
				t.Error(err)
			}
			if _, err := keyring.Get("guise", c.name()); err == nil {
				t.Error("the keyring has it still")
			}
			if c.ToRemove() {
				t.Error("it is to be removed still")
			}
			_ = c.Forget()
			if _, err := c.Create(); err != nil {
				t.Fatal(err)
			}
			if err := c.Settle(); err != nil || !strings.HasPrefix(r.held(dir), "keyring") {
				t.Errorf("settled with nothing to settle: %v, the key is in %q", err, r.held(dir))
			}
		})
	}
}

func isStill(err error) bool { return errors.As(err, new(*StillStoredError)) }

// TestForgottenWhereNoneWas: a keyring that does not answer has a copy only if one was
// put there: by this guise, or by an earlier one, which left no note.
func TestForgottenWhereNoneWas(t *testing.T) {
	r := newRing()
	r.away = true
	c := &Custody{Dir: t.TempDir(), Prefer: "auto", Store: r.store}
	if _, err := c.Create(); err != nil {
		t.Fatal(err)
	}
	if err := c.Forget(); err != nil || c.ToRemove() {
		t.Errorf("the keyring never had one: %v", err)
	}
	asked := &Custody{Dir: t.TempDir(), Prefer: "keyring", Store: r.store}
	if err := asked.Forget(); !isStill(err) {
		t.Errorf("the key is the keyring's by the settings, and nobody knows: %v", err)
	}

	earlier := &Custody{Dir: t.TempDir(), Prefer: "auto", Store: r.store}
	t.Cleanup(func() { _ = kernelRemove(earlier.name()) })
	r.away = false
	if err := keyring.Set("guise", earlier.name(), encoded(bytes.Repeat([]byte{7}, 32))); err != nil {
		t.Fatal(err)
	}
	if _, err := earlier.Key(); err != nil {
		t.Fatal(err)
	}
	r.away = true
	if err := earlier.Forget(); !isStill(err) {
		t.Errorf("an earlier guise's copy: %v", err)
	}
}

// TestKeyringThatRefuses: a keyring that answers and keeps nothing is passed over,
// unless it is asked for.
func TestKeyringThatRefuses(t *testing.T) {
	r := newRing()
	for prefer, made := range map[string]bool{"auto": true, "keyring": false} {
		dir := t.TempDir()
		keyring.MockInitWithError(errors.New("locked"))
		c := &Custody{Dir: dir, Prefer: prefer, Store: r.store}
		_, err := c.Create()
		if (err == nil) != made || !made && !errors.Is(err, custody.ErrUnavailable) {
			t.Errorf("%s: %v", prefer, err)
		}
		keyring.MockInit()
		if err := c.Forget(); err != nil {
			t.Error(err)
		}
	}
}

// TestNoteThatCannotBeWritten: the keyring gets no key of which nobody would know.
func TestNoteThatCannotBeWritten(t *testing.T) {
	r, dir := newRing(), t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, inStoreFile, "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	c := &Custody{Dir: dir, Prefer: "keyring", Store: r.store}
	if _, err := c.Create(); err == nil {
		t.Error("no error")
	}
	if held := r.held(dir); held != "" {
		t.Errorf("a key is in %q", held)
	}
	if err := c.Forget(); err == nil {
		t.Error("the note cannot be removed, and nothing is said")
	}
	under := filepath.Join(dir, "file")
	if err := os.WriteFile(under, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := (&Custody{Dir: filepath.Join(under, "cache"), Prefer: "keyring", Store: r.store}).Create(); err == nil {
		t.Error("no error where there is no folder for the note")
	}
}
