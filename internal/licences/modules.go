package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// A module is one that guise is built of.
type module struct {
	Path, Version string

	files   []string // its licence and notice files, sorted
	systems []string // those on which it is linked into the program; none: tests alone use it
}

// where says in words what a module is for.
func (m *module) where() string {
	if len(m.systems) == 0 {
		return "tests"
	}
	return strings.Join(m.systems, " ")
}

// program is the package that is released.
const program = "guise/cmd/guise"

// modules returns those of the program on each system and
// processor, those of the tests on this one,
// and Go itself, by their paths.
func modules() ([]*module, error) {
	all := map[string]*module{}
	for _, system := range []string{"linux", "darwin", "windows"} {
		for _, processor := range []string{"amd64", "arm64"} {
			if err := add(all, system, processor, "-deps", program); err != nil {
				return nil, err
			}
		}
	}
	if err := add(all, "", "", "-deps", "-test", "guise/..."); err != nil {
		return nil, err
	}
	sorted := slices.Collect(maps.Values(all))
	slices.SortFunc(sorted, func(a, b *module) int { return strings.Compare(a.Path, b.Path) })
	for _, m := range sorted {
		slices.Sort(m.files)
		m.files = slices.Compact(m.files)
	}
	return sorted, nil
}

// A listed package is what `go list -json` tells of it.
type listed struct {
	Dir      string
	Root     string
	Standard bool
	Module   *struct {
		Path, Version, Dir string
		Main               bool
	}
}

// add notes the modules of some packages, and the licence files of each package's
// folder and of those above it: a module may hold code of others.
func add(all map[string]*module, system, processor string, words ...string) error {
	c := exec.Command("go", append([]string{"list", "-json=Dir,Root,Standard,Module"}, words...)...)
	c.Stderr = os.Stderr
	if system != "" {
		c.Env = append(os.Environ(), "GOOS="+system, "GOARCH="+processor, "CGO_ENABLED=0")
	}
	out, err := c.Output()
	if err != nil {
		return fmt.Errorf("go list: %w", err)
	}
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		// Go's own packages are under Go's licence. One folder has another, for BoringSSL,
		// which a usual build does not link: so only that of the root is looked at.
		of, dir, root := module{Path: "Go", Version: runtime.Version()}, p.Root, p.Root
		switch {
		case p.Module != nil && p.Module.Main, p.Module == nil && !p.Standard: // guise, and what `go list -test` makes up
			continue
		case p.Module != nil:
			of, dir, root = module{Path: p.Module.Path, Version: p.Module.Version}, p.Dir, p.Module.Dir
		}
		m := all[of.Path]
		if m == nil {
			m = &of
			all[of.Path] = m
		}
		if system != "" && !slices.Contains(m.systems, system) {
			m.systems = append(m.systems, system)
		}
		m.files = append(m.files, filesOf(dir, root)...)
	}
}

// filesOf returns the licence and notice files from a package's folder up to its root.
func filesOf(dir, root string) (found []string) {
	for ; strings.HasPrefix(dir, root); dir = filepath.Dir(dir) {
		entries, _ := os.ReadDir(dir)
		for _, one := range entries {
			if path := filepath.Join(dir, one.Name()); one.Type().IsRegular() && (isLicence(path) || isNotice(path)) {
				found = append(found, path)
			}
		}
		if dir == root {
			break
		}
	}
	return found
}

// isLicence reports whether a file is a licence, as its name has it: LICENSE,
// LICENSE.md, go.LICENSE, COPYING, PATENTS (what Go grants beside its licence).
func isLicence(path string) bool {
	return named(path, "LICENSE", "LICENCE", "UNLICENSE", "COPYING", "PATENTS")
}

func isNotice(path string) bool { return named(path, "NOTICE") }

func named(path string, words ...string) bool {
	base := strings.ToUpper(filepath.Base(path))
	if filepath.Ext(base) == ".GO" {
		return false
	}
	return slices.ContainsFunc(strings.FieldsFunc(base, func(r rune) bool { return strings.ContainsRune(".-_", r) }), func(part string) bool { return slices.Contains(words, part) })
}
