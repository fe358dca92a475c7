package browser

import (
	"cmp"
	"encoding/json"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"guise/internal/files"
)

// A known browser is one that guise finds by itself.
type known struct {
	name     string   // that the user writes
	gecko    bool     // Firefox; the others are of Chrome's kin
	programs []string // on the PATH of a Linux, and elsewhere
	mac      string   // in /Applications
	windows  string   // in "Program Files" and the like, with slashes

	// Where it keeps its profiles: in ~/.config, ~/Library/Application Support,
	// %LOCALAPPDATA%.
	linuxData, macData, windowsData string
}

// all are the known browsers, and Chrome's kin in the order that SAML takes them.
// Sources of the places: the browsers' packages, "User Data Directory" in Chromium's
// documentation (docs/user_data_dir.md).
func all() []known {
	return []known{
		{
			"chromium", false,
			[]string{"chromium", "chromium-browser"},
			"Chromium.app/Contents/MacOS/Chromium", "Chromium/Application/chrome.exe",
			"chromium", "Chromium", "Chromium/User Data",
		},
		{
			"chrome", false,
			[]string{"google-chrome", "google-chrome-stable", "chrome"},
			"Google Chrome.app/Contents/MacOS/Google Chrome", "Google/Chrome/Application/chrome.exe",
			"google-chrome", "Google/Chrome", "Google/Chrome/User Data",
		},
		{
			"edge", false,
			[]string{"microsoft-edge", "microsoft-edge-stable", "msedge"},
			"Microsoft Edge.app/Contents/MacOS/Microsoft Edge", "Microsoft/Edge/Application/msedge.exe",
			"microsoft-edge", "Microsoft Edge", "Microsoft/Edge/User Data",
		},
		{
			"brave", false,
			[]string{"brave-browser", "brave-browser-stable", "brave"},
			"Brave Browser.app/Contents/MacOS/Brave Browser", "BraveSoftware/Brave-Browser/Application/brave.exe",
			"BraveSoftware/Brave-Browser", "BraveSoftware/Brave-Browser", "BraveSoftware/Brave-Browser/User Data",
		},
		{
			"vivaldi", false,
			[]string{"vivaldi", "vivaldi-stable"},
			"Vivaldi.app/Contents/MacOS/Vivaldi", "Vivaldi/Application/vivaldi.exe",
			"vivaldi", "Vivaldi", "Vivaldi/User Data",
		},
		{
			"firefox", true,
			[]string{"firefox", "firefox-esr"},
			"Firefox.app/Contents/MacOS/firefox", "Mozilla Firefox/firefox.exe",
			"", "", "",
		},
	}
}

// find returns the path of a known browser. One on the PATH wins: it is where the user
// wants it. In WSL that of Windows is found after those of this side.
func (b Browser) find(k known) (path string, found bool) {
	for _, name := range k.programs {
		if path, err := exec.LookPath(name); err == nil {
			return path, true
		}
	}
	for _, path := range b.places(k) {
		if info, err := os.Stat(path); err == nil && !info.IsDir() {
			return path, true
		}
	}
	return "", false
}

// places are the paths at which the systems that have no PATH for browsers keep one.
func (b Browser) places(k known) (paths []string) {
	switch {
	case b.on("darwin"):
		for _, dir := range []string{b.root + "/Applications", filepath.Join(b.Getenv("HOME"), "Applications")} {
			paths = append(paths, filepath.Join(dir, k.mac))
		}
	case b.on("windows"):
		for _, name := range []string{"ProgramFiles", "ProgramW6432", "ProgramFiles(x86)", "LOCALAPPDATA"} {
			if dir := b.Getenv(name); dir != "" {
				paths = append(paths, filepath.Join(dir, k.windows))
			}
		}
	case b.isWSL():
		for _, dir := range []string{"Program Files", "Program Files (x86)"} {
			paths = append(paths, filepath.Join(b.drive(), dir, k.windows))
		}
	}
	return paths
}

// folderOf is the folder of a profile that is written as the browser shows it, such as
// "Work"; the name itself where there is no such profile: the browser makes one then.
func (b Browser) folderOf(k known, shown string) string {
	data, err := files.Read(filepath.Join(b.dataOf(k), "Local State"), 32<<20)
	var state struct {
		Profile struct {
			Cache map[string]struct{ Name string } `json:"info_cache"`
		}
	}
	if err != nil || json.Unmarshal(data, &state) != nil {
		return shown
	}
	if _, is := state.Profile.Cache[shown]; is {
		return shown
	}
	var folders []string
	for folder, profile := range state.Profile.Cache {
		if strings.EqualFold(profile.Name, shown) {
			folders = append(folders, folder)
		}
	}
	if len(folders) == 0 {
		return shown
	}
	return slices.Min(folders) // two of one name: the same each time
}

// dataOf is the folder of a browser's profiles. Where Windows keeps it is not known in WSL.
func (b Browser) dataOf(k known) string {
	switch {
	case b.on("darwin"):
		return filepath.Join(b.Getenv("HOME"), "Library/Application Support", k.macData)
	case b.on("windows"):
		return filepath.Join(b.Getenv("LOCALAPPDATA"), k.windowsData)
	}
	return filepath.Join(cmp.Or(b.Getenv("CHROME_CONFIG_HOME"), b.Getenv("XDG_CONFIG_HOME"), path.Join(b.Getenv("HOME"), ".config")), k.linuxData)
}

// Chromium finds a browser that speaks DevTools: the one named, as the package says, with
// its options, or a known one. path is empty where there is none.
func Chromium(command string, getenv func(string) string) (path string, options []string) {
	b := Browser{Getenv: getenv}
	kin := slices.DeleteFunc(all(), func(k known) bool { return k.gecko })
	if command != "" {
		if path, err := exec.LookPath(command); err == nil {
			return path, nil
		}
		if k, way, profile, ok := named(command); ok && way == "" && profile == "" && !k.gecko {
			kin = []known{k}
		} else {
			words, ok := split(command, b.on("windows"))
			if !ok || len(words) == 0 {
				return "", nil
			}
			path, _ = exec.LookPath(words[0])
			return path, words[1:]
		}
	}
	for _, k := range kin {
		if path, found := b.find(k); found {
			return path, nil
		}
	}
	return "", nil
}
