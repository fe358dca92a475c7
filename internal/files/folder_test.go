//go:build unix

package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"guise/internal/need"
)

// TestFolder: of a folder of ours on the way that is missing, open to others, a
// link or another user's, what comes of it.
func TestFolder(t *testing.T) {
	const other = 65534
	type place struct {
		root Folder
		path func(names ...string) string
	}
	for name, c := range map[string]struct {
		closed bool
		change func(p place) error
		asRoot bool
		usable bool   // Make gives it
		not    string // that was made all the same
	}{
		"all made":                 {closed: true, usable: true},
		"the second time":          {closed: true, change: func(p place) error { return p.root.Make() }, usable: true},
		"root missing":             {closed: true, change: func(p place) error { return os.Remove(p.root.Root) }, not: ""},
		"root missing, not closed": {change: func(p place) error { return os.Remove(p.root.Root) }, usable: true},
		"root readable":            {closed: true, change: func(p place) error { return os.Chmod(p.root.Root, 0o755) }, not: "guise"},
		"root readable, may be":    {change: func(p place) error { return os.Chmod(p.root.Root, 0o755) }, usable: true},
		"root writable":            {change: func(p place) error { return os.Chmod(p.root.Root, 0o777) }, not: "guise"},
		"root is a link": {closed: true, change: func(p place) error {
			return errors.Join(os.Rename(p.root.Root, p.root.Root+"2"), os.Symlink(p.root.Root+"2", p.root.Root))
		}, not: "guise"},
		"root is another's":   {closed: true, asRoot: true, change: func(p place) error { return os.Chown(p.root.Root, other, other) }, not: "guise"},
		"folder is another's": {closed: true, asRoot: true, change: func(p place) error { return errors.Join(p.root.Make(), os.Chown(p.path("guise"), other, other)) }},
		"deepest is another's": {closed: true, asRoot: true, change: func(p place) error {
			return errors.Join(p.root.Make(), os.Chown(p.path("guise", "waiting"), other, other))
		}},
		"folder is open": {closed: true, change: func(p place) error { return errors.Join(p.root.Make(), os.Chmod(p.path("guise"), 0o750)) }},
		"folder is a link": {closed: true, change: func(p place) error {
			return errors.Join(os.Mkdir(p.root.Root+"2", 0o700), os.Symlink(p.root.Root+"2", p.path("guise")))
		}, not: "../run2/waiting"},
		"folder is a file": {closed: true, change: func(p place) error { return os.WriteFile(p.path("guise"), nil, 0o600) }},
	} {
		t.Run(name, func(t *testing.T) {
			if c.asRoot {
				need.OtherUsers(t)
			}
			root := filepath.Join(t.TempDir(), "run")
			if err := os.Mkdir(root, 0o700); err != nil {
				t.Fatal(err)
			}
			p := place{
				root: Folder{Root: root, Closed: c.closed, Below: "guise"}.Join("waiting"),
				path: func(names ...string) string { return filepath.Join(append([]string{root}, names...)...) },
			}
			if c.change != nil {
				if err := c.change(p); err != nil {
					t.Fatal(err)
				}
			}
			err := p.root.Make()
			if (err == nil) != c.usable || (p.root.Check() == nil) != c.usable {
				t.Errorf("Make: %v; Check: %v", err, p.root.Check())
			}
			if c.not != "" {
				if _, err := os.Lstat(p.path(c.not)); !errors.Is(err, fs.ErrNotExist) {
					t.Errorf("%s was made", c.not)
				}
			}
			if info, err := os.Lstat(p.root.Path()); c.usable && (err != nil || info.Mode() != fs.ModeDir|0o700) {
				t.Errorf("%v %v", info, err)
			}
		})
	}
	if err := (Folder{Root: "run", Below: "guise"}).Make(); !errors.As(err, new(*NotOursError)) {
		t.Errorf("a relative path: %v", err)
	}
}
