//go:build unix

package browser

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"guise/internal/await"
	"guise/internal/need"
	"guise/internal/secret"
)

// TestKnownPlaces: each known browser is found where each system keeps it. The files are
// a tree of ours.
func TestKnownPlaces(t *testing.T) {
	for _, c := range []struct{ system, written, file string }{
		{"darwin", "chrome", "Applications/Google Chrome.app/Contents/MacOS/Google Chrome"},
		{"darwin", "firefox", "home/Applications/Firefox.app/Contents/MacOS/firefox"},
		{"darwin", "edge", "Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge"},
		{"darwin", "brave", "Applications/Brave Browser.app/Contents/MacOS/Brave Browser"},
		{"windows", "chrome", "Program Files/Google/Chrome/Application/chrome.exe"},
		{"windows", "edge", "Program Files (x86)/Microsoft/Edge/Application/msedge.exe"},
		{"windows", "brave", "Local/BraveSoftware/Brave-Browser/Application/brave.exe"},
		{"windows", "firefox", "Program Files/Mozilla Firefox/firefox.exe"},
		{"WSL", "chrome", "mnt/c/Program Files/Google/Chrome/Application/chrome.exe"},
		{"WSL", "edge", "mnt/c/Program Files (x86)/Microsoft/Edge/Application/msedge.exe"},
		{"WSL", "firefox", "mnt/c/Program Files/Mozilla Firefox/firefox.exe"},
	} {
		env := map[string]string{"ProgramFiles": "ROOT/Program Files", "ProgramFiles(x86)": "ROOT/Program Files (x86)", "LOCALAPPDATA": "ROOT/Local"}
		system := c.system
		if system == "WSL" {
			env, system = map[string]string{"WSL_DISTRO_NAME": "Debian"}, "linux"
		}
		b := at(t, system, env, "nothing")
		b.Command = c.written + ":Work"
		if got, err := b.Words("https://"); err == nil {
			t.Errorf("%s %s: %q", c.system, c.written, got)
		}
		path := filepath.Join(b.root, c.file)
		install(t, path, "")
		if got, err := b.Words("https://"); err != nil || got[0] != path || b.CanOpen() != nil {
			t.Errorf("%s %s: %q, %v, %v", c.system, c.written, got, err, b.CanOpen())
		}
		b.system = "linux"
		b.Getenv = func(string) string { return "" }
		if got, err := b.Words("https://"); err == nil {
			t.Errorf("%s %s is found elsewhere: %q", c.system, c.written, got)
		}
	}
}

// TestSystem: the system's own way to open a page, where nothing is set.
func TestSystem(t *testing.T) {
	const url = "http://127.0.0.1:1/a%20b?x=1&y=(2)"
	screen := map[string]string{"DISPLAY": ":0"}
	wsl := map[string]string{"WSL_DISTRO_NAME": "Debian"}
	for _, c := range []struct {
		name, system string
		env          map[string]string
		programs     string
		want         []string // nil: none
	}{
		{"macOS", "darwin", nil, "", []string{"open", url}},
		{"macOS over SSH", "darwin", map[string]string{"SSH_CONNECTION": "x"}, "", nil},
		{"Windows", "windows", nil, "", []string{"rundll32", "url.dll,FileProtocolHandler", url}},
		{"Windows over SSH", "windows", map[string]string{"SSH_TTY": "x"}, "", nil},
		{"WSL", "linux", wsl, "cmd.exe", []string{"BIN/cmd.exe", "/c", "start", "", "http://127.0.0.1:1/a^%20b?x=1^&y=^(2^)"}},
		{"WSL with wslu", "linux", wsl, "wslview cmd.exe", []string{"wslview", url}},
		{"WSL by its other variable", "linux", map[string]string{"WSL_INTEROP": "/run/x"}, "wslview", []string{"wslview", url}},
		{"WSL over SSH", "linux", map[string]string{"WSL_DISTRO_NAME": "Debian", "SSH_TTY": "x"}, "wslview cmd.exe", nil},
		{"WSL without interop", "linux", map[string]string{"WSL_DISTRO_NAME": "Debian", "DISPLAY": ":0"}, "xdg-open", []string{"xdg-open", url}},
		{"Linux", "linux", screen, "xdg-open firefox", []string{"xdg-open", url}},
		{"Linux with a browser alone", "linux", screen, "firefox-esr", []string{"BIN/firefox-esr", url}},
		{"Linux without a browser", "linux", screen, "", nil},
		{"Linux without a screen", "linux", nil, "xdg-open", nil},
		{"BROWSER", "linux", map[string]string{"BROWSER": "mine:other"}, "mine", []string{"mine", url}},
		{"BROWSER that is not there", "linux", map[string]string{"BROWSER": "nowhere"}, "mine", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := at(t, c.system, c.env, strings.Fields(c.programs)...)
			for i, word := range c.want {
				c.want[i] = strings.ReplaceAll(word, "BIN", filepath.Join(b.root, "bin"))
			}
			got, err := b.Words(url)
			if !slices.Equal(got, c.want) || (c.want == nil) != errors.Is(err, ErrNoBrowser) {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
}

// TestWSLAutomount: without the PATH of Windows its programs are found on its drive.
func TestWSLAutomount(t *testing.T) {
	b := at(t, "linux", map[string]string{"WSL_DISTRO_NAME": "Debian"}, "nothing")
	install(t, filepath.Join(b.root, "mnt/c/Windows/System32/cmd.exe"), "")
	if got, err := b.Words("https://"); err != nil || got[0] != b.root+"/mnt/c/Windows/System32/cmd.exe" {
		t.Errorf("%q %v", got, err)
	}
}

// TestWSLReached: a browser of Windows opens a page only if Windows reaches us: else the
// sign-in is made with a code. What stands in for cmd.exe notes its words and its folder.
func TestWSLReached(t *testing.T) {
	curl := need.Program(t, "curl")
	env := map[string]string{"WSL_DISTRO_NAME": "Debian"}
	b := at(t, "linux", env, "nothing")
	notes := filepath.Join(b.root, "notes")
	install(t, filepath.Join(b.root, "bin/cmd.exe"), "echo \"$PWD $*\" >"+notes+".new && /bin/mv "+notes+".new "+notes+"\n")
	for _, c := range []struct {
		name, script string
		want         error
	}{
		{"no curl.exe", "", nil},
		{"reached", "exec " + curl + ` --output /dev/null "$1" "$6"` + "\n", nil},
		{"refused", "exit 7\n", ErrNotReached},
		{"somebody else there", "exec " + curl + ` --output /dev/null "$1" http://127.0.0.1:9/` + "\n", ErrNotReached},
	} {
		if c.script != "" {
			install(t, filepath.Join(b.root, "bin/curl.exe"), c.script)
		}
		if err := b.CanOpen(); !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if runtime.GOOS != "linux" {
		return
	}
	opened, err := b.Open(secret.New("https://example.com/?state=of-ours&x=1"))
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	var said []byte
	await.NoError(t, func() (err error) { said, err = os.ReadFile(notes); return err })
	if !strings.HasPrefix(string(said), filepath.Join(b.root, "bin")+" /c start  http://127.0.0.1:") || strings.Contains(string(said), "state") {
		t.Errorf("%s", said)
	}
}
