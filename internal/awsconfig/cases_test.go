package awsconfig

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// differing are the readings on which the two SDKs do not agree, and what guise
// takes: the Go SDK's value where there is one, since what botocore adds to it
// is never meant (a comment, a quote).
func differing() map[string]string {
	return map[string]string{
		"08-inline-comments a region": "x", "08-inline-comments a output": "json",
		"38-quoted-value a region": "x", "38-quoted-value a role_session_name": "me",
		"47-process-quotes a credential_process": `"/usr/local/bin/guise" credential-process --profile "a b"`,
		"47-process-quotes d credential_process": `'/opt/my tools/guise' credential-process --profile 'c d'`,
		// A lone carriage return ends a line for botocore alone.
		"45-cr-only a region": "",
	}
}

// TestReadsLikeTheSDKs compares guise's reading with that of botocore and the
// Go SDK, as both were recorded for each case.
func TestReadsLikeTheSDKs(t *testing.T) {
	configs, err := filepath.Glob("testdata/ini-cases/*.config")
	if err != nil || len(configs) < 47 {
		t.Fatalf("%d cases, %v", len(configs), err)
	}
	compared := 0
	for _, config := range configs {
		base := strings.TrimSuffix(config, ".config")
		name := filepath.Base(base)
		f, err := Read(config, base+".credentials")
		if err != nil {
			t.Fatal(err)
		}
		for profile, keys := range recorded(t, base) {
			p, err := f.Profile(profile)
			if err != nil {
				if name != "45-cr-only" {
					t.Errorf("%s: %q: %v", name, profile, err)
				}
				continue
			}
			for key, want := range keys {
				if other, ok := differing()[name+" "+profile+" "+key]; ok {
					want = other
				}
				got := p.value("", key)
				if compared++; got != want {
					t.Errorf("%s: %s %s is %q, want %q", name, profile, key, got, want)
				}
			}
		}
	}
	if compared < 60 {
		t.Errorf("only %d values were compared", compared)
	}
}

// recorded returns what the SDKs read: botocore's values, and the Go SDK's where
// botocore has none.
func recorded(t *testing.T, base string) map[string]map[string]string {
	t.Helper()
	var botocore struct {
		Profiles map[string]map[string]any `json:"profiles"`
	}
	var gosdk map[string]map[string]string
	for path, into := range map[string]any{base + ".botocore.json": &botocore, base + ".gosdk.json": &gosdk} {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, into); err != nil {
			t.Fatal(err)
		}
	}
	all := map[string]map[string]string{}
	set := func(profile, key, value string) {
		if all[profile] == nil {
			all[profile] = map[string]string{}
		}
		all[profile][key] = value
	}
	for profile, keys := range gosdk {
		for key, value := range keys {
			if key != "error" {
				set(profile, key, value)
			}
		}
	}
	for profile, keys := range botocore.Profiles {
		for key, value := range keys {
			if text, ok := value.(string); ok {
				set(profile, key, text)
			}
		}
	}
	return all
}

// TestBothWaysToAProfile: the quick look and the whole reading find the same.
func TestBothWaysToAProfile(t *testing.T) {
	configs, _ := filepath.Glob("testdata/ini-cases/*.config")
	for _, config := range configs {
		credentials := strings.TrimSuffix(config, ".config") + ".credentials"
		quick, err := Read(config, credentials)
		if err != nil {
			t.Fatal(err)
		}
		whole, _ := Read(config, credentials)
		for _, p := range whole.Profiles() {
			q, err := quick.Profile(p.Name)
			if err != nil {
				t.Errorf("%s: %q: %v", config, p.Name, err)
				continue
			}
			for _, one := range p.settings {
				key := one.key
				if a, b := q.value("", key), p.value("", key); a != b {
					t.Errorf("%s: %s %s: %q and %q", config, p.Name, key, a, b)
				}
				_, a := p.Where(key)
				if _, b := q.Where(key); a != b {
					t.Errorf("%s: %s %s: lines %d and %d", config, p.Name, key, a, b)
				}
			}
			if len(q.settings) != len(p.settings) {
				t.Errorf("%s: %s: %d and %d settings", config, p.Name, len(q.settings), len(p.settings))
			}
		}
	}
}
