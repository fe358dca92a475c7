//go:build unix

package cmd

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/creack/pty"
	"github.com/spf13/cobra"

	"guise/internal/display"
	"guise/internal/terminaltest"
)

// wideConfig has names, paths and problems that are wider than most terminals.
const wideConfig = `[default]
region = eu-west-1
[profile base]
mfa_serial = arn:aws:iam::111111111111:mfa/a-device-with-a-name-that-goes-on-and-on
[profile production-of-the-whole-company-in-europe-and-elsewhere]
role_arn = arn:aws:iam::222222222222:role/path/of/roles/AdministratorOfEverythingThatThereIs
source_profile = base
region = ap-southeast-2
guise_description = the account in which everything runs that anybody pays for
[profile 日本のアカウント]
role_arn = arn:aws:iam::222222222222:role/役割
source_profile = 無い
[profile 東京]
sso_start_url = https://a-company-with-a-long-name.awsapps.com/start/of/a/long/address
sso_region = eu-west-1
sso_account_id = 333333333333
sso_role_name = Viewer
`

// TestFitsTerminal: whatever a command shows, no line of it is wider than the terminal, and
// none is cut where it is read by a program.
func TestFitsTerminal(t *testing.T) {
	const long = "production-of-the-whole-company-in-europe-and-elsewhere"
	commands := [][]string{
		{"list"},
		{"list", "--names"},
		{"list", "--kind", "nonsense"},
		{"explain", long},
		{"explain", "日本のアカウント"},
		{"explain", "東京"},
		{"explain", "nobody-has-such-a-profile"},
		{"doctor"},
		{"cache", "list"},
		{"keys", "list"},
		{"mfa", "list"},
		{"waiting"},
		{"current"},
		{"adopt", "--all", "--dry-run", "--keep-keys"},
		{"keys", "remove", long},
	}
	w, _, _ := here(t, nil)
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		words := strings.Fields(c.CommandPath())[1:]
		commands = append(commands, append(words, "--help"), append(words[:len(words):len(words)], "--a-flag-that-is-not-there=anywhere"))
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(newRoot(newApp(w)))
	for _, width := range []uint16{30, 60, 80, 140} {
		for _, args := range commands {
			t.Run(fmt.Sprintf("%d %s", width, strings.Join(args, " ")), func(t *testing.T) {
				t.Parallel()
				shown := shownAt(t, width, args)
				for line := range strings.SplitSeq(shown, "\n") {
					if n := display.Width(line); n > int(width) {
						t.Errorf("%d columns: %q", n, line)
					}
				}
				if shown == "" {
					t.Error("nothing is shown")
				}
			})
		}
	}
}

// shownAt is what a command shows, on stdout and stderr, at a terminal of a width.
func shownAt(t *testing.T, width uint16, args []string) string {
	w, _, _ := here(t, map[string]string{"AWS_PROFILE": "base", "GUISE_CACHE_KEY": "file", "GUISE_SHELL": "zsh"}, args...)
	withProfiles(t, w, wideConfig)
	if err := os.WriteFile(filepath.Join(w.Home, ".aws/credentials"), []byte("[base]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	terminal, inside := terminaltest.Open(t)
	if err := pty.Setsize(inside, &pty.Winsize{Rows: 40, Cols: width}); err != nil {
		t.Fatal(err)
	}
	w.Out, w.Err = inside, inside
	Main(w)
	const end = "\x04the end\x04"
	if _, err := inside.WriteString(end); err != nil {
		t.Fatal(err)
	}
	terminal.See("the end")
	_ = inside.Close()
	shown, _, _ := strings.Cut(terminal.Raw(), end)
	colours := regexp.MustCompile("\x1b\\[[0-9;]*m")
	return strings.ReplaceAll(colours.ReplaceAllString(shown, ""), "\r", "")
}
