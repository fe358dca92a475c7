package signin

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"os/exec"
	"strings"
)

// Chromium finds a browser that speaks DevTools, for [SAML]: the one named, with its
// options, or one of those that are usual. path is empty where there is none.
func Chromium(named string) (path string, options []string) {
	candidates := []string{
		"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "brave-browser",
		"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium",
		"/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge", "/Applications/Brave Browser.app/Contents/MacOS/Brave Browser",
	}
	if named != "" {
		candidates = []string{named}
		if _, err := exec.LookPath(named); err != nil { // not a path with spaces: words
			words := strings.Fields(named)
			candidates, options = words[:1], words[1:]
		}
	}
	for _, candidate := range candidates {
		if path, err := exec.LookPath(candidate); err == nil {
			return path, options
		}
	}
	return "", options
}

// FolderName is the name of the folder in which the browser keeps what it knows of the
// identity provider at an address: of its host.
func FolderName(address string) string {
	host := address
	if u, err := url.Parse(address); err == nil {
		host = u.Host
	}
	sum := sha256.Sum256([]byte(host))
	return hex.EncodeToString(sum[:8])
}
