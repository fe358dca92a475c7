package cmd

import (
	"context"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// oldShell reports a shell in which guise can do less.
func (d *doctor) oldShell(ctx context.Context) {
	path := d.Getenv("SHELL")
	if name := d.Getenv("GUISE_SHELL"); name != "" && filepath.Base(path) != name {
		path = name
	}
	least := map[string]struct {
		major, minor int
		why          string
	}{
		"bash": {4, 2, "before 4.2 bash has no clock of its own: the prompt shows until when a session lasts, and not how long"},
		"zsh":  {5, 0, "guise was tried with zsh 5 and later"},
		"fish": {3, 1, "guise was tried with fish 3.1 and later"},
	}[filepath.Base(path)]
	if least.why == "" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, path, "--version").Output() //nolint:gosec // the user's own shell
	if err != nil {
		return
	}
	if major, minor, ok := versionIn(string(out)); ok && (major < least.major || major == least.major && minor < least.minor) {
		d.found(finding{Check: "shell", Severity: hinted, What: path + " is version " + strconv.Itoa(major) + "." + strconv.Itoa(minor), Why: least.why})
	}
}

// versionIn finds the first word of a text that is a version.
func versionIn(text string) (major, minor int, ok bool) {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' || r == '(' || r == '\n' }) {
		first, rest, dotted := strings.Cut(word, ".")
		second, _, _ := strings.Cut(rest, ".")
		x, errX := strconv.Atoi(first)
		y, errY := strconv.Atoi(second)
		if dotted && errX == nil && errY == nil {
			return x, y, true
		}
	}
	return 0, 0, false
}
