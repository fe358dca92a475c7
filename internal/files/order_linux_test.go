package files

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"guise/internal/need"
)

// TestOrderOfAWrite: what cannot be had again is on the disk before it takes the old
// file's place, and so is its place when the write is said to be done. strace tells
// what a process of this test asks of the kernel, in order.
func TestOrderOfAWrite(t *testing.T) {
	const folder = "FILES_ORDER_IN"
	if dir := os.Getenv(folder); dir != "" { // that process
		path := filepath.Join(dir, "kept")
		if err := Keep(path, []byte("one")); err != nil {
			t.Fatal(err)
		}
		if err := Change(path, []byte("one"), []byte("two"), 100); err != nil {
			t.Fatal(err)
		}
		return
	}
	strace, dir := need.Program(t, "strace"), t.TempDir()
	notes := filepath.Join(t.TempDir(), "notes")
	c := exec.Command(strace, "-f", "-y", "-e", "trace=write,fsync,fdatasync,rename,renameat,renameat2", "-o", notes, os.Args[0], "-test.run=^TestOrderOfAWrite$")
	c.Env = append(os.Environ(), folder+"="+dir)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	data, err := os.ReadFile(notes)
	if err != nil {
		t.Fatal(err)
	}
	var order []string
	for line := range strings.Lines(string(data)) {
		if !strings.Contains(line, dir) {
			continue
		}
		_, call, _ := strings.Cut(line, " ")
		name, rest, _ := strings.Cut(strings.TrimSpace(call), "(")
		switch where, _, _ := strings.Cut(rest, ">"); {
		case strings.HasPrefix(name, "rename"):
			order = append(order, "rename")
		case strings.HasSuffix(where, "<"+dir):
			order = append(order, name+" folder")
		default:
			order = append(order, name)
		}
	}
	const once = "write, fsync, rename, fsync folder"
	if got := strings.Join(order, ", "); got != once+", "+once {
		t.Errorf("%s\n%s", got, data)
	}
}
