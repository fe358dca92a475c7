//go:build unix

package person

import (
	"os"
	"path/filepath"
	"testing"

	"guise/internal/awsconfig"
	"guise/internal/settings"
	"guise/session"
)

// TestCodeCommand: aws-vault's mfa_process is run as guise_mfa_command is: told the device, and
// the profile asked for before the one of the device. guise's own key comes first.
func TestCodeCommand(t *testing.T) {
	const device = "arn:aws:iam::111111111111:mfa/me"
	for config, want := range map[string]string{
		"[profile prod]\nmfa_process = printf 111111\n[profile me]\nmfa_process = printf 222222\n":                        "111111",
		"[profile prod]\n[profile me]\nmfa_process = printf 222222\n":                                                     "222222",
		"[profile prod]\nmfa_process = printf 111111\nguise_mfa_command = printf 333333\n[profile me]\n":                  "333333",
		"[profile prod]\n[profile me]\nmfa_process = test \"$GUISE_MFA_SERIAL\" = " + device + " && printf 444444\n":      "444444",
		"[profile prod]\nrole_arn = r\ninclude_profile = all\n[profile all]\nmfa_process = printf 555555\n[profile me]\n": "555555",
		"[profile prod]\nmfa_process = printf junk\n[profile me]\n":                                                       "",
	} {
		path := filepath.Join(t.TempDir(), "config")
		if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
			t.Fatal(err)
		}
		files, err := awsconfig.Read(path, path+".none")
		if err != nil {
			t.Fatal(err)
		}
		p, _ := somebody(Background, nil)
		p.o.Profile, p.o.Environ, p.o.Settings.MFA = files.Profile, os.Environ, []string{settings.ByCommand}
		code, err := p.Nobody().Code(t.Context(), session.CodeQuestion{Profile: "prod", Owner: "me", Serial: device})
		if code.Text.Reveal() != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", config, code.Text.Reveal(), err)
		}
	}
}
