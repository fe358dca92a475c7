//go:build unix

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guise/internal/need"
)

// TestFirefox: a sign-in in a profile of Firefox that nobody has open, then the console in
// the same one, which runs already: Firefox hands the page over to it by D-Bus.
func TestFirefox(t *testing.T) {
	path := need.Program(t, "firefox-esr")
	for _, program := range []string{"dbus-run-session", "xdotool"} {
		need.Program(t, program)
	}
	w := newWorld(t)
	b := browser{w, screen(t)}
	b.ends("firefox-esr --kiosk")
	profile := filepath.Join(w.home, "work-profile")
	for _, dir := range []string{"bin", "work-profile"} {
		if err := os.MkdirAll(filepath.Join(w.home, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	w.write("work-profile/user.js", `user_pref("browser.aboutwelcome.enabled", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("browser.startup.homepage_override.mstone", "ignore");
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
`)
	words := filepath.Join(w.dir, "browser-words")
	w.program(filepath.Join(w.home, "bin/firefox"), "#!/bin/sh\necho \"$@\" >>"+words+"\nexec "+path+" --kiosk \"$@\" 2>/dev/null\n")
	w.write(".aws/config", strings.Replace(w.read(".aws/config"), "[sso-session demo]", "[sso-session demo]\nguise_browser = firefox:Work", 1))
	story := "PATH=" + w.home + "/bin:$PATH; " + path + " -CreateProfile 'Work " + profile + "' 2>/dev/null; guise login org-dev; guise console org-dev; echo code $?; read x"
	s := w.open([]string{"DISPLAY=" + b.display}, "dbus-run-session", "--", "sh", "-c", story)
	b.allow("", "")
	s.See("org-dev: Developer(?s:.*)org-dev: opening the console")
	awaitWindow(t, b.display, "console: arn:aws:sts::600000000001:assumed-role/AWSReservedSSO_Developer_0123456789abcdef/alice")
	s.See("code 0")
	s.Type("\r") // ends the bus
	s.Exit()
	said, err := os.ReadFile(words)
	if err != nil || strings.Count(string(said), "-P Work http://127.0.0.1:") != 2 || strings.Contains(string(said), "state=") {
		t.Errorf("%s, %v", said, err)
	}
}
