package doctor

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"guise/shell"
)

// leastShell is the first version of a shell in which guise can do all that it can.
type leastShell struct {
	major, minor int
	why          string // an earlier one is worth a word
}

// leastShells are those of the shells that say their version, by their programs. What is
// older than what the acceptance suite runs has not been tried. dash, busybox, ksh and mksh
// have none: their hook is POSIX sh.
func leastShells() map[string]leastShell {
	tested := func(shell, version string) leastShell {
		major, minor, _ := versionIn(version)
		return leastShell{major, minor, "guise is tested with " + shell + " " + version + " and later"}
	}
	tcsh := tested("tcsh", "6.24")
	return map[string]leastShell{
		"bash": {4, 2, "before 4.2 bash has no clock of its own: the prompt shows when a session expires, not the time left"},
		"zsh":  {5, 0, "guise is tested with zsh 5 and later"}, "fish": tested("fish", "3.1"), "tcsh": tcsh, "csh": tcsh,
		"nu": tested("nushell", "0.115"), "elvish": tested("elvish", "0.19"), "xonsh": tested("xonsh", "0.13"),
		"pwsh": {7, 3, "the hook is for PowerShell 7.3 and later"},
	}
}

// oldShell reports a shell in which guise can do less.
func (x *examination) oldShell(ctx context.Context) {
	path := shell.Own(x.Getenv)
	least := leastShells()[filepath.Base(path)]
	if least.why == "" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, path, "--version").Output() //nolint:gosec // the user's own shell
	if err != nil {
		return
	}
	if major, minor, ok := versionIn(string(out)); ok && (major < least.major || major == least.major && minor < least.minor) {
		x.add(Finding{Check: "shell", Severity: Hint, What: path + " is version " + strconv.Itoa(major) + "." + strconv.Itoa(minor), Why: least.why})
	}
}

// versionIn finds the first word of a text that is a version.
func versionIn(text string) (major, minor int, ok bool) {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' || r == '(' || r == '/' || r == '\n' }) {
		first, rest, dotted := strings.Cut(word, ".")
		second, _, _ := strings.Cut(rest, ".")
		x, errX := strconv.Atoi(first)
		y, errY := strconv.Atoi(second)
		if dotted && errX == nil && errY == nil {
			return x, y, true
		}
	}
	return 0, 0, false
}

func (x *examination) hook(context.Context) {
	loads := x.inRC(func(line string) bool { return strings.Contains(line, "guise init") })
	if x.Getenv("GUISE_SHELL") == "" {
		x.add(Finding{Check: "hook", Severity: Warning, What: "the hook is not loaded in this shell", Why: "guise use cannot switch it, and it does not show pending requests" + ifAny(loads, "; it is loaded in "), Fix: x.LoadHook})
	}
	for _, name := range shell.Names() {
		loads := x.inRC(func(line string) bool {
			return strings.Contains(line, shell.Guise("init", name)) && !strings.Contains(line, "||") && !strings.Contains(line, "&&") // a condition may leave it out
		})
		if strings.Contains(loads, ",") {
			x.add(Finding{Check: "hook", Severity: Hint, What: "the hook is loaded more than once: " + loads, Why: "harmless, but it costs a few milliseconds each time"})
		}
	}
}

func ifAny(text, before string) string {
	if text == "" {
		return ""
	}
	return before + text
}

// rcFiles are where shells and their helpers set variables, below the home or absolute.
func (x *examination) rcFiles() []string {
	all := []string{".zshenv", ".zprofile", ".zlogin", ".bash_profile", ".bash_login", ".profile", ".envrc"}
	for _, name := range shell.Programs() {
		if d, err := shell.Named(name); err == nil {
			all = append(all, d.Startup(x.Getenv).Files...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// setIn finds the line of an rc file that sets a variable.
func (x *examination) setIn(variable string) string {
	return x.inRC(func(line string) bool { return strings.Contains(line, variable) })
}

func (x *examination) inRC(is func(line string) bool) string {
	var found []string
	for _, name := range x.rcFiles() {
		path := name
		if !filepath.IsAbs(path) {
			name, path = "~/"+name, filepath.Join(x.Home, name)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		for i, line := range strings.Split(string(data), "\n") {
			if line = strings.TrimSpace(line); !strings.HasPrefix(line, "#") && is(line) {
				found = append(found, fmt.Sprintf("%s line %d", name, i+1))
			}
		}
	}
	return strings.Join(found, ", ")
}
