package cache

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"time"

	"guise/internal/await"
	"guise/internal/custody"
)

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
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // it would close the file of a lock that is lost
	dir := t.TempDir()
	other := hold(t, dir)
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	var waiting sync.WaitGroup
	before := runtime.NumGoroutine()
	for range 10 { // whose locks come when nobody waits for them any more
		waiting.Go(func() {
			if _, err := open(dir).Lock(short, "name"); !errors.Is(err, context.DeadlineExceeded) {
				t.Error(err)
			}
		})
	}
	waiting.Wait()
	unlock, err := open(dir).Lock(t.Context(), "another")
	if err != nil {
		t.Fatal(err)
	}
	unlock()
	_ = other.Process.Kill()
	await.That(t, "all who came too late have let the next one in", func() bool { return runtime.NumGoroutine() <= before })
	unlock, err = open(dir).Lock(t.Context(), "name")
	if err != nil {
		t.Fatal(err)
	}
	unlock()
}

// refuse has the holder of a lock fail.
func refuse(dir string) error {
	s := open(dir)
	unlock, err := s.Lock(context.Background(), "name")
	if err != nil {
		return err
	}
	defer unlock()
	return s.Refuse("name", []byte("why"))
}

func TestRefusal(t *testing.T) {
	dir := t.TempDir()
	if err := refuse(dir); err != nil {
		t.Fatal(err)
	}
	if why, at, ok := open(dir).Refusal("name"); !ok || string(why) != "why" || !at.Equal(now) {
		t.Errorf("%q %v %v", why, at, ok)
	}
	if _, _, ok := open(dir).Refusal("other"); ok {
		t.Error("a refusal of nothing")
	}
}

// TestTryLock does not wait.
func TestTryLock(t *testing.T) {
	dir := t.TempDir()
	unlock, held, err := open(dir).TryLock("name")
	if err != nil || held || unlock == nil {
		t.Fatalf("%v %v", held, err)
	}
	if _, held, err := open(dir).TryLock("name"); err != nil || !held {
		t.Errorf("two have it: %v", err)
	}
	unlock()
	other := hold(t, dir)
	if unlock, held, err := open(dir).TryLock("name"); err != nil || !held || unlock != nil {
		t.Errorf("another process has it: %v %v", held, err)
	}
	_ = other.Process.Kill()
	_ = other.Wait()
	s := open(dir)
	unlock, held, err = s.TryLock("name")
	if err != nil || held {
		t.Fatalf("%v %v", held, err)
	}
	if err := s.Refuse("name", []byte("why")); err != nil {
		t.Error(err)
	}
	unlock()
	if why, _, ok := open(dir).Refusal("name"); !ok || string(why) != "why" {
		t.Errorf("%q, %v", why, ok)
	}
	if err := os.MkdirAll(filepath.Join(dir, locksDir, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, held, err := open(dir).TryLock("folder"); err == nil || held {
		t.Errorf("a folder was locked: %v", held)
	}
	if _, err := open(dir).Lock(t.Context(), "folder"); err == nil {
		t.Error("a folder was locked")
	}
}

// TestDamagedRefusal is none.
func TestDamagedRefusal(t *testing.T) {
	dir := t.TempDir()
	if err := refuse(dir); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, locksDir, "name"+refusalSuffix)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range whole {
		changed := append([]byte(nil), whole...)
		changed[i] ^= 1
		for _, data := range [][]byte{changed, whole[:i]} {
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
			if why, _, ok := open(dir).Refusal("name"); ok {
				t.Errorf("byte %d, %d bytes: %q", i, len(data), why)
			}
		}
	}
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, ok := Open(dir, &custody.SealingKey{Dir: t.TempDir(), Prefer: "file"}, open(dir).now).Refusal("name"); ok {
		t.Error("read without its key")
	}
	if _, _, ok := open(dir).Refusal("name"); !ok {
		t.Error("the whole one is not read")
	}
	_ = os.Chmod(path, 0o640)
	if _, _, ok := open(dir).Refusal("name"); ok {
		t.Error("read although others may read it")
	}
}
