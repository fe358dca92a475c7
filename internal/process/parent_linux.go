package process

import (
	"os"
	"strconv"
	"strings"
)

// Parent returns the name of a process, and its parent; nothing where there is no such
// process.
func Parent(pid int) (name string, parent int) {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return "", 0
	}
	_, rest, _ := strings.Cut(string(stat), "(")
	end := strings.LastIndex(rest, ")") // the name may hold one too
	if end < 0 {
		return "", 0
	}
	fields := strings.Fields(rest[end+1:])
	if len(fields) > 1 {
		parent, _ = strconv.Atoi(fields[1])
	}
	return rest[:end], parent
}
