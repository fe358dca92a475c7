//go:build unix

package files_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"guise/internal/files"
)

// TestAppend: lines follow each other, in a new folder, in a file that is ours alone,
// whatever the file's mode was.
func TestAppend(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state", "guise", "log")
	for _, line := range []string{"one", "two"} {
		if err := files.Append(path, []byte(line), 1000); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := files.Append(path, []byte("three"), 1000); err != nil {
		t.Fatal(err)
	}
	data, _ := os.ReadFile(path)
	info, err := os.Stat(path)
	if string(data) != "one\ntwo\nthree\n" || err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%q, %v %v", data, info, err)
	}
}

// TestAppendAfterTornLine: a line that was cut short is not mixed with the next.
func TestAppendAfterTornLine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(path, []byte("one\n{\"tor"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := files.Append(path, []byte("two"), 1000); err != nil {
		t.Fatal(err)
	}
	if data, _ := os.ReadFile(path); string(data) != "one\n{\"tor\ntwo\n" {
		t.Errorf("%q", data)
	}
}

// TestAppendToForeign: what stands in the file's place is neither followed nor written to.
func TestAppendToForeign(t *testing.T) {
	for name, put := range map[string]func(path, other string) error{
		"symlink":        func(path, other string) error { return os.Symlink(other, path) },
		"symlink, blind": func(path, other string) error { return os.Symlink(other+"-not-there", path) },
		"hard link":      func(path, other string) error { return os.Link(other, path) },
		"pipe":           func(path, _ string) error { return syscall.Mkfifo(path, 0o600) },
		"folder":         func(path, _ string) error { return os.Mkdir(path, 0o700) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path, other := filepath.Join(dir, "log"), filepath.Join(dir, "other")
			if err := errors.Join(os.WriteFile(other, []byte("mine"), 0o600), put(path, other)); err != nil {
				t.Fatal(err)
			}
			err := files.Append(path, []byte("line"), 1000)
			if !errors.As(err, new(*fs.PathError)) {
				t.Errorf("%v", err)
			}
			if data, _ := os.ReadFile(other); string(data) != "mine" {
				t.Errorf("the other file has %q", data)
			}
			if _, err := os.Lstat(other + "-not-there"); err == nil {
				t.Error("the link was followed")
			}
		})
	}
}

const varAppends = "GUISE_TEST_APPENDS"

// TestAppendAtOnce: many processes fill the file, again and again, and each of the last
// lines is there, once and whole, in the file or in the old one.
func TestAppendAtOnce(t *testing.T) {
	const processes, lines, length, most = 12, 400, 200, 200 * 1500
	if spec := os.Getenv(varAppends); spec != "" {
		who, path, _ := strings.Cut(spec, " ")
		for i := range lines {
			line := fmt.Sprintf("%s %04d ", who, i)
			if err := files.Append(path, []byte(line+strings.Repeat("x", length-1-len(line))), most); err != nil {
				t.Fatal(err)
			}
		}
		return
	}
	path := filepath.Join(t.TempDir(), "log")
	all := make([]*exec.Cmd, processes)
	said := make([]bytes.Buffer, processes)
	for i := range all {
		all[i] = exec.Command(os.Args[0], "-test.run=^TestAppendAtOnce$")
		all[i].Env = append(os.Environ(), varAppends+"="+strconv.Itoa(i)+" "+path)
		all[i].Stdout, all[i].Stderr = &said[i], &said[i]
		if err := all[i].Start(); err != nil {
			t.Fatal(err)
		}
	}
	for i := range all {
		if err := all[i].Wait(); err != nil {
			t.Fatalf("%v: %s", err, said[i].String())
		}
	}
	old, err := os.ReadFile(path + files.OldSuffix)
	if err != nil {
		t.Fatal(err)
	}
	now, _ := os.ReadFile(path)
	if len(old) < most || len(now) >= most { // the old one may be longer: who moves it may have to wait for a processor
		t.Errorf("%d bytes in the old file, %d in the new one", len(old), len(now))
	}
	last := map[string]int{} // the line of each process that was seen last
	for line := range strings.Lines(string(old) + string(now)) {
		var who string
		var i int
		if line == "\n" { // of one who saw half of another's line, and took it for a torn one
			continue
		}
		if _, err := fmt.Sscanf(line, "%s %d ", &who, &i); err != nil || len(line) != length {
			t.Fatalf("a torn line: %q", line)
		}
		if before, seen := last[who]; seen && i != before+1 {
			t.Errorf("process %s: line %d after %d", who, i, before)
		}
		last[who] = i
	}
	for who, i := range last {
		if i != lines-1 {
			t.Errorf("the last lines of process %s are lost: %d is the last", who, i)
		}
	}
}
