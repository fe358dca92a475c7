package awsconfig

import (
	"errors"
	"strings"
	"testing"
)

const guisePath = "/usr/local/bin/guise"

func synced(t *testing.T, config string, prune bool, want ...Synced) (string, SyncChanges) {
	t.Helper()
	return syncedBy(t, "{{.AccountName}}", config, prune, want...)
}

func syncedBy(t *testing.T, template, config string, prune bool, want ...Synced) (string, SyncChanges) {
	t.Helper()
	f := inMemory(config)
	changes, err := f.Sync("demo", template, guisePath, want, prune)
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
	if err != nil || !p.Managed() || len(p.Visible()) != 0 || p.Get("sso_account_id") != "111111111111" || p.Get("region") != "eu-west-1" {
		t.Errorf("%v %v", p.Visible(), err)
	}
	// What a user adds stays, also when the name changes.
	touched := strings.Replace(first, "region = eu-west-1\r\n", "region = us-east-1\r\n# note\r\nguise_alias = o\r\n", 1)
	renamed := one
	renamed.Name = "uno"
	third, changes := syncedBy(t, "another", touched, false, renamed)
	if len(changes.Renamed) != 1 || len(changes.Stale) != 1 || !strings.Contains(third, "# note\r\nguise_alias = o") || !strings.Contains(third, "[profile two]") {
		t.Errorf("%+v\n%s", changes, third)
	}
	fourth, changes := syncedBy(t, "another", third, true, renamed)
	if len(changes.Removed) != 1 || strings.Contains(fourth, "[profile two]") {
		t.Errorf("%+v\n%s", changes, fourth)
	}
	// A name that a user has taken is left to them.
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
	begins, ends := strings.SplitAfter(first, "\n")[0], "# guise sso sync \"demo\" ends\n"
	for _, text := range []string{
		strings.Replace(first, `# guise sso sync "demo" ends`, "", 1),
		strings.Replace(first, `# guise sso sync "demo" begins`, "# no", 1),
		first + first,
		begins + first,
		first + ends,
		ends + first,
	} {
		f := inMemory(text)
		_, err := f.Sync("demo", "", guisePath, nil, true)
		if !errors.As(err, new(*BlockError)) || string(f.config.parsed().Bytes()) != text {
			t.Errorf("%v:\n%s", err, text)
		}
	}
}

func inMemory(config string) *Files {
	return filesOf(config, "")
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

// TestSyncText: what a block looks like, byte for byte: made, written again with what
// people have put into it, with a profile that has another name, and with one that
// stands for another account.
func TestSyncText(t *testing.T) {
	const head, tail = "# guise sso sync \"demo\" begins: \"{{.AccountName}}\"\n", "# guise sso sync \"demo\" ends\n"
	section := func(name, account, rest string) string {
		return "[profile " + name + "]\nguise_sso_session = demo\nguise_sso_account_id = " + account + "\nguise_sso_role_name = Admin\n" +
			"credential_process = " + guisePath + " credential-process --profile " + name + "\n" + rest
	}
	one := Synced{Name: "one", AccountID: "111111111111", RoleName: "Admin", Region: "eu-west-1"}
	two := Synced{Name: "two", AccountID: "222222222222", RoleName: "Admin"}
	made := head + section("one", "111111111111", "region = eu-west-1\n\n") + section("two", "222222222222", "\n") + tail
	if got, _ := synced(t, "", false, two, one); got != made {
		t.Errorf("made:\n%s", got)
	}
	touched := strings.Replace(made, head, head+"# of the block\n", 1)
	touched = strings.Replace(touched, "[profile one]\n", "[profile one] # mine\n# first\nguise_alias = o\n", 1)
	if got, changes := synced(t, touched, true, one, two); got != touched || changes.Unchanged != 2 {
		t.Errorf("again: %+v\n%s", changes, got)
	}
	renamed := one
	renamed.Name = "uno"
	continued := strings.Replace(touched, "guise_sso_role_name = Admin\n", "guise_sso_role_name =\n  Admin\nsso_role_name = Admin\n", 1)
	want := head + "# of the block\n" + section("two", "222222222222", "\n") + section("uno", "111111111111", "# first\nguise_alias = o\nregion = eu-west-1\n\n") + tail
	for _, text := range []string{touched, continued} {
		if got, changes := syncedBy(t, "another", text, true, renamed, two); got != strings.Replace(want, "{{.AccountName}}", "another", 1) || len(changes.Renamed) != 1 || changes.Renamed[0] != [2]string{"one", "uno"} {
			t.Errorf("renamed: %+v\n%s", changes, got)
		}
	}
	// The name of one account is given to another: it does not keep the account.
	other := two
	other.Name = "one"
	for _, prune := range []bool{true, false} {
		got, changes := syncedBy(t, "another", made, prune, other)
		if got != strings.Replace(head, "{{.AccountName}}", "another", 1)+section("one", "222222222222", "\n")+tail || len(changes.Renamed) != 1 || len(changes.Removed) != 1 {
			t.Errorf("another's name: %+v\n%s", changes, got)
		}
	}
	f := filesOf("", "[one]\nregion = x\n")
	changes, err := f.Sync("demo", "", guisePath, []Synced{one}, false)
	if err != nil || len(changes.Taken) != 1 || strings.Contains(string(f.Bytes()[0]), "[profile one]") {
		t.Errorf("a name of the credentials file: %+v %v\n%s", changes, err, f.Bytes()[0])
	}
	if _, err := f.Sync("demo", "", "/a'b/guise", []Synced{two}, false); !is[*PathError](err) {
		t.Error(err)
	}
	f = filesOf(made, "")
	if template, err := f.SyncTemplate("demo"); err != nil || template != "{{.AccountName}}" {
		t.Errorf("%q %v", template, err)
	}
	if template, err := f.SyncTemplate("none"); err != nil || template != "" {
		t.Errorf("%q %v", template, err)
	}
}

// TestSyncKeepsNames: a profile keeps its name while the template is the same, whatever its
// account is called now and whoever else would have that name.
func TestSyncKeepsNames(t *testing.T) {
	of := func(name, account string) Synced { return Synced{Name: name, AccountID: account, RoleName: "Admin"} }
	first, _ := synced(t, "", false, of("p", "1"), of("b\u00fcro", "2"), of("gone", "3"))
	text, changes := synced(t, first, false, of("p-1", "1"), of("b-ro", "2"), of("p", "4"), of("p-4", "5"), of("gone", "6"))
	want := [][2]string{{"p", "1"}, {"b\u00fcro", "2"}, {"gone", "3"}, {"p-4-2", "4"}, {"p-4", "5"}, {"gone-6", "6"}}
	for _, one := range want {
		p, err := inMemory(text).Profile(one[0])
		if err != nil || p.Get("sso_account_id") != one[1] {
			t.Errorf("%s: %v", one[0], err)
		}
	}
	if changes.Unchanged != 2 || len(changes.Added) != 3 || len(changes.Renamed)+len(changes.Removed) != 0 || len(changes.Stale) != 1 {
		t.Errorf("%+v", changes)
	}
	again, changes := synced(t, text, false, of("p-1", "1"), of("b-ro", "2"), of("p", "4"), of("p-4", "5"), of("gone", "6"))
	if again != text || changes.Unchanged != 5 {
		t.Errorf("%+v", changes)
	}
	// What is pruned frees its name.
	pruned, _ := synced(t, first, true, of("gone", "6"))
	if p, err := inMemory(pruned).Profile("gone"); err != nil || p.Get("sso_account_id") != "6" {
		t.Error(err)
	}
}
