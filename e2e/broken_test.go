//go:build unix

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestNoFileIsTold: a pipe, a device, a folder or a huge file in the place of a file
// hangs nothing, and is named.
func TestNoFileIsTold(t *testing.T) {
	besides(t)
	for name, put := range map[string]func(path string) error{
		"a pipe":   func(path string) error { return syscall.Mkfifo(path, 0o600) },
		"a device": func(path string) error { return os.Symlink("/dev/zero", path) },
		"a folder": func(path string) error { return os.Mkdir(path, 0o700) },
		"larger than 16 MiB": func(path string) error {
			return os.WriteFile(path, []byte(strings.Repeat("# filler\n", 2<<20)), 0o600)
		},
	} {
		for _, file := range []string{".aws/config", ".aws/credentials", ".config/guise/config.toml"} {
			t.Run(name+" as "+file, func(t *testing.T) {
				w := adopted(t)
				path := filepath.Join(w.home, file)
				if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
					t.Fatal(err)
				}
				_ = os.Remove(path)
				if err := put(path); err != nil {
					t.Fatal(err)
				}
				for _, args := range [][]string{{"list"}, {"doctor"}, {"explain", "deploy"}, {"credential-process", "--profile", "deploy"}} {
					got := w.guise(args...) // it would hang, or take all memory
					said := got.out + got.err
					if args[0] == "credential-process" && strings.HasSuffix(file, "toml") || strings.Contains(got.err, "no such profile") {
						continue
					}
					if !strings.Contains(said, path) && !strings.Contains(said, "~/"+file) || !strings.Contains(said, name) {
						t.Errorf("%q: %+v", args, got)
					}
				}
				if got := w.guise("list"); got.code != 0 {
					t.Errorf("%+v", got)
				}
			})
		}
	}
}
