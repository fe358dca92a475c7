//go:build unix

package settings

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/pelletier/go-toml/v2"
)

// FuzzSettings: whatever config.toml and a variable hold, guise has settings that each
// are one of those allowed, says what it goes on without, and where a setting that
// protects something was meant and not read, does not do what it protects.
func FuzzSettings(f *testing.F) {
	for _, text := range []string{
		"adopt = \"never\"\nrefresh_before = \"5m\"\nmfa = [\"terminal\", \"command\"]\n", "cache_key = \"keyrin\"", "cache_key = \"keyring", "cache_key = '''\nkeyring", "cachekey = \"keyring\"\n[x]\ny = 1\n", "mfa = [\n\"terminal\",\nyubikey\n]",
		"cache_key.x = 1\n", "\"cache_key\" = 1979-05-27\n", "[[mfa]]\n", "[cache_key]\n", "cache_key = \"auto\"\ncache_key = \"file\"\n", "a = [[[[[[[[", "\ufeffmfa = []", "\x00", "wait_for_person = \"9999999h\"", "picker = inf", "",
	} {
		f.Add(text, "keyring")
	}
	allowed := map[string][]string{"adopt": {"ask", "always", "never"}, "cache_key": {"auto", "keyring", "kernel", "file"}, "picker": {"fzf", "list"}}
	path := filepath.Join(f.TempDir(), "config.toml")
	f.Fuzz(func(t *testing.T, text, variable string) {
		write := func(text string) {
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		write(text)
		s, again := Read(path, nil), Read(path, nil)
		for name, value := range map[string]string{"adopt": s.Adopt, "cache_key": s.CacheKey, "picker": s.Picker} {
			if !slices.Contains(allowed[name], value) {
				t.Fatalf("%q: %s is %q", text, name, value)
			}
		}
		if len(s.MFA) == 0 || slices.ContainsFunc(s.MFA, func(way string) bool { return !slices.Contains(ways, way) }) || s.RefreshBefore < 0 || s.WaitForPerson < 0 {
			t.Fatalf("%q: %+v", text, s)
		}
		if x, y := told(s), told(again); !slices.Equal(x, y) {
			t.Fatalf("%q: it says %q, and then %q", text, x, y)
		}
		for _, e := range s.Broken {
			if e.Err == nil || e.Line < 0 || len(e.Of) == 0 {
				t.Fatalf("%q: %+v", text, e)
			}
		}
		var values map[string]any
		switch err := toml.Unmarshal([]byte(text), &values); {
		case err != nil && len(s.Broken) == 0:
			t.Fatalf("%q: it is not TOML, and nobody is told", text)
		case err == nil:
			if value, is := values["cache_key"]; is && s.Sure("cache_key") == nil && value != s.CacheKey {
				t.Fatalf("%q: the key store is %q", text, s.CacheKey)
			}
			if value, is := values["mfa"]; is && s.Sure("mfa") == nil {
				var want Settings
				if all, err := asText(value); err != nil || want.setWays(all) != nil || !slices.Equal(want.MFA, s.MFA) {
					t.Fatalf("%q: the ways to a code are %q", text, s.MFA)
				}
			}
			if known := slices.Collect(maps.Keys(values)); len(known) > 0 && len(s.Broken) > len(known) {
				t.Fatalf("%q: %q", text, told(s))
			}
		}
		if s := Read(path, []string{"GUISE_CACHE_KEY=" + variable}); variable != "" && s.Sure("cache_key") == nil && s.CacheKey != variable {
			t.Fatalf("%q: GUISE_CACHE_KEY=%q, and %q is taken", text, variable, s.CacheKey)
		}
		// What is beside it in the file must not hide a setting that protects.
		write("cache_key = \"nonsense\"\n" + text)
		if s := Read(path, nil); s.Sure("cache_key") == nil {
			t.Fatalf("%q: the key store was to be another, and %q is taken", text, s.CacheKey)
		}
	})
}

func told(s Settings) (all []string) {
	for _, e := range s.Broken {
		all = append(all, e.Error())
	}
	return all
}
