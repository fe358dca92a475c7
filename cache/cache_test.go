package cache

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"guise/internal/await"
	"guise/internal/custody"
	"guise/internal/need"
)

// TestMain is also the other processes of the tests: a process that takes a
// lock, says so, and holds it until it is told to end.
func TestMain(m *testing.M) {
	if dir := os.Getenv("CACHE_TEST_HOLD"); dir != "" {
		unlock, err := open(dir).Lock(context.Background(), "name")
		if err != nil {
			os.Exit(1)
		}
		_, _ = os.Stdout.WriteString("held\n")
		_, _ = os.Stdin.Read(make([]byte, 1))
		unlock()
		os.Exit(0)
	}
	os.Exit(await.Main(m))
}

// opened is a cache with its key in a file, at a time.
func opened(dir string, at time.Time) *Store {
	return Open(dir, &custody.SealingKey{Dir: dir, Prefer: "file"}, func() time.Time { return at })
}

func open(dir string) *Store { return opened(dir, now) }

var (
	now   = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	later = now.Add(time.Hour)
)

func put(t *testing.T, s *Store, name, value string) {
	t.Helper()
	if err := s.Put(name, []byte(value), later); err != nil {
		t.Fatal(err)
	}
}

func TestPutAndGet(t *testing.T) {
	dir := t.TempDir()
	s := open(dir)
	if _, ok := s.Get("a"); ok {
		t.Error("something from nothing")
	}
	if _, err := os.Stat(filepath.Join(dir, "key")); err == nil {
		t.Error("a get made a key")
	}
	put(t, s, "a", "one")
	put(t, s, "a", "two")
	put(t, s, "b", "other")
	for name, want := range map[string]string{"a": "two", "b": "other"} {
		if got, ok := open(dir).Get(name); !ok || string(got) != want {
			t.Errorf("%s: %q, %v", name, got, ok)
		}
	}
	if _, ok := opened(dir, later).Get("a"); ok {
		t.Error("an ended entry was served")
	}
	if err := s.Delete("a"); err != nil {
		t.Error(err)
	}
	if err := s.Delete("a"); err != nil {
		t.Error(err)
	}
	entries, err := s.List()
	if err != nil || len(entries) != 1 || !entries[0].Fresh || !entries[0].Readable || !entries[0].Expires.Equal(later) {
		t.Errorf("%+v %v", entries, err)
	}
	if n, err := s.Clear(); n != 1 || err != nil {
		t.Errorf("%d %v", n, err)
	}
}

