package awsconfig

import (
	"errors"
	"strings"
	"testing"

	"guise/internal/secret"
)

// TestWritersRefuse: a name or a value that would make lines of its own is refused
// by everything that writes, and nothing is changed.
func TestWritersRefuse(t *testing.T) {
	const evil = "\n[default]\ncredential_process = touch /tmp/x\n"
	names := []string{"x]" + evil + "[y", "x" + evil, "x]", "[x", "x\x00", "x\x1b[31m", "x\u0085y", "x\u2028y", " x", "x ", "", "x\xff"}
	values := []string{"1" + evil, "1\r2", "a\x00", "\x1b]0;x\a", "a\u0085b", " a", "a ", "a #b", `"a"`, "a\xff"}
	export := func(name string, e Exported) func(*Files) error {
		return func(f *Files) error { return f.Export(name, e) }
	}
	sync := func(session string, w Synced) func(*Files) error {
		return func(f *Files) error {
			_, err := f.Sync(session, "{{.AccountName}}", guisePath, []Synced{w}, false)
			return err
		}
	}
	refused := func(what, bad string, write func(*Files) error) {
		t.Helper()
		f := filesOf("[profile a]\nregion = y\n", "[a]\n")
		before := f.Bytes()
		err := write(f)
		if !errors.As(err, new(*NameError)) && !errors.As(err, new(*ValueError)) {
			t.Errorf("%s takes %q: %v\n%s", what, bad, err, f.Bytes())
		}
		if after := f.Bytes(); string(after[0]) != string(before[0]) || string(after[1]) != string(before[1]) {
			t.Errorf("%s: %q: something was changed", what, bad)
		}
		if errors.As(err, new(*ValueError)) && len(bad) > 4 && strings.Contains(err.Error(), bad) {
			t.Errorf("%s: the error shows the value: %v", what, err)
		}
	}
	key := secret.New("s")
	for _, name := range names {
		refused("AddStoredKey", name, func(f *Files) error { return f.AddStoredKey(name, "AKIA", guisePath) })
		refused("Export", name, export(name, Exported{AccessKeyID: "A", SecretAccessKey: key}))
		refused("Sync", name, sync("s", Synced{Name: name, AccountID: "1", RoleName: "r"}))
	}
	for _, v := range values {
		refused("AddStoredKey id", v, func(f *Files) error { return f.AddStoredKey("new", v, guisePath) })
		refused("AddStoredKey id, of a profile", v, func(f *Files) error { return f.AddStoredKey("a", v, guisePath) })
		refused("Export id", v, export("x", Exported{AccessKeyID: v, SecretAccessKey: key}))
		refused("Export secret", v, export("x", Exported{AccessKeyID: "A", SecretAccessKey: secret.New(v)}))
		refused("Export token", v, export("x", Exported{AccessKeyID: "A", SecretAccessKey: key, SessionToken: secret.New(v)}))
		refused("Export region", v, export("x", Exported{AccessKeyID: "A", SecretAccessKey: key, Region: v}))
		refused("Sync account", v, sync("s", Synced{Name: "n", AccountID: v, RoleName: "r"}))
		refused("Sync role", v, sync("s", Synced{Name: "n", AccountID: "1", RoleName: v}))
		refused("Sync region", v, sync("s", Synced{Name: "n", AccountID: "1", RoleName: "r", Region: v}))
		refused("Sync session", v, sync(v, Synced{Name: "n", AccountID: "1", RoleName: "r"}))
		refused("Release", v, func(f *Files) error {
			stored := filesOf("", ciKeys)
			if err := toStore(stored); err != nil {
				return err
			}
			back := func(_, _ string) (secret.Text, error) { return secret.New(v), nil }
			return stored.Release([]string{"ci"}, ReleaseOptions{Fetch: back})
		})
	}
	// A profile of the credentials file with such a name has no section to be given in
	// the config file.
	f := filesOf("", "[x]y]\nregion = z\n")
	if err := f.Adopt([]string{"x]y"}, AdoptOptions{Executable: guisePath}); !errors.As(err, new(*NameError)) {
		t.Errorf("%v\n%s", err, f.Bytes())
	}
}

