package shell

import (
	"cmp"
	"path"
)

// Own returns the program that is the user's own shell: the one whose hook calls us, or
// else the login shell.
func Own(getenv func(string) string) string {
	spoken, login := getenv("GUISE_SHELL"), getenv("SHELL")
	if spoken != "" && path.Base(login) != spoken {
		return spoken
	}
	return cmp.Or(login, getenv("COMSPEC"), "/bin/sh")
}
