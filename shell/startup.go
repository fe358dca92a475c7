package shell

import (
	"path"
)

// Startup is where a shell loads the hook: what `guise setup` writes, and what hints and
// docs tell the user to write.
type Startup struct {
	// Files are read by an interactive shell at its start, slash-separated, each below the
	// home or absolute (where a variable such as ZDOTDIR says so). Line belongs into the
	// first of them that exists. Where none does, the first is to be made: another could
	// hide a file that the shell reads now.
	Files []string
	// Line loads the hook: one line of the shell's own language, without its newline.
	// A program on PATH called guise must be there when it runs.
	Line string
}

// Startup is where this shell loads the hook, as the environment has it: ZDOTDIR,
// XDG_CONFIG_HOME, ENV. The dialect is best that of [Detect], which knows by which program
// it is spoken: ksh does not read the file of dash.
func (d Dialect) Startup(getenv func(string) string) Startup {
	return Startup{Files: d.files(d.program, getenv), Line: d.load}
}

// File is the first of the files, for the user to read.
func (s Startup) File() string {
	if file := s.Files[0]; path.IsAbs(file) {
		return file
	}
	return "~/" + s.Files[0]
}

// below are files below a folder that a variable names, or else below another.
func below(variable, otherwise string, names ...string) func(string, func(string) string) []string {
	return func(_ string, getenv func(string) string) []string {
		dir := otherwise
		if named := getenv(variable); path.IsAbs(named) {
			dir = named
		}
		all := make([]string, len(names))
		for i, name := range names {
			all[i] = path.Join(dir, name)
		}
		return all
	}
}

// posixFiles are the file that ENV names, which each of the POSIX shells reads when it is
// interactive, or else what some of them read without it. A login shell reads .profile.
func posixFiles(program string, getenv func(string) string) []string {
	switch named := getenv("ENV"); {
	case path.IsAbs(named):
		return []string{named}
	case program == "ksh" || program == "ksh93":
		return []string{".kshrc"}
	case program == "mksh":
		return []string{".mkshrc"}
	}
	return []string{".profile"}
}

// Detect returns the first dialect that one of some programs speaks, as the names of
// processes and $SHELL have them: zsh, -bash, /usr/bin/fish. Programs start others by sh:
// so that counts only where no other is among them.
func Detect(programs ...string) (Dialect, bool) {
	for _, plain := range []bool{false, true} {
		for _, program := range programs {
			if d, err := Named(program); err == nil && (d.program == "sh") == plain {
				return d, true
			}
		}
	}
	return Dialect{}, false
}
