// Package browser opens pages in the user's browser: it finds the browser and a profile of
// it, starts it with no shell in between, and leads it to an address that other users of
// the machine must not see.
//
// # How a browser is written
//
// In the settings browser and console_browser, in a profile's guise_browser and in
// `guise console --browser`, a browser is one of these:
//
//   - a known one by its name: chrome, chromium, edge, brave, vivaldi, firefox. It is
//     found where each system keeps it;
//   - one with a profile of its own: "chrome:Work", "firefox:work";
//   - firefox-containers, or with a container's name firefox-containers:Work;
//     chrome-profiles and the like: each AWS profile in a container or profile of its name;
//   - a command: a program and its words, with quotes where a word has spaces. "%s" or
//     "{url}" stands for the address (at the end without one), "{profile}" for the AWS
//     profile.
//
// Words are never read by a shell. The address and a profile's name are within one word
// each, and none of them can become an option: an address begins with its scheme, and a
// name that begins with "-" is refused where it would be the beginning of a word.
//
// # What was not run
//
// What is said here of macOS, Windows and WSL is written by their documentation. Tests
// play it on Linux, with files and programs that stand in for theirs.
package browser

import (
	"cmp"
	"errors"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// Browser is how pages are opened for the user.
type Browser struct {
	// Command is how the user wrote the browser: see the package. Empty: the system's own.
	Command string
	// Profile is the AWS profile that the page is for: what {profile} stands for.
	Profile string
	// Place names the container or the profile of the browser that firefox-containers,
	// chrome-profiles and the like keep a page in; empty: none of its own.
	Place   string
	Getenv  func(string) string
	Environ func() []string
	// Folder returns a folder of ours that nobody else can read; nil where there is
	// none. See open.go for what it is for.
	Folder func() (dir string, err error)
	// Say tells the user a line: that somebody else came for a page of theirs.
	Say func(line string)

	system string // as runtime.GOOS has it; empty: this one. Tests play others
	root   string // of the files of the system; tests have files of their own
}

// ErrNoBrowser: no page can be opened here.
var ErrNoBrowser = errors.New("no browser can be opened here")

// A CommandError is a browser that the user has set, and that cannot be started.
type CommandError struct{ Command, Why string }

func (e *CommandError) Error() string { return "the browser " + e.Command + ": " + e.Why }

func (b Browser) on(system string) bool { return cmp.Or(b.system, runtime.GOOS) == system }

// remote is whether the user is at another machine.
func (b Browser) remote() bool { return b.Getenv("SSH_CONNECTION") != "" || b.Getenv("SSH_TTY") != "" }

// isWSL is whether this is Linux inside Windows, whose programs can be started from here.
func (b Browser) isWSL() bool {
	return b.on("linux") && (b.Getenv("WSL_DISTRO_NAME") != "" || b.Getenv("WSL_INTEROP") != "")
}

// Words is the command that opens an address. Its errors are [ErrNoBrowser], where
// there is no screen that a browser could be on, and [*CommandError].
func (b Browser) Words(address string) ([]string, error) {
	command, fromEnv := b.Command, false
	if command == "" { // several in a row, as xdg-open and Python's webbrowser read it
		command, _, _ = strings.Cut(b.Getenv("BROWSER"), string(os.PathListSeparator))
		fromEnv = true
	}
	if command == "" {
		return b.ofSystem(address)
	}
	words, err := b.ofCommand(command, address)
	if err != nil && fromEnv {
		return nil, ErrNoBrowser // it is not guise's own setting
	}
	return words, err
}

// CanOpen is nil where a browser can be started here that comes back to this machine.
// Over SSH there is none, but for a display that was forwarded. Its errors are those of
// [Browser.Words], and [ErrNotReached].
func (b Browser) CanOpen() error {
	words, err := b.Words("https://")
	if err == nil && b.isWindows(words[0]) && !b.reached() {
		return ErrNotReached
	}
	return err
}

func has(program string) bool {
	_, err := exec.LookPath(program)
	return err == nil
}
