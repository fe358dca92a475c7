package sdk

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// casesDir has files with what the SDKs, when they were run, read in each.
const casesDir = "../awsconfig/testdata/ini-cases"

func readCase(t *testing.T, name string, into any) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(casesDir, name))
	if err == nil {
		err = json.Unmarshal(data, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestReadsAsRecorded: both readings are what the SDKs made of each file.
func TestReadsAsRecorded(t *testing.T) {
	configs, err := filepath.Glob(filepath.Join(casesDir, "*.config"))
	if err != nil || len(configs) < 47 {
		t.Fatalf("%d cases, %v", len(configs), err)
	}
	for _, path := range configs {
		name := strings.TrimSuffix(filepath.Base(path), ".config")
		var f Files
		f.Config, _ = os.ReadFile(path)
		f.Credentials, _ = os.ReadFile(strings.TrimSuffix(path, "config") + "credentials")

		var botocore struct {
			Error    string
			Profiles map[string]map[string]any
		}
		readCase(t, name+".botocore.json", &botocore)
		r := Botocore(f)
		if (r.Broken != nil) != (botocore.Error != "") {
			t.Errorf("%s: botocore: %v, want %s", name, r.Broken, botocore.Error)
		}
		if len(r.profiles) != len(botocore.Profiles) && r.Broken == nil {
			t.Errorf("%s: botocore sees %q", name, r.Names())
		}
		for profile, keys := range botocore.Profiles {
			for key, want := range keys {
				got := r.section(profile).at(key)
				if text, ok := want.(string); ok && got.text != text || ok == got.nested {
					t.Errorf("%s: botocore: %s %s is %q, want %v", name, profile, key, got.text, want)
				}
			}
			if len(r.section(profile).settings) != len(keys) {
				t.Errorf("%s: botocore: %s has %v, want %v", name, profile, r.section(profile).settings, keys)
			}
		}

		var goSDK map[string]map[string]string
		readCase(t, name+".gosdk.json", &goSDK)
		g := GoSDK(f)
		for profile, keys := range goSDK {
			_, sees := g.profiles[profile]
			if _, err := g.goLoad(profile, nil); sees && (err != nil) != (keys["error"] != "") || !sees && keys["error"] == "" {
				t.Errorf("%s: the Go SDK: %s: %v, want %v", name, profile, err, keys)
			}
			for key, want := range keys {
				if got := g.section(profile).get(key); got != want && key != "error" {
					t.Errorf("%s: the Go SDK: %s %s is %q, want %q", name, profile, key, got, want)
				}
			}
		}
	}
}

// TestWords compares the splitting with what Python's shlex gives.
func TestWords(t *testing.T) {
	for command, want := range map[string][]string{
		`a b`: {"a", "b"}, ` a  b `: {"a", "b"}, `"a b" c`: {"a b", "c"}, `'a "b"' c`: {`a "b"`, "c"}, `a\ b`: {"a b"}, `"a\"b"`: {`a"b`},
		`"a\b"`: {`a\b`}, `'a\'`: {`a\`}, `a""b`: {"ab"}, `""`: {""}, `a # b`: {"a", "#", "b"}, `"a`: nil, `a\`: nil, ``: nil,
	} {
		if got, ok := Words(command); !slices.Equal(got, want) && ok || ok != (want != nil) {
			t.Errorf("%q is %q, %v, want %q", command, got, ok, want)
		}
	}
	for command, want := range map[string]bool{
		`/bin/a b`: false, `a "b c" 'd'`: false, `a --x=y`: false, `a b#c`: false, `a 'b $c | d'`: false, `"/a b/c" d`: false, `a\ b`: false,
		`a $b`: true, `a "$b"`: true, "a `b`": true, `a | b`: true, `a; b`: true, `a # b`: true, `~/a`: true, `a *`: true, `X=y a`: true, `a > b`: true,
	} {
		if got := ForShell(command); got != want {
			t.Errorf("%q is for a shell: %v, want %v", command, got, want)
		}
	}
}

func files(config, credentials string) Files {
	return Files{"config", "credentials", []byte(config), []byte(credentials)}
}

const pair = "aws_access_key_id = AKIA%\naws_secret_access_key = secret%\n"

// TestCompare: what the two SDKs differ on is found, with its line; what they
// read alike is not.
func TestCompare(t *testing.T) {
	keys := func(n string) string { return strings.ReplaceAll(pair, "%", n) }
	role := "role_arn = arn:aws:iam::222222222222:role/R\nsource_profile = base\n"
	for _, c := range []struct {
		config, credentials, why string
		line                     int
		clashes                  bool
	}{
		{"[profile p]\n" + role, "[base]\n" + keys("1"), "", 0, false},
		{"[profile p]# note\n" + role, "[base]\n" + keys("1"), "", 0, false},
		{"[profile p]\nrole_arn = arn:aws:iam::222222222222:role/R # admin\nsource_profile = base\n", "[base]\n" + keys("1"), "role_arn: a comment behind the value", 2, false},
		{"[profile p]\nregion = x\nrole_arn = \"arn:aws:iam::222222222222:role/R\"\nsource_profile = base\n", "[base]\n" + keys("1"), "role_arn: quotes around the value", 3, false},
		{"[profile p]\ncredential_process = creds p\n" + keys("1"), "", "each prefers another source: botocore process; the Go SDK access-key", 2, true},
		{"[profile p]\n" + role + "\n[profile base]\n" + keys("1") + "credential_process = creds\n", "", "each prefers another source: botocore process, role; the Go SDK access-key, role", 2, true},
		{"[profile p]\ncredential_process = creds --secret $USER\n", "", "credential_process: botocore splits the line into words itself, and the Go SDK leaves it to a shell", 2, true},
		{"[profile default]\n" + keys("1") + "[default]\n" + keys("2"), "", "aws_access_key_id: it is set several times, and each reads another one", 5, true},
		{"[profile x]\nregion = a\nregion = b\n[profile p]\n" + role, "[base]\n" + keys("1"), "Python cannot read the file: region twice in one section", 3, false},
		{"[profile p]\nregion = x\n  role_arn = arn:aws:iam::222222222222:role/R\n", "[p]\n" + keys("1"), "role_arn: an indented line, which the Go SDK reads as a setting", 3, true},
	} {
		profile := "p"
		if strings.Contains(c.config, "default") {
			profile = "default"
		}
		f := files(c.config, c.credentials)
		d, differ := Compare(Botocore(f), GoSDK(f), profile)
		if differ != (c.why != "") || d.Why != c.why || d.Line != c.line && differ || differ && d.Clashes() != c.clashes {
			t.Errorf("%q: %v %+v, want %q at line %d", c.config, differ, d, c.why, c.line)
		}
		if strings.Contains(d.Text(), "secret") {
			t.Errorf("a plan prints a secret: %v", d)
		}
	}
}

// TestCheck: an adoption that leaves an SDK without its identity, or gives it
// another, is a breach; one that does not is none.
func TestCheck(t *testing.T) {
	keys := strings.ReplaceAll(pair, "%", "1")
	const line = "credential_process = /bin/guise credential-process --profile p\n"
	hidden := strings.ReplaceAll(strings.ReplaceAll(keys, "aws_", "guise_aws_"), "secret1", "moved")
	guise := Plan{AccessKey("AKIA1", "secret1", "")}
	for _, c := range []struct {
		name                                  string
		config, credentials, after, afterKeys string
		plan                                  Plan
		breach                                string
	}{
		{"keys", "", "[p]\n" + keys, "[profile p]\n" + line, "[p]\n" + hidden, guise, ""},
		{"the line where botocore alone sees it", "[profile \"p\"]\nregion = x\n", "[p]\n" + keys, "[profile \"p\"]\n" + line, "[p]\n" + hidden, guise, "the Go SDK"},
		{"the keys left beside the line", "", "[p]\n" + keys, "[profile p]\n" + line, "[p]\n" + keys, guise, ""},
		{"another key", "", "[p]\n" + keys, "[profile p]\n" + line, "[p]\n" + hidden, Plan{AccessKey("AKIA2", "x", "")}, "botocore"},
		{"a file that botocore no longer reads", "", "[p]\n" + keys, "[profile p]\n" + line + line, "[p]\n" + hidden, guise, "botocore"},
		{"a profile that nobody knew", "[profile p]\nregion = x\n", "", "[profile p]\n" + line, "", guise, "botocore"},
		{"botocore's way where they differ", "[profile p]\ncredential_process = creds\n" + keys, "", "[profile p]\n" + line + hidden, "", Plan{Process("creds")}, ""},
		{"the Go SDK's way where they differ", "[profile p]\ncredential_process = creds\n" + keys, "", "[profile p]\n" + line + hidden, "", guise, "botocore"},
	} {
		breaches := Adoption{
			Before: Read(files(c.config, c.credentials)), After: Read(files(c.after, c.afterKeys)), Names: []string{"p"},
			Guise:   func(string) (Plan, bool, error) { return c.plan, false, nil },
			IsGuise: func(command string) (string, bool) { return "p", strings.HasPrefix(command, "/bin/guise ") },
		}.Check()
		got := ""
		if len(breaches) > 0 {
			got = breaches[0].SDK
		}
		if got != c.breach {
			t.Errorf("%s: %v, want %q", c.name, breaches, c.breach)
		}
	}
}
