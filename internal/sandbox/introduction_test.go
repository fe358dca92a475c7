package sandbox

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"guise/internal/awsconfig"
	"guise/internal/loopback"
)

// TestIntroduction: what the demo has a newcomer type names profiles that it has, and one of
// them asks for approval, as is said of it.
func TestIntroduction(t *testing.T) {
	_, config := loopback.DemoWorld(time.Now)
	path := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(path, []byte(config.ConfigFile), 0o600); err != nil {
		t.Fatal(err)
	}
	files, err := awsconfig.Read(path, path+".credentials")
	if err != nil {
		t.Fatal(err)
	}
	said := regexp.MustCompile(`^  guise (?:use|whoami|exec) ([a-z]\S*)  |guise explain ([a-z]+)`)
	approved := regexp.MustCompile(`guise_approve = (\S+)`)
	named, approves := 0, 0
	for _, line := range Introduction() {
		for _, match := range said.FindAllStringSubmatch(line, -1) {
			named++
			p, err := files.Profile(match[1] + match[2])
			if err != nil {
				t.Errorf("%s: %v", line, err)
			}
			if lasts := approved.FindStringSubmatch(line); lasts != nil {
				approves++
				if p.Own("approve") != lasts[1] || p.Own("mfa_command") == "" {
					t.Errorf("%s: guise_approve is %q; and no code must be asked for before it", line, p.Own("approve"))
				}
			}
		}
	}
	if named != 5 || approves != 1 {
		t.Errorf("%d profiles, of which %d ask", named, approves)
	}
}
