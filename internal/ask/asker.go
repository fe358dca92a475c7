package ask

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"guise/internal/display"
	"guise/internal/printable"
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
// the shell that SDKs start a credential process with, the parent of that. Behind a guise that
// asks for itself (`guise whoami`) it is the program that has called that one.
func WhoAsks(parent int, dir string) Asker {
	a, self := Asker{Dir: dir}, os.Getpid()
	for pid, far := parent, 0; pid > 1 && far < 6; far++ {
		name, next := process.Parent(pid)
		if name == "" {
			break
		}
		a.Program, a.PID = name, pid
		if name != "sh" && name != "dash" && name != "timeout" && !process.SameProgram(self, pid) {
			break
		}
		pid = next
	}
	return a
}

// Table shows pending requests. home is shown as ~.
func Table(all []Request, home string, now time.Time) display.Table {
	t := display.Table{Columns: []display.Column{
		{Name: "PROGRAM", Cut: 16},
		{Name: "IN", Drop: 1, Cut: 16},
		{Name: "NEEDS", Drop: 3},
		{Name: "FOR", Drop: 4, Cut: 16},
		{Name: "SINCE", Drop: 2},
		{Name: "ANSWER"},
	}}
	for _, q := range all {
		needs := map[Kind]string{ForCode: "an MFA code", ForPage: "a sign-in", ForYes: "your approval"}[q.Kind]
		t.Rows = append(t.Rows, []string{q.Asker.String(), q.Asker.In(home), needs, q.Profile, printable.Ago(q.Since, now), q.Answer})
	}
	return t
}
