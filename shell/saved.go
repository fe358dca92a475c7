package shell

import (
	"cmp"
	"hash/fnv"
	"strconv"
	"strings"
)

// A hook can be saved in a file, which a shell sources at its start: that takes a third
// of the time of starting guise for it. Each shell's way of that is data, as its hook is.
type saving struct {
	// lines load the hook from a file, the quoted %[1]s, if it belongs to the user, or
	// else from guise. Neither happens where nobody types.
	lines []string
	// sh is lines for a file that /bin/sh reads too; nil where lines will do.
	sh []string
	// onPath adds a folder, the quoted %[1]s, at the end of PATH.
	onPath string
	// stop ends the reading of a saved hook where a variable %[1]s is not the quoted %[2]s.
	stop string
}

func savings() map[string]saving {
	const stop = `[[ ${%[1]s-} == %[2]s ]] || \builtin return 1`
	return map[string]saving{
		"zsh": {
			lines:  []string{`{ [[ -O %[1]s ]] && source %[1]s; } || eval "$(guise init zsh)"`},
			onPath: `export PATH="$PATH":%[1]s`, stop: stop,
		},
		"bash": {
			lines: []string{`[[ $- != *i* ]] || { [[ -O %[1]s ]] && source %[1]s; } || eval "$(guise init bash)"`},
			sh: []string{
				`[ -z "${BASH_VERSION-}" ] || case $- in`,
				`  *i*) { [ -O %[1]s ] && . %[1]s; } || eval "$(guise init bash)" ;;`,
				`esac`,
			},
			onPath: `export PATH="$PATH":%[1]s`, stop: stop,
		},
		"posix": { // ~/.profile is bash's, too
			lines: []string{
				`[ -n "${BASH_VERSION-}${ZSH_VERSION-}" ] || case $- in`,
				`  *i*) { [ -O %[1]s ] && . %[1]s; } || eval "$(guise init posix)" ;;`,
				`esac`,
			},
			onPath: `export PATH; PATH="$PATH":%[1]s`, stop: `[ "${%[1]s-}" = %[2]s ] || return 1`,
		},
		"fish": {
			lines: []string{
				"if status is-interactive",
				"    test -O %[1]s; and source %[1]s",
				"    or guise init fish | source",
				"end",
			},
			onPath: `set -gxa PATH %[1]s`, stop: `test "$%[1]s" = %[2]s; or return 1`,
		},
	}
}

// Program is the program that speaks this dialect, to be started again.
func (d Dialect) Program() string { return cmp.Or(d.program, d.name) }

// Saves reports whether this shell can load a saved hook.
func (d Dialect) Saves() bool { return savings()[d.name].stop != "" }

// LoadSaved are the lines of a start file that load the hook which is saved in a file, or
// the hook itself where that file is not there, is not the user's, or is not for this
// environment. alsoSh: /bin/sh reads the start file too.
func (d Dialect) LoadSaved(path string, alsoSh bool) []string {
	s := savings()[d.name]
	form := s.lines
	if alsoSh && s.sh != nil {
		form = s.sh
	}
	all := make([]string, len(form))
	for i, line := range form {
		all[i] = strings.ReplaceAll(line, "%[1]s", path)
	}
	return all
}

// OnPath is the line of a start file that adds a folder to PATH, at its end; empty for a
// shell that has none here.
func (d Dialect) OnPath(dir string) string {
	return strings.ReplaceAll(savings()[d.name].onPath, "%[1]s", dir)
}

// Saved is a hook as it is saved in a file, and its number, which the hook tells guise: so
// guise knows when another is to be saved. It is for shells in whose environment some
// variables have their value of now, since the hook depends on them: it is not loaded in
// others.
func (d Dialect) Saved(hook string, depends []Change) (text, id string) {
	var b strings.Builder
	for _, v := range depends {
		b.WriteString(strings.NewReplacer("%[1]s", v.Name, "%[2]s", d.Quote(v.Value)).Replace(savings()[d.name].stop) + "\n")
	}
	b.WriteString(hook)
	h := fnv.New64a()
	_, _ = h.Write([]byte(b.String()))
	id = strconv.FormatUint(h.Sum64(), 36)
	head := "# guise's hook for " + d.name + ", saved by `guise setup`. guise writes it again when it changes.\n"
	return head + d.script([]Change{{Name: savedHook, Value: id}}) + b.String() + "true\n", id
}

// savedHook is the shell variable with the number of the saved hook that was loaded, and
// SavedHook the variable by which guise is told.
const (
	savedHook = "__guise_hook"
	SavedHook = "GUISE_HOOK"
)