// TestSplitKeysStay: the id in one section and the secret in another are not moved,
// and it is not said that they were.
func TestSplitKeysStay(t *testing.T) {
	const id, key = "aws_access_key_id = AKIACI\n", "aws_secret_access_key = " + ciSecret + "\n"
	for name, files := range map[string][2]string{
		"two files":               {"[profile ci]\n" + id, "[ci]\n" + key},
		"the other way round":     {"[profile ci]\n" + key, "[ci]\n" + id},
		"a pair, and a half":      {"[profile ci]\n" + id + key, "[ci]\n" + id},
		"two sections of a file":  {"", "[ci]\n" + id + "[ci]\n" + key},
		"half a pair, and a pair": {"[profile ci]\n" + key, "[ci]\n" + id + key},
	} {
		f := filesOf(files[0], files[1])
		err := toStore(f)
		if !errors.As(err, new(*SplitKeysError)) || !strings.Contains(err.Error(), " line 2") {
			t.Errorf("%s: %v", name, err)
		}
		if after := f.Bytes(); string(after[0]) != files[0] || string(after[1]) != files[1] {
			t.Errorf("%s: changed:\n%s", name, after)
		}
		if err := f.Adopt([]string{"ci"}, AdoptOptions{Executable: guisePath, KeepKeys: true}); err == nil {
			t.Errorf("%s: adopted with --keep-keys", name)
		}
	}
}

// TestDiffHidesSecrets: whatever a line names as a secret is masked in a diff,
// nested, continued, in a note or in a command; and a known secret anywhere.
func TestDiffHidesSecrets(t *testing.T) {
	const before = "[profile a]\nrole_arn = arn:aws:iam::111111111111:role/r\nsource_profile = b\n"
	hidden := []string{
		"s3 =\n\taws_secret_access_key=LEAK1\n", "password = LEAK2\n", "guise_x_TOKEN: LEAK3\n", "foo = bar\n    aws_session_token = LEAK4\n",
		"client_secret =\n  LEAK5\n  LEAK6\n", "# the password is LEAK7\n", "credential_process = tool --token LEAK8 x\n", "# old note: " + ciSecret + "\n",
		"aws_secret_access_key = " + ciSecret + "\n", "my_passphrase\t=\tLEAK9\n", "aws_secret_access_key\n", "SECRET:LEAK0\n",
	}
	shown := []string{"web_identity_token_file = /run/token\n", "guise_mfa_command = get-code\n", "region = eu-west-1\n"}
	text := before + strings.Join(hidden, "") + strings.Join(shown, "")
	for _, f := range []*Files{filesOf("", text), filesOf(text, "")} {
		for _, one := range f.both() {
			if len(one.was.data) > 0 { // all of it goes, all of it comes
				one.document = Parse(nil)
			} else {
				one.document = Parse([]byte(text))
			}
		}
		diff := f.Diff()
		if strings.Contains(diff, "LEAK") || strings.Contains(diff, ciSecret) {
			t.Errorf("a secret in\n%s", diff)
		}
		for _, want := range shown {
			if strings.Count(diff, want) != 2 {
				t.Errorf("no %q in\n%s", want, diff)
			}
		}
	}
}

// TestDiffShowsChangedLines: those that change, a secret among them, and no others.
func TestDiffShowsChangedLines(t *testing.T) {
	f := filesOf("# top\n[profile a]\nregion = x\noutput = json\n\n[profile b]\nregion = x\naws_secret_access_key = first\noutput = text", "")
	f.config.document = Parse([]byte("# top\n[profile a]\nregion = y\noutput = json\n\n[profile b]\nregion = x\naws_secret_access_key = second\noutput = text\n[profile c]\nregion = z\n"))
	const want = `--- config
+++ config
@@ line 3, [profile a] @@
-region = x
+region = y
@@ line 8, [profile b] @@
-aws_secret_access_key = [redacted]
+aws_secret_access_key = [redacted]
+[profile c]
+region = z
`
	if got := f.Diff(); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}
