//go:build !linux && !darwin

package process

import (
	"os/exec"
	"strconv"
	"strings"
)

// Look returns what ps says of a process; not ok where there is no such process, or no ps.
func (r *Reader) Look(pid int) (p Info, ok bool) {
	name, parent := Parent(pid)
	if name == "" {
		return p, false
	}
	out, err := exec.Command("ps", "-o", "lstart=", "-p", strconv.Itoa(pid)).Output() //nolint:gosec // a number
	return Info{PID: pid, Parent: parent, Name: name, Started: strings.TrimSpace(string(out))}, err == nil
}

// Words returns what a process was started with: it is not known here.
func (r *Reader) Words(int) Texts { return nil }

// FirstEnviron returns the environment that a process was started with: it is not known here.
func (r *Reader) FirstEnviron(int) Texts { return nil }

// program is what a process calls itself.
func program(pid int) string {
	p, _ := Look(pid)
	return p.Name
}

// Boot is empty: the times of start are of the calendar.
func (r *Reader) Boot() string { return "" }
