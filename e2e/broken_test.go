//go:build unix

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestBrokenLineIsTold: doctor, list, explain and --dry-run name the file and the
// line; what does not need it goes on; nothing writes the file.
func TestBrokenLineIsTold(t *testing.T) {
	w := adopted(t)
	config := w.read(".aws/config") + "\n[profile broken\nregion = x\n"
	w.write(".aws/config", config)
	line := strings.Count(config[:strings.Index(config, "[profile broken")], "\n") + 1
	where := fmt.Sprintf("%s line %d: a section header that is not closed", filepath.Join(w.home, ".aws/config"), line)
	for _, c := range []struct {
		code int
		args []string
	}{
		{0, []string{"list"}},
		{0, []string{"list", "--json"}},
		{0, []string{"explain", "deploy"}},
		{1, []string{"doctor"}},
		{1, []string{"release", "deploy", "--dry-run"}},
		{1, []string{"adopt", "--all", "--dry-run"}},
		{1, []string{"release", "--all", "--yes"}},
	} {
		got := w.guise(c.args...)
		if got.code != c.code || !strings.Contains(got.out+got.err, where) {
			t.Errorf("%q: %+v\nwant %d, %s", c.args, got, c.code, where)
		}
	}
	if got := w.guise("credential-process", "--profile", "deploy"); got.code != 0 || got.err != "" {
		t.Errorf("%+v", got)
	}
	if w.read(".aws/config") != config {
		t.Error("the file was written")
	}
}

// TestLostBracket: a header that has lost a bracket makes nobody of the profile before
// it: that one has no credentials, by itself or as a source, and the rest go on.
func TestLostBracket(t *testing.T) {
	w := newWorld(t, "", "[profile harmless]", "source_profile = ci", "role_arn = arn:aws:iam::222222222222:role/Deploy", "[profile admin]",
		"source_profile = ci", "role_arn = arn:aws:iam::222222222222:role/Admin", "[profile over]", "source_profile = harmless", "role_arn = arn:aws:iam::222222222222:role/Deploy", "")
	if got := w.guise("adopt", "--all", "--yes", "--keep-keys"); got.code != 0 {
		t.Fatalf("%+v", got)
	}
	whole := w.read(".aws/config")
	config := strings.Replace(whole, "[profile admin]", "[profile admin", 1)
	w.write(".aws/config", config)
	line := strings.Count(config[:strings.Index(config, "[profile admin")], "\n") + 1
	path := filepath.Join(w.home, ".aws/config")
	want := fmt.Sprintf("%s line %d: a section header that is not closed\nhint: ${EDITOR:-vi} +%d %s\n", path, line, line, path)
	refused := func(name string, args ...string) {
		t.Helper()
		if got := w.run([]string{"GUISE_SHELL=bash"}, "guise", args...); got.code != 1 || got.out != "" || got.err != "guise: "+name+": "+want {
			t.Errorf("%q: %+v", args, got)
		}
	}
	for _, args := range [][]string{
		{"credential-process", "--profile", "harmless"},
		{"exec", "harmless", "--", "true"},
		{"export", "harmless"},
		{"console", "--print", "harmless"},
		{"login", "harmless"},
		{"whoami", "harmless"},
		{"use", "harmless"},
		{"use", "--no-login", "harmless"},
	} {
		refused("harmless", args...)
	}
	refused("over", "credential-process", "--profile", "over")
	refused("over", "exec", "over", "--serve", "--", "true")
	if got := w.guise("doctor"); !strings.Contains(got.out, fmt.Sprintf("harmless cannot have credentials: %s line %d", path, line)) {
		t.Errorf("%+v", got)
	}
	if got := w.guise("credential-process", "--profile", "deploy"); got.code != 0 || got.err != "" {
		t.Errorf("%+v", got)
	}
}

// TestNoFileIsTold: a pipe, a device, a folder or a huge file in the place of a file
// hangs nothing, and is named.
func TestNoFileIsTold(t *testing.T) {
	for name, put := range map[string]func(path string) error{
		"a pipe":   func(path string) error { return syscall.Mkfifo(path, 0o600) },
		"a device": func(path string) error { return os.Symlink("/dev/zero", path) },
		"a folder": func(path string) error { return os.Mkdir(path, 0o700) },
		"larger than 16 MiB": func(path string) error {
			return os.WriteFile(path, []byte(strings.Repeat("# filler\n", 2<<20)), 0o600)
		},
	} {
		for _, file := range []string{".aws/config", ".aws/credentials", ".config/guise/config.toml"} {
			t.Run(name+" as "+file, func(t *testing.T) {
				w := adopted(t)
				path := filepath.Join(w.home, file)
				if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
					t.Fatal(err)
				}
				_ = os.Remove(path)
				if err := put(path); err != nil {
					t.Fatal(err)
				}
				for _, args := range [][]string{{"list"}, {"doctor"}, {"explain", "deploy"}, {"credential-process", "--profile", "deploy"}} {
					got := w.guise(args...) // it would hang, or take all memory
					said := got.out + got.err
					if args[0] == "credential-process" && strings.HasSuffix(file, "toml") || strings.Contains(got.err, "no such profile") {
						continue
					}
					if !strings.Contains(said, path) || !strings.Contains(said, name) {
						t.Errorf("%q: %+v", args, got)
					}
				}
				if got := w.guise("list"); got.code != 0 {
					t.Errorf("%+v", got)
				}
			})
		}
	}
}

