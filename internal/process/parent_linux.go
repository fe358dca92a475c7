package process

import "strconv"

// Parent returns the name of a process, and its parent; nothing where there is no such
// process.
func Parent(pid int) (name string, parent int) {
	name, fields := stat(pid)
	if len(fields) > 1 {
		parent, _ = strconv.Atoi(fields[1])
	}
	return name, parent
}
