//go:build unix

package ask

import (
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"guise/internal/need"
)

// TestReadableManyFiles: a program that hands us more open files than a select has places
// for makes no question fail by a panic.
func TestReadableManyFiles(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _, _ = read.Close(), write.Close() }()
	high, err := unix.FcntlInt(read.Fd(), unix.F_DUPFD_CLOEXEC, unix.FD_SETSIZE+100)
	need.That(t, err)
	f := os.NewFile(uintptr(high), "pipe")
	defer func() { _ = f.Close() }()
	if ready, err := readable(time.Millisecond, f); ready[0] {
		t.Errorf("nothing was written: %v", err)
	}
	if _, err := write.Write([]byte{0}); err != nil {
		t.Fatal(err)
	}
	ready, err := readable(forever, read, f)
	if err == nil && !ready[1] || err != nil && ready[1] {
		t.Errorf("%v, %v", ready, err)
	}
}
