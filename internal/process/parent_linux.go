package process

// Parent returns the name of a process, and its parent; nothing where there is no such
// process.
func Parent(pid int) (name string, parent int) {
	p, _ := Look(pid)
	return p.Name, p.Parent
}