// TestBrokenSettings: a typo stops no SDK; one in what protects something stops that.
func TestBrokenSettings(t *testing.T) {
	w := adopted(t)
	if err := os.MkdirAll(filepath.Join(w.home, ".config/guise"), 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(w.home, ".config/guise/config.toml")
	w.write(".config/guise/config.toml", "# mine\npiker = \"list\"\nrefresh_before = soon\n")
	if got := w.guise("credential-process", "--profile", "deploy"); got.code != 0 || got.err != "" {
		t.Errorf("%+v", got)
	}
	for _, args := range [][]string{{"list"}, {"doctor"}} {
		got := w.guise(args...)
		for _, want := range []string{path + ` line 2: no setting "piker"; there is picker`, path + " line 3: this line is not TOML"} {
			if !strings.Contains(got.out+got.err, want) {
				t.Errorf("%q does not say %q: %+v", args, want, got)
			}
		}
	}
	w.write(".config/guise/config.toml", "key_store = \"keyrin\"\n")
	kept := len(w.has(".cache/guise/key*")) + len(w.has(".cache/guise/sessions/[0-9a-f]*"))
	withoutVariable := []string{"GUISE_KEY_STORE="}
	if got := w.run(withoutVariable, "guise", "credential-process", "--profile", "deploy"); got.code != 0 || !strings.Contains(got.err, path+" line 1: key_store must be one of") {
		t.Errorf("%+v", got)
	}
	if n := len(w.has(".cache/guise/key*")) + len(w.has(".cache/guise/sessions/[0-9a-f]*")); n != kept {
		t.Errorf("%d files of the cache, there were %d", n, kept)
	}
	if got := w.run(withoutVariable, "guise", "list"); got.code != 0 {
		t.Errorf("%+v", got)
	}
	w.write(".config/guise/config.toml", "mfa = [\"telepathy\"]\n")
	if got := w.guise("credential-process", "--profile", "deploy"); got.code != 0 {
		t.Errorf("a session that needs no code: %+v", got)
	}
	if got := w.guise("credential-process", "--profile", "operator"); got.code != 1 || !strings.Contains(got.err, path+" line 1: mfa") {
		t.Errorf("a session that needs one: %+v", got)
	}
}

// TestActiveProfileThatIsNotThere is a variable that names nothing.
func TestActiveProfileThatIsNotThere(t *testing.T) {
	w := adopted(t)
	for _, variable := range []string{"AWS_PROFILE", "AWS_DEFAULT_PROFILE"} {
		env := []string{variable + "=depoy"}
		if got := w.run(env, "guise", "doctor"); got.code != 1 || !strings.Contains(got.out, variable+" is depoy: no such profile") || !strings.Contains(got.out, "guise use deploy") {
			t.Errorf("%+v", got)
		}
		if got := w.run(env, "guise", "list"); got.code != 0 || !strings.Contains(got.err, variable+" is depoy: no such profile") {
			t.Errorf("%+v", got)
		}
	}
}

// TestDoctorFindsOldCopies: an earlier version of the credentials file that holds
// a secret which is in the key store by now.
func TestDoctorFindsOldCopies(t *testing.T) {
	w := adopted(t)
	copied := filepath.Join(w.home, ".local/state/guise/backups/credentials.20260101T000000.000000000")
	if err := os.WriteFile(copied, []byte("[out]\n# guise wrote this session; `guise export` renews it\naws_access_key_id = ASIA\naws_secret_access_key = x\naws_session_token = y\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := w.guise("doctor"); got.code != 1 || !strings.Contains(got.out, copied+" holds a secret") {
		t.Errorf("%+v", got)
	}
	if got := w.guise("doctor", "--fix"); strings.Contains(got.out, "fixing it failed") {
		t.Errorf("%+v", got)
	}
	if _, err := os.Stat(copied); err == nil {
		t.Error("it is there still")
	}
}
