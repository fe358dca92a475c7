package shell

import "cmp"

// Own returns the program that is the user's own shell: the one whose hook calls us, or
// else the login shell.
func Own(getenv func(string) string) string {
	login := getenv("SHELL")
	if d, err := Named(getenv("GUISE_SHELL")); err == nil {
		if speaks, err := Named(login); err != nil || speaks.name != d.name {
			return cmp.Or(d.program, d.name)
		}
	}
	return cmp.Or(login, getenv("COMSPEC"), "/bin/sh")
}

// Interactive is the program that speaks the dialect, with the words that make it
// interactive.
func (d Dialect) Interactive() []string {
	switch program := cmp.Or(d.program, d.name); program {
	case "busybox":
		return []string{program, "sh", "-i"}
	case "xonsh", "elvish", "nu", "pwsh":
		return []string{program}
	default:
		return []string{program, "-i"}
	}
}
