//go:build !linux

package process

import (
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// Parent returns the name of a process, and its parent; nothing where there is no such
// process.
func Parent(pid int) (name string, parent int) {
	out, err := exec.Command("ps", "-o", "ppid=,comm=", "-p", strconv.Itoa(pid)).Output() //nolint:gosec // a number
	if err != nil {
		return "", 0
	}
	first, rest, _ := strings.Cut(strings.TrimSpace(string(out)), " ")
	parent, _ = strconv.Atoi(first)
	return filepath.Base(strings.TrimSpace(rest)), parent
}
