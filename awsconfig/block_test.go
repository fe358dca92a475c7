package awsconfig

import (
	"errors"
	"strings"
	"testing"
)

const guisePath = "/usr/local/bin/guise"

func synced(t *testing.T, config string, prune bool, want ...Synced) (string, SyncChanges) {
	t.Helper()
	f := inMemory(config)
	changes, err := f.Sync("demo", "{{.AccountName}}", guisePath, want, prune)
	if err != nil {
		t.Fatal(err)
	}
	return string(f.config.parsed().Bytes()), changes
}

func TestSync(t *testing.T) {
	const mine = "\ufeff# mine\r\n[profile hand]\r\nregion = x"
	one := Synced{Name: "one", AccountID: "111111111111", RoleName: "Admin", Region: "eu-west-1"}
	two := Synced{Name: "two", AccountID: "222222222222", RoleName: "Admin"}
	first, changes := synced(t, mine, false, one, two)
	if !strings.HasPrefix(first, mine+"\r\n\r\n# guise sso sync \"demo\" begins: ") || !strings.HasSuffix(first, "ends\r\n") || strings.Contains(strings.ReplaceAll(first, "\r\n", ""), "\n") {
		t.Errorf("%q", first)
	}
	if len(changes.Added) != 2 {
		t.Errorf("%+v", changes)
	}
	again, changes := synced(t, first, true, one, two)
	if again != first || changes.Unchanged != 2 || len(changes.Added)+len(changes.Removed) != 0 {
		t.Errorf("the second time: %+v\n%q", changes, again)
	}
	p, err := inMemory(first).Profile("one")
	if err != nil || !p.BehindGuise() || len(p.Visible()) != 0 || p.Get("sso_account_id") != "111111111111" || p.Get("region") != "eu-west-1" {
		t.Errorf("%v %v", p.Visible(), err)
	}
	// What a person adds stays, also when the name changes.
	touched := strings.Replace(first, "region = eu-west-1\r\n", "region = us-east-1\r\n# note\r\nguise_alias = o\r\n", 1)
	renamed := one
	renamed.Name = "uno"
	third, changes := synced(t, touched, false, renamed)
	if len(changes.Renamed) != 1 || len(changes.Stale) != 1 || !strings.Contains(third, "# note\r\nguise_alias = o") || !strings.Contains(third, "[profile two]") {
		t.Errorf("%+v\n%s", changes, third)
	}
	fourth, changes := synced(t, third, true, renamed)
	if len(changes.Removed) != 1 || strings.Contains(fourth, "[profile two]") {
		t.Errorf("%+v\n%s", changes, fourth)
	}
	// A name that a person has taken is left to them.
	hand := one
	hand.Name = "hand"
	if text, changes := synced(t, mine, false, hand); len(changes.Taken) != 1 || strings.Contains(text, "111111111111") {
		t.Errorf("%+v\n%s", changes, text)
	}
	// Behind the block, nothing is touched.
	after := first + "[profile last]\nregion = y\n"
	if text, _ := synced(t, after, true, one); !strings.HasSuffix(text, "ends\r\n[profile last]\nregion = y\n") {
		t.Errorf("%q", text)
	}
}

// TestSyncBroken: where a comment is gone, nothing is written.
func TestSyncBroken(t *testing.T) {
	first, _ := synced(t, "", false, Synced{Name: "one", AccountID: "111111111111", RoleName: "Admin"})
	for _, text := range []string{
		strings.Replace(first, `# guise sso sync "demo" ends`, "", 1),
		strings.Replace(first, `# guise sso sync "demo" begins`, "# no", 1),
		first + first,
	} {
		f := inMemory(text)
		_, err := f.Sync("demo", "", guisePath, nil, true)
		if broken := (*BlockError)(nil); !errors.As(err, &broken) || string(f.config.parsed().Bytes()) != text {
			t.Errorf("%v:\n%s", err, text)
		}
	}
}

func inMemory(config string) *Files {
	return &Files{config: file{data: []byte(config)}, credentials: file{inCredentials: true}}
}

// TestSyncNames: what is everybody's profile, is punctuation alone, or is two profiles' at once
// is not written, whoever asks for it.
func TestSyncNames(t *testing.T) {
	const before = "[profile a]\nregion = x\n"
	for _, want := range [][]Synced{
		{{Name: "default", AccountID: "1", RoleName: "r"}},
		{{Name: "._@", AccountID: "1", RoleName: "r"}},
		{{Name: "two", AccountID: "1", RoleName: "r"}, {Name: "two", AccountID: "2", RoleName: "r"}},
	} {
		f := inMemory(before)
		_, err := f.Sync("demo", "", guisePath, want, false)
		if !errors.As(err, new(*SyncNameError)) || string(f.config.parsed().Bytes()) != before {
			t.Errorf("%+v: %v", want, err)
		}
	}
}
