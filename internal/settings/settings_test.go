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
	if len(s.Broken) > 0 || s.Adopt != "always" || s.RefreshBefore != 5*time.Minute || !slices.Equal(s.MFA, []string{"terminal", "command"}) || s.CacheKey != "auto" {
		t.Errorf("%+v", s)
	}
}

// TestAge: how old a sync may be is said in days too, and can be off.
func TestAge(t *testing.T) {
	for text, want := range map[string]struct {
		d  time.Duration
		as string
	}{
		`"14d"`: {14 * 24 * time.Hour, "14d"}, `"12h"`: {12 * time.Hour, "12h"}, `"48h"`: {48 * time.Hour, "2d"}, `"off"`: {0, "off"}, `"0"`: {0, "off"}, "0": {0, "off"}, `"0d"`: {0, "off"},
	} {
		s := readThese(t, "sso_sync_reminder = "+text)
		if len(s.Broken) > 0 || s.SSOSyncReminder != want.d {
			t.Errorf("%s: %s, %v", text, s.SSOSyncReminder, s.Broken)
		}
		one, _ := called("sso_sync_reminder", All())
		if got := one.is.get(&s); got != want.as {
			t.Errorf("%s is written %s", text, got)
		}
	}
	for _, text := range []string{`"d"`, `"-1d"`, `"7 d"`, `"7w"`, `"99999999d"`, `"on"`, "7", "true"} {
		if s := readThese(t, "sso_sync_reminder = "+text); len(s.Broken) != 1 || s.SSOSyncReminder != 7*24*time.Hour || s.Broken[0].Protects() {
			t.Errorf("%s: %s, %v", text, s.SSOSyncReminder, s.Broken)
		}
	}
}

// TestBrokenSettings: what cannot be read is told with its line; the rest is taken;
// and only a setting that protects something stops what it protects.
func TestBrokenSettings(t *testing.T) {
	const before, after = "# mine\npicker = \"list\"\n", "\nnotify = false\n"
	for text, want := range map[string]struct{ says, stops string }{
		`adopts = "ask"`: {`line 3: no setting "adopts"; there is adopt`, ""}, `adopt = "perhaps"`: {"line 3: adopt must be one of", ""},
		"refresh_before = 10": {"line 3: refresh_before must be a duration", ""}, `refresh_before = "soon"`: {"line 3: refresh_before must be a duration", ""},
		`mfa = ["telepathy"]`: {"line 3: mfa", "mfa"}, `cache_key = "keyrin"`: {"line 3: cache_key must be one of", "cache_key"},
		`cachekey = "keyring"`: {`line 3: no setting "cachekey"; there is cache_key`, "cache_key"},
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
		for _, name := range []string{"mfa", "cache_key", "adopt"} {
			if err := s.Sure(name); (err != nil) != (name == want.stops) && name != "adopt" {
				t.Errorf("%q: %s: %v", text, name, err)
			}
		}
	}
	s := readThese(t, "", "GUISE_PICKER=x", "GUISE_CACHEKEY=keyring", "GUISE_PIKER=list", "GUISE_WHATEVER_ELSE=1")
	if len(s.Broken) != 3 || s.Sure("cache_key") == nil || s.Sure("mfa") != nil {
		t.Errorf("%v", s.Broken)
	}
	// A file of which nothing can be read may set anything.
	pipe := filepath.Join(t.TempDir(), "config.toml")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, s := range []Settings{Read(pipe, nil), readThese(t, strings.Repeat("nonsense\n", 200))} {
		last := s.Broken[len(s.Broken)-1]
		if !last.Protects() || s.Sure("mfa") != nil || s.Sure("cache_key") == nil {
			t.Errorf("%v", last)
		}
	}
}

// TestRenamed: a setting is still read under the name that it had once, and the new name
// is told; where both are set, the new one wins.
func TestRenamed(t *testing.T) {
	for text, want := range map[string]string{
		"key_store = \"kernel\"\n":                             "kernel",
		"key_store = \"kernel\"\ncache_key = \"file\"\n":       "file",
		"# mine\ncache_key = \"file\"\nkey_store = \"kern\"\n": "file",
	} {
		s := readThese(t, text)
		if s.CacheKey != want || len(s.Broken) > 0 || len(s.Renamed) != 1 || !strings.HasSuffix(s.Renamed[0].Error(), ": key_store is called cache_key now") {
			t.Errorf("%q: %q, %v, %v", text, s.CacheKey, s.Broken, s.Renamed)
		}
	}
	s := readThese(t, "prompt = \"{role}\"\n", "GUISE_KEY_STORE=file", "GUISE_PROMPT=(prod 2h)")
	if s.PromptFormat != "{role}" || s.CacheKey != "file" || len(s.Broken) > 0 || len(s.Renamed) != 2 || s.Renamed[1].Error() != "GUISE_KEY_STORE: this variable is called GUISE_CACHE_KEY now" {
		t.Errorf("%+v, %v", s, s.Renamed)
	}
	if s := readThese(t, "", "GUISE_KEY_STORE=kernel", "GUISE_CACHE_KEY=file", "GUISE_PROMPT_FORMAT={region}"); s.CacheKey != "file" || s.PromptFormat != "{region}" {
		t.Errorf("%+v", s)
	}
	if s := readThese(t, "key_store = \"keyrin\"\n"); s.Sure(CacheKey) == nil {
		t.Error("the cache's key is to be somewhere else, and nobody knows where")
	}
}

// TestRows: each setting has a value and says who has set it; the value is read back as
// the same.
func TestRows(t *testing.T) {
	s := readThese(t, "# mine\nrefresh_before = \"1h30m\"\nmfa = [\"totp\", \"dialog\"]\n", "GUISE_PICKER=list", "GUISE_NOTIFY=false")
	want := map[string][2]string{
		"refresh_before": {"1h30m", "config.toml line 2"}, "mfa": {"totp,dialog", "config.toml line 3"}, "picker": {"list", "GUISE_PICKER"}, "notify": {"false", "GUISE_NOTIFY"},
		"wait_for_person": {"50s", "default"}, "adopt": {"ask", "default"}, "access_keys": {"", "default"},
	}
	for i, row := range s.Rows() {
		if is, listed := want[row.Name]; listed && (row.Value != is[0] || !strings.HasSuffix(row.From, is[1])) {
			t.Errorf("%+v, want %q", row, is)
		}
		if one := All()[i]; row.Value != "" {
			if err := one.is.set(&Settings{}, row.Value); err != nil || row.Name != one.Name {
				t.Errorf("%+v: %v", row, err)
			}
		}
	}
}

// TestPromptFields: a field that there is not is named, with those that there are.
func TestPromptFields(t *testing.T) {
	for text, wrong := range map[string]string{
		"{profile} {left}": "", "plain": "", "{}{ {Profile}${HOME}": "", "": "", "{profile": "",
		"{bogus}": "{bogus}", "{profile} {accounts}": "{accounts}", "{{left_}": "{left_}",
	} {
		err := CheckPrompt(text)
		if (err != nil) != (wrong != "") || err != nil && err.Error() != "has no field "+wrong+"; there are {profile}, {account}, {role}, {region}, {left}, {until}" {
			t.Errorf("%q: %v", text, err)
		}
	}
	if s := readThese(t, "prompt_format = \"{bogus}\"\n"); len(s.Broken) != 1 || s.PromptFormat != "{profile} {left}" {
		t.Errorf("%+v", s)
	}
}
