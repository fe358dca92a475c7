package browser

import (
	"context"
	"errors"
	"os/exec"
	"path"
	"strings"
	"time"

	"guise/internal/local"
	"guise/internal/secret"
)

// ofSystem is the words by which the system opens an address in the user's browser.
func (b Browser) ofSystem(address string) ([]string, error) {
	display := b.Getenv("DISPLAY") != "" || b.Getenv("WAYLAND_DISPLAY") != ""
	switch {
	case b.on("windows") && !b.remote():
		return []string{"rundll32", "url.dll,FileProtocolHandler", address}, nil
	case b.on("darwin") && !b.remote():
		return []string{"open", address}, nil
	case b.on("windows"), b.on("darwin"):
		return nil, ErrNoBrowser
	case b.isWSL() && !b.remote() && has("wslview"):
		return []string{"wslview", address}, nil
	case b.isWSL() && !b.remote() && has(b.windowsProgram("cmd.exe")):
		return []string{b.windowsProgram("cmd.exe"), "/c", "start", "", escaped(address)}, nil
	case !display:
		return nil, ErrNoBrowser
	case has("xdg-open"):
		return []string{"xdg-open", address}, nil
	}
	for _, k := range all() {
		if path, found := b.find(k); found {
			return []string{path, address}, nil
		}
	}
	return nil, ErrNoBrowser
}

// escaped is an address as cmd.exe reads it in a command: what has a meaning there is
// behind a caret. An address holds no spaces and no quotes.
func escaped(address string) string {
	var b strings.Builder
	for _, r := range address {
		if strings.ContainsRune(`&|<>^()%!`, r) {
			b.WriteByte('^')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// WSL, by "Working across Windows and Linux file systems", "Advanced settings
// configuration" (automount, interop) and "Accessing network applications with WSL" in its
// documentation.

// windowsProgram is the path of a program of Windows' own: on the PATH, which WSL extends
// by that of Windows unless it is told not to.
func (b Browser) windowsProgram(name string) string {
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	return b.root + "/mnt/c/Windows/System32/" + name
}

// drive is where drive C: is.
func (b Browser) drive() string {
	return path.Dir(path.Dir(path.Dir(b.windowsProgram("cmd.exe")))) // …/Windows/System32/cmd.exe
}

// isWindows is whether a program runs on the Windows side of WSL.
func (b Browser) isWindows(program string) bool {
	return b.isWSL() && (strings.HasSuffix(strings.ToLower(program), ".exe") || program == "wslview")
}

// ErrNotReached: a browser on the Windows side of WSL does not reach this side, so that no
// sign-in could come back.
var ErrNotReached = errors.New("no browser of Windows reaches 127.0.0.1 of WSL (localhostForwarding, in .wslconfig)")

// reachedWithin is how long a program of Windows may take to start and to ask.
const reachedWithin = 10 * time.Second

// reached is whether Windows reaches a page of ours: by its curl.exe, which is part of
// Windows 10 and later. Where there is none nobody knows, and it is taken to be so.
func (b Browser) reached() bool {
	curl := b.windowsProgram("curl.exe")
	if !has(curl) {
		return true
	}
	page, err := local.NewPage(secret.New("https://aws.amazon.com/"), func(int) {})
	if err != nil {
		return false
	}
	defer page.Close()
	ctx, cancel := context.WithTimeout(context.Background(), reachedWithin)
	defer cancel()
	c := exec.CommandContext(ctx, curl, "--silent", "--output", "NUL", "--max-time", "5", page.URL) //nolint:gosec // Windows' own
	c.Dir, c.WaitDelay = path.Dir(curl), time.Second                                                // a folder that Windows has, too
	_ = c.Run()
	select {
	case <-page.Taken:
		return true
	default:
		return false
	}
}
