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
	"strings"
	"testing"
	"time"

	"guise/internal/await"
	"guise/internal/need"
)

// TestMain is also the other processes of the tests: a process that takes a
// lock, says so, and holds it until it is told to end.
func TestMain(m *testing.M) {
	if dir := os.Getenv("CACHE_TEST_HOLD"); dir != "" {
		l, err := open(dir).Lock(context.Background(), "name")
		if err != nil {
			os.Exit(1)
		}
		_, _ = os.Stdout.WriteString("held\n")
		_, _ = os.Stdin.Read(make([]byte, 1))
		l.Unlock()
		os.Exit(0)
	}
	os.Exit(await.Main(m))
}

func open(dir string) *Store { return Open(dir, &Custody{Dir: dir, Prefer: "file"}) }

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
	if _, ok := s.Get("a", now); ok {
		t.Error("something from nothing")
	}
	if _, err := os.Stat(filepath.Join(dir, "key")); err == nil {
		t.Error("a get made a key")
	}
	put(t, s, "a", "one")
	put(t, s, "a", "two")
	put(t, s, "b", "other")
	for name, want := range map[string]string{"a": "two", "b": "other"} {
		if got, ok := open(dir).Get(name, now); !ok || string(got) != want {
			t.Errorf("%s: %q, %v", name, got, ok)
		}
	}
	if _, ok := s.Get("a", later); ok {
		t.Error("an ended entry was served")
	}
	if err := s.Delete("a"); err != nil {
		t.Error(err)
	}
	if err := s.Delete("a"); err != nil {
		t.Error(err)
	}
	entries, err := s.List(now)
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
		if got, ok := s.Get("a", now); ok {
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
		if _, ok := s.Get("a", now); !ok {
			t.Fatal("the whole entry is not served")
		}
	}
	restore()
	if err := os.WriteFile(filepath.Join(dir, entriesDir, "b"), whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, ok := s.Get("b", now); ok {
		t.Error("a renamed entry was served")
	}
	if _, ok := Open(dir, &Custody{Dir: t.TempDir(), Prefer: "file"}).Get("a", now); ok {
		t.Error("served with another key")
	}
	if runtime.GOOS == "windows" {
		return
	}
	for _, mode := range []os.FileMode{0o640, 0o604, 0o620} {
		_ = os.Chmod(path, mode)
		if _, ok := s.Get("a", now); ok {
			t.Errorf("served with mode %o", mode)
		}
	}
	restore()
	_ = os.Rename(path, path+".real")
	_ = os.Symlink(path+".real", path)
	if _, ok := s.Get("a", now); ok {
		t.Error("served through a symlink")
	}
	_ = os.Remove(path)
	_ = os.Mkdir(path, 0o700)
	if _, ok := s.Get("a", now); ok {
		t.Error("served from a folder")
	}
	restore()
	if os.Getuid() == 0 {
		_ = os.Chown(path, 1, 1)
		if _, ok := s.Get("a", now); ok {
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
	if got, ok := s.Get("a", now); !ok || string(got) != "old" {
		t.Errorf("the old entry: %q %v", got, ok)
	}
	left, _ := filepath.Glob(filepath.Join(dir, entriesDir, ".guise-tmp-*"))
	if len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

func hold(t *testing.T, dir string) *exec.Cmd {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), "CACHE_TEST_HOLD="+dir)
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.StdinPipe(); err != nil { // stays open: it holds on
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill(); _ = c.Wait() })
	line := make([]byte, 5)
	if _, err := out.Read(line); err != nil || !strings.HasPrefix(string(line), "held") {
		t.Fatalf("%q %v", line, err)
	}
	return c
}

// TestLock: another process has it; it is killed; the kernel lets us in.
func TestLock(t *testing.T) {
	dir := t.TempDir()
	other := hold(t, dir)
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := open(dir).Lock(short, "name"); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("%v", err)
	}
	free, err := open(dir).Lock(t.Context(), "another")
	if err != nil {
		t.Fatal(err)
	}
	free.Unlock()
	_ = other.Process.Kill()
	l, err := open(dir).Lock(t.Context(), "name")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Unlock()
}

func TestRefusal(t *testing.T) {
	dir := t.TempDir()
	l, err := open(dir).Lock(t.Context(), "name")
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Refuse([]byte("why"), now); err != nil {
		t.Fatal(err)
	}
	l.Unlock()
	if why, at, ok := open(dir).Refusal("name"); !ok || string(why) != "why" || !at.Equal(now) {
		t.Errorf("%q %v %v", why, at, ok)
	}
	if _, _, ok := open(dir).Refusal("other"); ok {
		t.Error("a refusal of nothing")
	}
}

// TestKernelKeyring keeps a key where every process of the user finds it.
func TestKernelKeyring(t *testing.T) {
	dir := t.TempDir()
	c := &Custody{Dir: dir, Prefer: "kernel"}
	t.Cleanup(func() { _ = c.Forget() })
	if _, err := c.Key(); !errors.Is(err, ErrNoKey) {
		t.Fatalf("%v", err)
	}
	key, err := c.Create()
	need.That(t, err)
	again, err := (&Custody{Dir: dir, Prefer: "auto"}).Key()
	if err != nil || !bytes.Equal(key, again) {
		t.Errorf("another process: %v", err)
	}
	if other, err := (&Custody{Dir: dir + "x", Prefer: "kernel"}).Key(); err == nil {
		t.Errorf("another cache has a key: %d bytes", len(other))
	}
	if !strings.Contains(c.Place(), "kernel") {
		t.Error(c.Place())
	}
	if err := c.Forget(); err != nil {
		t.Error(err)
	}
	if _, err := c.Key(); !errors.Is(err, ErrNoKey) {
		t.Errorf("not forgotten: %v", err)
	}
}

func BenchmarkGet(b *testing.B) {
	dir := b.TempDir()
	for _, prefer := range []string{"file", "kernel"} {
		c := &Custody{Dir: dir, Prefer: prefer}
		b.Cleanup(func() { _ = c.Forget() })
		s := Open(dir, c)
		need.That(b, s.Put("a", make([]byte, 1500), later))
		b.Run(prefer, func(b *testing.B) {
			for b.Loop() {
				if _, ok := Open(dir, c).Get("a", now); !ok {
					b.Fatal("a miss")
				}
			}
		})
	}
}
