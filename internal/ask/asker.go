package ask

import (
	"fmt"
	"path/filepath"
	"strings"

	"guise/internal/process"
)

// Asker is the program on whose behalf you are needed.
type Asker struct {
	Program string `json:"program"`
	PID     int    `json:"pid"`
	Dir     string `json:"dir"` // where it runs
}

func (a Asker) String() string {
	if a.Program == "" {
		return "a program"
	}
	return fmt.Sprintf("%s (pid %d)", a.Program, a.PID)
}

// In says where it runs, with ~ for home.
func (a Asker) In(home string) string {
	if rest, ok := strings.CutPrefix(a.Dir, home); ok && home != "" && (rest == "" || rest[0] == filepath.Separator) {
		return "~" + rest
	}
	return a.Dir
}

// Siblings is whether two processes have one parent.
func Siblings(one, other int) bool {
	_, a := process.Parent(one)
	_, b := process.Parent(other)
	return a != 0 && a == b
}

// WhoAsks finds the program that has started this process: its parent, or, behind
// the shell that SDKs start a credential process with, the parent of that.
func WhoAsks(parent int, dir string) Asker {
	a := Asker{Dir: dir}
	for pid, far := parent, 0; pid > 1 && far < 3; far++ {
		name, next := process.Parent(pid)
		if name == "" {
			break
		}
		a.Program, a.PID = name, pid
		if name != "sh" && name != "dash" && name != "timeout" {
			break
		}
		pid = next
	}
	return a
}
