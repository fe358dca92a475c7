package ask

import (
	"errors"
	"net/url"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// Browser is how pages are opened for the user.
type Browser struct {
	// Command of the user's: a program, or words with "%s" where the address
	// goes (at the end without one). Empty: the system's own way.
	Command string
	Getenv  func(string) string
	Environ func() []string
	// Folder returns a folder of ours that nobody else can read; nil where there is
	// none. See open.go for what it is for.
	Folder func() (dir string, err error)
	// Say tells the user that somebody else came for a page of theirs.
	Say func(line string)
}

const firefoxContainers = "firefox-containers"

// ErrNoBrowser: no page can be opened here.
var ErrNoBrowser = errors.New("no browser can be opened here")

// CanOpen reports whether there is a screen here that a browser could be on. Over
// SSH there is none, but for a display that was forwarded.
func (b Browser) CanOpen() bool { _, ok := b.Words("https://"); return ok }

// Apart returns the command that opens an address in a place of its own, where the
// browser wanted is one that keeps such places: a container of Firefox, by the
// address that the add-on "Open external links in a container" takes, or a
// profile of Chrome or one of its kin.
func Apart(browser, place, address string) (words []string, ok bool) {
	if browser == firefoxContainers {
		link := url.Values{"name": {place}, "url": {address}}
		return []string{program("firefox"), "ext+container:" + strings.ReplaceAll(link.Encode(), "+", "%20")}, true
	}
	kin, ok := strings.CutSuffix(browser, "-profiles")
	programs := map[string][]string{
		"chrome": {"google-chrome", "google-chrome-stable", "chrome"}, "chromium": {"chromium", "chromium-browser"},
		"edge": {"microsoft-edge", "msedge"}, "brave": {"brave-browser", "brave"},
	}[kin]
	if !ok || programs == nil {
		return nil, false
	}
	return []string{program(programs...), "--profile-directory=guise-" + folderName(place), "--no-first-run", address}, true
}

// program returns the first of several that is there, or the first.
func program(names ...string) string {
	for _, name := range names {
		if has(name) {
			return name
		}
	}
	return names[0]
}

// folderName keeps a name from being more than the name of a folder.
func folderName(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 128 && (r >= '0' && r <= '9' || r|0x20 >= 'a' && r|0x20 <= 'z' || r == '.' || r == '-') {
			return r
		}
		return '_'
	}, s)
}

// Words is the command that opens an address; not ok where none can.
func (b Browser) Words(address string) ([]string, bool) {
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
	if words, ok := Apart(command, "", address); ok {
		command = words[0] // a place of its own is for the console alone
	}
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
