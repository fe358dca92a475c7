package awsconfig

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"guise/internal/need"
)

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

func hardNames() []string {
	return []string{
		"prod", "a/b.c@d+e", "-x", "a b", "a_b", "_20", "$(touch x)`id`'\";& é", "%PATH%", "^&|<>", "日本", "x]y", "it's", "e # f ; g", "tab\there", "--", "'", `"`, `\`, "*?[a]", "~", "!x",
	}
}

func TestEncodeProfile(t *testing.T) {
	for _, name := range hardNames() {
		encoded := EncodeProfile(name)
		if strings.Trim(encoded, letters+"._-") != "" || strings.HasPrefix(encoded, "-") {
			t.Errorf("%q is encoded as %q", name, encoded)
		}
		if back, err := DecodeProfile(encoded); err != nil || back != name {
			t.Errorf("%q came back as %q: %v", name, back, err)
		}
	}
	// These are in files that a later guise reads.
	for name, want := range map[string]string{"abc-A.9": "abc-A.9", "-x": "_2dx", "x-": "x-", "a b_é": "a_20b_5f_c3_a9"} {
		if got := EncodeProfile(name); got != want {
			t.Errorf("%q: %s", name, got)
		}
	}
	for _, bad := range []string{"_", "_2", "_zz", "a_"} {
		if back, err := DecodeProfile(bad); err == nil {
			t.Errorf("%q was read as %q", bad, back)
		}
	}
}

// TestCommandReadsTheSame: sh, and where it is installed Python's shlex (which
// is how botocore splits it), take the value apart into the same words, after
// the config file was read as both SDKs read it.
func TestCommandReadsTheSame(t *testing.T) {
	var commands []string
	var wants [][]string
	for _, executable := range []string{"/usr/local/bin/guise", "/opt/my tools/guise", "/home/a.b/go/bin/guise"} {
		for _, name := range hardNames() {
			command, err := Command(executable, name)
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "config")
			if err := os.WriteFile(path, []byte("[profile x]\ncredential_process = "+command+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			f, err := Read(path, path+".none")
			if err != nil {
				t.Fatal(err)
			}
			p, err := f.Profile("x")
			if of, _ := ProfileOf(p.Command()); err != nil || p.Command() != command || of != name {
				t.Errorf("%q is read as %q, for %q: %v", command, p.Command(), of, err)
			}
			if command[0] == '"' && command[len(command)-1] == '"' {
				t.Errorf("%s: the Go SDK would strip both quotes", command)
			}
			want := []string{executable, "credential-process", "--profile", name}
			if !isPlain(name) {
				want[2], want[3] = "--profile-encoded", EncodeProfile(name)
			}
			commands, wants = append(commands, command), append(wants, want)
		}
	}
	for name, split := range map[string]func(*testing.T, []string) [][]string{"sh": bySh, "shlex": byShlex} {
		t.Run(name, func(t *testing.T) {
			for i, words := range split(t, commands) {
				if !slices.Equal(words, wants[i]) {
					t.Errorf("%s is taken apart into %q", commands[i], words)
				}
			}
		})
	}
	for _, executable := range []string{"", "/a'b/guise", "/a$b/guise", "/a;b/guise", "/a#b/guise", "/a%b/guise", "/a\nb/guise", "/é/guise"} {
		if command, err := Command(executable, "x"); err == nil {
			t.Errorf("%q was taken: %s", executable, command)
		}
	}
}

// bySh returns the words of each command as sh takes it apart.
func bySh(t *testing.T, commands []string) [][]string {
	t.Helper()
	var script strings.Builder
	for _, command := range commands {
		script.WriteString("printf '%s\\n' " + command + "; echo\n")
	}
	out, err := exec.Command("sh", "-c", script.String()).Output()
	if err != nil {
		t.Fatal(err)
	}
	var all [][]string
	for words := range strings.SplitSeq(strings.TrimSuffix(string(out), "\n\n"), "\n\n") {
		all = append(all, strings.Split(words, "\n"))
	}
	if len(all) != len(commands) {
		t.Fatalf("%d of %d commands: %q", len(all), len(commands), out)
	}
	return all
}

// byShlex returns them as Python does.
func byShlex(t *testing.T, commands []string) [][]string {
	t.Helper()
	python := need.Program(t, "python3")
	in, err := json.Marshal(commands)
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(python, "-c", "import shlex, sys, json; print(json.dumps([shlex.split(c) for c in json.load(sys.stdin)]))")
	c.Stdin = bytes.NewReader(in)
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	var all [][]string
	if err := json.Unmarshal(out, &all); err != nil || len(all) != len(commands) {
		t.Fatalf("%s %v", out, err)
	}
	return all
}

func TestIsGuise(t *testing.T) {
	for command, want := range map[string]bool{
		"/usr/local/bin/guise credential-process --profile x":           true,
		`"/opt/my tools/guise" credential-process --profile x`:          true,
		"C:/guise/guise.exe credential-process --profile-encoded a_20b": true,
		"guise credential-process --profile x":                          true,
		"/usr/bin/other credential-process --profile x":                 false,
		"granted credential-process --profile x":                        false,
		"/bin/notguise credential-process --profile x":                  false,
		"guise login x":  false,
		"/usr/bin/guise": false,
		"":               false,
	} {
		if isGuise(command) != want {
			t.Errorf("%q: %v", command, !want)
		}
	}
}

func TestNearest(t *testing.T) {
	names := []string{"prod", "staging", "staging-us", "dev", "development"}
	for word, want := range map[string]string{"prdo": "prod", "stagin": "staging", "deve": "dev", "nothing-like-it": "", "acc": "", "vde": ""} {
		got := append(Nearest(word, names), "")
		if got[0] != want {
			t.Errorf("%s: %q", word, got)
		}
	}
}

// TestDiff shows what changes and hides what is secret.
func TestDiff(t *testing.T) {
	f := filesOf("[profile a]\nrole_arn = arn:aws:iam::111111111111:role/a\nsource_profile = b\n", "[b]\naws_access_key_id = AKIA\naws_secret_access_key = hunter2\n")
	if err := f.Adopt([]string{"a", "b"}, AdoptOptions{Executable: "/bin/guise", KeepKeys: true}); err != nil {
		t.Fatal(err)
	}
	diff := f.Diff()
	for _, want := range []string{"-role_arn", "+guise_role_arn", "+credential_process = /bin/guise", "[b.source]"} {
		if !strings.Contains(diff, want) {
			t.Errorf("no %q in\n%s", want, diff)
		}
	}
	if strings.Contains(diff, "hunter2") {
		t.Errorf("a secret in\n%s", diff)
	}
}

// TestRewrite: a backup that is ours alone, none where secrets leave, ten at most.
func TestRewrite(t *testing.T) {
	dir := t.TempDir()
	config, credentials, backups := filepath.Join(dir, "config"), filepath.Join(dir, "credentials"), filepath.Join(dir, "state", "backups")
	if err := os.WriteFile(credentials, []byte("[b]\naws_access_key_id = AKIA\naws_secret_access_key = hunter2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	v := vault{}
	for range 8 {
		for _, edit := range []func(*Files) error{
			func(f *Files) error {
				return f.Adopt([]string{"b"}, AdoptOptions{Executable: "/bin/guise", Store: v.store})
			},
			func(f *Files) error { return f.Release([]string{"b"}, ReleaseOptions{Fetch: v.fetch}) },
		} {
			if changed, err := Rewrite(config, credentials, backups, edit); err != nil || !changed {
				t.Fatal(changed, err)
			}
		}
	}
	found, err := os.ReadDir(backups)
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, f := range found {
		info, _ := f.Info()
		data, _ := os.ReadFile(filepath.Join(backups, f.Name()))
		if info.Mode().Perm() != 0o600 || strings.Contains(string(data), "hunter2") {
			t.Errorf("%s: mode %o, %q", f.Name(), info.Mode().Perm(), data)
		}
		name, _, _ := strings.Cut(f.Name(), ".")
		count[name]++
	}
	if count["credentials"] != 8 || count["config"] > 10 || count["config"] < 7 {
		t.Errorf("%v", count)
	}
	if changed, err := Rewrite(config, credentials, backups, func(*Files) error { return nil }); changed || err != nil {
		t.Errorf("nothing changed: %v %v", changed, err)
	}
}

// TestOtherTools: which commands run a tool whose own settings guise reads.
func TestOtherTools(t *testing.T) {
	for command, want := range map[string]string{
		"granted credential-process --profile dev":         "dev",
		"/usr/bin/granted credential-process --profile=d":  "d",
		"vegas-credentials assume --profile=prod":          "prod",
		"granted credential-process --profile dev --extra": "",
		"granted credential-process":                       "",
		"granted credential-process dev":                   "",
		"granted credential-process --profile=dev --extra": "",
		"other credential-process --profile dev":           "",
		"":                                                 "",
	} {
		if got, ok := ProfileOfOther(command); got != want || ok != (want != "") {
			t.Errorf("%q: %q %v", command, got, ok)
		}
	}
}
