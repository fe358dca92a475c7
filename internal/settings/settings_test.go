//go:build unix

package settings

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

func readThese(t *testing.T, text string, environ ...string) Settings {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return Read(path, environ)
}

func TestSettings(t *testing.T) {
	s := readThese(t, "adopt = \"never\"\nrefresh_before = \"5m\"\nmfa = [\"terminal\", \"command\"]\n", "GUISE_ADOPT=always", "GUISE_STATE=x", "GUISE_PROFILE=y", "HOME=/")
	if len(s.Broken) > 0 || s.Adopt != "always" || s.RefreshBefore != 5*time.Minute || !slices.Equal(s.MFA, []string{"terminal", "command"}) || s.KeyStore != "auto" {
		t.Errorf("%+v", s)
	}
}

// TestBrokenSettings: what cannot be read is told with its line; the rest is taken;
// and only a setting that protects something stops what it protects.
func TestBrokenSettings(t *testing.T) {
	const before, after = "# mine\npicker = \"list\"\n", "\nnotify = false\n"
	for text, want := range map[string]struct{ says, stops string }{
		`adopts = "ask"`: {`line 3: no setting "adopts"; there is adopt`, ""}, `adopt = "perhaps"`: {"line 3: adopt must be one of", ""},
		"refresh_before = 10": {"line 3: refresh_before must be a string", ""}, `refresh_before = "soon"`: {"line 3: refresh_before must be a duration", ""},
		`mfa = ["telepathy"]`: {"line 3: mfa", "mfa"}, `key_store = "keyrin"`: {"line 3: key_store must be one of", "key_store"},
		`keystore = "keyring"`: {`line 3: no setting "keystore"; there is key_store`, "key_store"},
		"not toml":             {"line 3: this line is not TOML", ""}, `adopt = never`: {"line 3: this line is not TOML", ""}, `mfa = [yubikey]`: {"line 3: this line is not TOML", "mfa"},
		"mfa = [\n\"terminal\",\nyubikey\n]": {"line 5: this line is not TOML", "mfa"}, "[something]\nx = 1": {`line 3: no setting "something"`, ""},
	} {
		s := readThese(t, before+text+after)
		if len(s.Broken) == 0 || !strings.Contains(s.Broken[0].Error(), "config.toml "+want.says) {
			t.Errorf("%q: %v, want %q", text, s.Broken, want.says)
			continue
		}
		if !strings.HasPrefix(text, "[") && (s.Picker != "list" || s.Notify) {
			t.Errorf("%q: the settings beside it are not read: %+v", text, s)
		}
		for _, name := range []string{"mfa", "key_store", "adopt"} {
			if err := s.Sure(name); (err != nil) != (name == want.stops) && name != "adopt" {
				t.Errorf("%q: %s: %v", text, name, err)
			}
		}
	}
	s := readThese(t, "", "GUISE_PICKER=x", "GUISE_KEYSTORE=keyring", "GUISE_PIKER=list", "GUISE_WHATEVER_ELSE=1")
	if len(s.Broken) != 3 || s.Sure("key_store") == nil || s.Sure("mfa") != nil {
		t.Errorf("%v", s.Broken)
	}
	// A file of which nothing can be read may set anything.
	pipe := filepath.Join(t.TempDir(), "config.toml")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, s := range []Settings{Read(pipe, nil), readThese(t, strings.Repeat("nonsense\n", 200))} {
		last := s.Broken[len(s.Broken)-1]
		if !last.Protects() || s.Sure("mfa") != nil || s.Sure("key_store") == nil {
			t.Errorf("%v", last)
		}
	}
}