// TestDamageIsAMiss: every byte changed, every length cut, and what else can
// happen to a file.
func TestDamageIsAMiss(t *testing.T) {
	dir := t.TempDir()
	s := open(dir)
	put(t, s, "a", "the secret")
	path := filepath.Join(dir, entriesDir, "a")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(whole, []byte("secret")) {
		t.Fatal("not sealed")
	}
	miss := func(what string, data []byte) {
		t.Helper()
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if got, ok := s.Get("a"); ok {
			t.Errorf("%s: served %q", what, got)
		}
	}
	for i := range whole {
		for _, bit := range []byte{1, 0x80} {
			data := bytes.Clone(whole)
			data[i] ^= bit
			miss(fmt.Sprintf("byte %d changed", i), data)
		}
		miss(fmt.Sprintf("cut to %d", i), whole[:i])
	}
	miss("longer", append(bytes.Clone(whole), 0))
	restore := func() {
		t.Helper()
		_ = os.RemoveAll(path)
		if err := os.WriteFile(path, whole, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, ok := s.Get("a"); !ok {
			t.Fatal("the whole entry is not served")
		}
	}
	restore()
	if err := os.WriteFile(filepath.Join(dir, entriesDir, "b"), whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, ok := s.Get("b"); ok {
		t.Error("a renamed entry was served")
	}
	if _, ok := Open(dir, &custody.SealingKey{Dir: t.TempDir(), Prefer: "file"}, s.now).Get("a"); ok {
		t.Error("served with another key")
	}
	if runtime.GOOS == "windows" {
		return
	}
	for _, mode := range []os.FileMode{0o640, 0o604, 0o620} {
		_ = os.Chmod(path, mode)
		if _, ok := s.Get("a"); ok {
			t.Errorf("served with mode %o", mode)
		}
	}
	restore()
	_ = os.Rename(path, path+".real")
	_ = os.Symlink(path+".real", path)
	if _, ok := s.Get("a"); ok {
		t.Error("served through a symlink")
	}
	_ = os.Remove(path)
	_ = os.Mkdir(path, 0o700)
	if _, ok := s.Get("a"); ok {
		t.Error("served from a folder")
	}
	restore()
	if os.Getuid() == 0 {
		_ = os.Chown(path, 1, 1)
		if _, ok := s.Get("a"); ok {
			t.Error("served although somebody else owns it")
		}
	}
}

func TestFolderThatIsNotOurs(t *testing.T) {
	need.System(t, "linux", "darwin") // Windows folders have no mode
	dir := t.TempDir()
	_ = os.Chmod(dir, 0o777)
	if err := open(dir).Put("a", nil, later); !errors.Is(err, ErrUnsafe) {
		t.Errorf("a folder open to all: %v", err)
	}
}

// TestFullDisk leaves the old entry.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	need.That(t, exec.Command("mount", "-t", "tmpfs", "-o", "size=16k,mode=700", "tmpfs", dir).Run()) // only root may
	t.Cleanup(func() { _ = exec.Command("umount", dir).Run() })
	s := open(dir)
	put(t, s, "a", "old")
	if err := s.Put("a", make([]byte, 64<<10), later); err == nil {
		t.Error("a full disk took it")
	}
	if got, ok := s.Get("a"); !ok || string(got) != "old" {
		t.Errorf("the old entry: %q %v", got, ok)
	}
	left, _ := filepath.Glob(filepath.Join(dir, entriesDir, ".guise-tmp-*"))
	if len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

// TestNoKey: without a key nothing is kept, and the reason is given.
func TestNoKey(t *testing.T) {
	dir := t.TempDir()
	unsure := errors.New("the settings cannot be read")
	s := Open(dir, &custody.SealingKey{Dir: dir, Prefer: "file", Unsure: unsure}, func() time.Time { return now })
	if err := s.Put("a", []byte("value"), later); !errors.Is(err, unsure) {
		t.Errorf("put: %v", err)
	}
	if err := s.Refuse("name", []byte("why")); !errors.Is(err, unsure) {
		t.Errorf("refuse: %v", err)
	}
	if found := names(t, s); found != "" {
		t.Errorf("kept: %s", found)
	}
}

// TestOtherKey: what one key sealed is a miss for another, which seals what is put from
// then on.
func TestOtherKey(t *testing.T) {
	dir := t.TempDir()
	put(t, open(dir), "a", "by the first")
	if err := os.WriteFile(filepath.Join(dir, "key"), bytes.Repeat([]byte{7}, 32), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, ok := open(dir).Get("a"); ok {
		t.Errorf("served %q", got)
	}
	put(t, open(dir), "b", "by the second")
	if got, ok := open(dir).Get("b"); !ok || string(got) != "by the second" {
		t.Errorf("%q %v", got, ok)
	}
}

// TestGetMakesNoKey: what was sealed under a key that is gone is a miss, and no other key
// is made for it.
func TestGetMakesNoKey(t *testing.T) {
	dir := t.TempDir()
	put(t, open(dir), "a", "x")
	key := &custody.SealingKey{Dir: dir, Prefer: "file"}
	if err := key.Forget(); err != nil {
		t.Fatal(err)
	}
	if value, ok := open(dir).Get("a"); ok {
		t.Errorf("%q", value)
	}
	if _, err := key.Key(false); !errors.Is(err, custody.ErrNoKey) {
		t.Errorf("a key: %v", err)
	}
}

// settled is a key whose settling is counted.
type settled struct {
	*custody.SealingKey
	times *int
}

func (s settled) Settle() error { *s.times++; return s.SealingKey.Settle() }

// TestSettle: the key's custody is asked once an hour for what it could not do.
func TestSettle(t *testing.T) {
	dir, times := t.TempDir(), 0
	for _, at := range []time.Time{now, now.Add(time.Minute), now.Add(time.Hour)} {
		s := Open(dir, settled{&custody.SealingKey{Dir: dir, Prefer: "file"}, &times}, func() time.Time { return at })
		put(t, s, "a", "")
	}
	if times != 2 {
		t.Errorf("%d times", times)
	}
}

func BenchmarkGet(b *testing.B) {
	dir := b.TempDir()
	for _, prefer := range []string{"file", "kernel"} {
		key := &custody.SealingKey{Dir: dir, Prefer: prefer}
		b.Cleanup(func() { _ = key.Forget() })
		at := func() time.Time { return now }
		s := Open(dir, key, at)
		need.That(b, s.Put("a", make([]byte, 1500), later))
		b.Run(prefer, func(b *testing.B) {
			for b.Loop() {
				if _, ok := Open(dir, key, at).Get("a"); !ok {
					b.Fatal("a miss")
				}
			}
		})
	}
}
