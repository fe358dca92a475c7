package ask

import (
	"errors"
	"net/url"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
)

// Browser is how pages are opened for the person.
type Browser struct {
	// Command of the user's: a program, or words with "%s" where the address
	// goes (at the end without one). Empty: the system's own way.
	Command string
	Getenv  func(string) string
	Environ func() []string
}

// ErrNoBrowser: no page can be opened here.
var ErrNoBrowser = errors.New("no browser can be opened here")

// CanOpen tells whether there is a screen here that a browser could be on. Over
// SSH there is none, but for a display that was forwarded.
func (b Browser) CanOpen() bool { _, ok := b.words("https://"); return ok }

// Open opens a page, and returns at once. The address must be http or https; it
// goes to the browser as a word of its own, through no shell. The browser gets
// none of the AWS_ variables.
func (b Browser) Open(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return errors.New("not the address of a page: " + Sanitise(address))
	}
	return b.start(address)
}

// OpenWith starts a program of the browser's own with words, as [Browser.Open]
// does: for what other addresses and options open.
func (b Browser) OpenWith(program string, words ...string) error {
	return b.run(append([]string{program}, words...))
}

func (b Browser) start(address string) error {
	words, ok := b.words(address)
	if !ok {
		return ErrNoBrowser
	}
	return b.run(words)
}

func (b Browser) run(words []string) error {
	c := exec.Command(words[0], words[1:]...) //nolint:gosec // the user's own browser
	c.Env = slices.DeleteFunc(b.Environ(), func(pair string) bool { return strings.HasPrefix(pair, "AWS_") })
	detach(c)
	if err := c.Start(); err != nil {
		return err
	}
	go func() { _ = c.Wait() }()
	return nil
}

// words is the command that opens an address.
func (b Browser) words(address string) ([]string, bool) {
	remote := b.Getenv("SSH_CONNECTION") != "" || b.Getenv("SSH_TTY") != ""
	display := b.Getenv("DISPLAY") != "" || b.Getenv("WAYLAND_DISPLAY") != ""
	command := b.Command
	if command == "" {
		command, _, _ = strings.Cut(b.Getenv("BROWSER"), string(os.PathListSeparator))
	}
	switch {
	case command != "":
		return commandWords(command, address)
	case runtime.GOOS == "darwin":
		return []string{"open", address}, !remote
	case runtime.GOOS == "windows":
		return []string{"rundll32", "url.dll,FileProtocolHandler", address}, !remote
	case b.Getenv("WSL_DISTRO_NAME") != "":
		return []string{"wslview", address}, has("wslview")
	}
	return []string{"xdg-open", address}, display && has("xdg-open")
}

func commandWords(command, address string) ([]string, bool) {
	words := strings.Fields(command)
	if _, err := exec.LookPath(command); err == nil {
		words = []string{command} // a path with spaces in it
	}
	if len(words) == 0 || !has(words[0]) {
		return nil, false
	}
	placed := false
	for i, word := range words[1:] {
		if strings.Contains(word, "%s") {
			words[i+1], placed = strings.ReplaceAll(word, "%s", address), true
		}
	}
	if !placed {
		words = append(words, address)
	}
	return words, true
}

func has(program string) bool {
	_, err := exec.LookPath(program)
	return err == nil
}
