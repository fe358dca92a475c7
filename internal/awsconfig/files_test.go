package awsconfig

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"guise/internal/files"
)

func TestPaths(t *testing.T) {
	for _, c := range []struct{ config, credentials, wantConfig, wantCredentials string }{
		{"", "", "/home/u/.aws/config", "/home/u/.aws/credentials"},
		{"/etc/aws", "", "/etc/aws", "/home/u/.aws/credentials"},
		{"", "~/k", "/home/u/.aws/config", "/home/u/k"},
		{"here", "~other/k", "here", "~other/k"},
	} {
		env := map[string]string{"AWS_CONFIG_FILE": c.config, "AWS_SHARED_CREDENTIALS_FILE": c.credentials}
		config, credentials := Paths(func(name string) string { return env[name] }, "/home/u")
		if filepath.ToSlash(config) != c.wantConfig || filepath.ToSlash(credentials) != c.wantCredentials {
			t.Errorf("%+v: %s, %s", c, config, credentials)
		}
	}
}

// TestUnreadable: what cannot be read stops who changes it, and is a problem among
// others for who only looks. A file that is not there is neither.
func TestUnreadable(t *testing.T) {
	h := newHome(t, "[profile a]\nregion = x\n", "")
	folder := t.TempDir()
	if _, err := Read(h.config, folder); !errors.Is(err, files.ErrNotRegular) {
		t.Error(err)
	}
	if _, err := Rewrite(h.config, folder, h.backups, func(*Files) error { return errors.New("called") }); !errors.Is(err, files.ErrNotRegular) {
		t.Error(err)
	}
	f, problems := ReadSome(h.config, folder)
	if len(problems) != 1 || !errors.Is(problems[0], files.ErrNotRegular) || !slices.Equal(f.Names(), []string{"a"}) {
		t.Errorf("%v %q", problems, f.Names())
	}
	f, problems = ReadSome(filepath.Join(folder, "none"), h.config)
	if len(problems) != 0 || !slices.Equal(f.Names(), []string{"profile a"}) { // in the credentials file all of it is the name
		t.Errorf("%v %q", problems, f.Names())
	}
	if p, err := f.Profile("profile a"); err != nil || p.Get("region") != "x" {
		t.Error(err)
	}
}

// TestBytes: as read, and as changed.
func TestBytes(t *testing.T) {
	f := filesOf("[profile a]\n", "[b]\n")
	if got := f.Bytes(); string(got[0]) != "[profile a]\n" || string(got[1]) != "[b]\n" {
		t.Errorf("%s", got)
	}
	if err := f.AddStoredKey("c", "AKIA", guisePath); err != nil {
		t.Fatal(err)
	}
	if got := f.Bytes(); !strings.HasPrefix(string(got[0]), "[profile a]\n\n[profile c]\n") || string(got[1]) != "[b]\n" {
		t.Errorf("%s", got)
	}
}

// TestTrial: it shows what a change would do, and does nothing.
func TestTrial(t *testing.T) {
	f := filesOf("[profile a]\n", "[b]\n")
	failed := errors.New("failed")
	before, after, err := f.Trial(func(f *Files) error {
		return errors.Join(f.AddStoredKey("c", "AKIA", guisePath), failed)
	})
	was, will := before.Bytes(), after.Bytes()
	if !errors.Is(err, failed) || string(was[0]) != "[profile a]\n" || !strings.Contains(string(will[0]), "AKIA") || string(will[1]) != "[b]\n" {
		t.Errorf("%v\n%s\n%s", err, was, will)
	}
	if now := f.Bytes(); now[0] == nil || string(now[0]) != string(was[0]) || string(now[1]) != string(was[1]) {
		t.Errorf("%s", now)
	}
}

func TestDefault(t *testing.T) {
	for config, want := range map[string]string{
		"[default]\nregion = x\n[profile a]\n":                 "[profile a]\n",
		bom + "# top\n[profile default]\nregion = x\n\n[b]\n":  "# top\n[b]\n",
		"[default]\n[profile a]\r\n[profile default]\nx = y\n": "[profile a]\r\n",
	} {
		if got := string(WithoutDefault([]byte(config))); got != want {
			t.Errorf("%q: %q", config, got)
		}
		if inConfig, inCredentials := filesOf(config, "").Default(); !inConfig || inCredentials {
			t.Errorf("%q: %v %v", config, inConfig, inCredentials)
		}
	}
	for _, config := range []string{"[profile0 default]0\n", "[profile'' default]\na = b\n", "[profile]# default]\n"} { // default to botocore alone
		if got := string(WithoutDefault([]byte(config + "[profile a]\n"))); got != "[profile a]\n" {
			t.Errorf("%q: %q", config, got)
		}
	}
	none := "[profile defaults]\nregion = x\n[sso-session default]\n"
	if got := string(WithoutDefault([]byte(none))); got != none {
		t.Errorf("%q", got)
	}
	if inConfig, inCredentials := filesOf(none, "[default]\n").Default(); inConfig || !inCredentials {
		t.Error(inConfig, inCredentials)
	}
}

// TestOtherSections: sso-session and services sections are no profiles, and no
// profile is one of them.
func TestOtherSections(t *testing.T) {
	f := filesOf("[sso-session corp]\nsso_region = eu-west-1\n[profile corp]\nsso_region = no\n[services local]\nsts =\n  endpoint_url = http://x\n[sso-session b]\n[sso-session corp]\nsso_start_url = u\n", "[corp]\n")
	if got := f.SSOSessions(); !slices.Equal(got, []string{"corp", "b"}) {
		t.Errorf("%q", got)
	}
	corp, ok := f.SSOSession("corp")
	if !ok || corp.Get("sso_region") != "eu-west-1" || corp.Get("sso_start_url") != "u" {
		t.Errorf("%v %q", ok, corp.Get("sso_region"))
	}
	local, ok := f.Services("local")
	if !ok || local.Nested("sts")["endpoint_url"] != "http://x" {
		t.Errorf("%v %v", ok, local.Nested("sts"))
	}
	if got := filesOf("[sso-session default]\nsso_region = x\n[services default]\n[default x]\n", "").Names(); len(got) > 0 {
		t.Errorf("taken for profiles: %q", got)
	}
	if _, ok := f.SSOSession("local"); ok {
		t.Error("a services section is taken for an sso-session")
	}
	if _, ok := f.Services("corp"); ok {
		t.Error("an sso-session is taken for a services section")
	}
}

// TestNoProfile: a name that neither file has is not given another's settings, and
// names that are like it are proposed, three at most.
func TestNoProfile(t *testing.T) {
	f := filesOf("[profile prod1]\n[profile prod2]\n[profile prod3]\n[profile prod4]\n[profile zzz]\n[profile a-long-name-of-a-profile]\n", "")
	for name, want := range map[string][]string{
		"prod":                      {"prod1", "prod2", "prod3"},
		"prod22":                    {"prod2", "prod1", "prod3"},
		"":                          {},
		"a-lonk-mane-of-a-proflie":  {"a-long-name-of-a-profile"}, // six letters of twenty-four
		"b-lonkmane-off-a-proflies": {},
	} {
		p, err := f.Profile(name)
		missing, ok := errors.AsType[*NoProfileError](err)
		if !ok || missing.Name != name || p.Name != "" {
			t.Errorf("%q: %v", name, err)
		} else if name != "" && !slices.Equal(missing.Nearest, want) {
			t.Errorf("%q: %q", name, missing.Nearest)
		}
	}
}

// TestFingerprint: every change shows, once the clock of the file system has moved on.
func TestFingerprint(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config")
	none, err := Look(path)
	if err != nil || none.State == "" {
		t.Errorf("%+v %v", none, err)
	}
	if err := os.WriteFile(path, []byte("abc"), 0o600); err != nil {
		t.Fatal(err)
	}
	one, err := Look(path)
	if err != nil || one.State == none.State || one.Size != 3 || time.Since(one.Changed).Abs() > time.Minute {
		t.Errorf("%+v %v", one, err)
	}
	if err := errors.Join(os.WriteFile(path+".new", []byte("abc"), 0o600), os.Rename(path+".new", path)); err != nil {
		t.Fatal(err)
	}
	if two, err := Look(path); err != nil || two.State == one.State {
		t.Errorf("another file of the same size: %+v %v", two, err)
	}
	if _, err := Look(filepath.Join(path, "x")); err == nil || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file in the place of a folder: %v", err)
	}
	for after, want := range map[time.Duration]bool{settled - 1: false, settled: false, settled + 1: true, -time.Hour: false} {
		if one.Settled(one.Changed.Add(after)) != want {
			t.Errorf("%s after: %v", after, !want)
		}
	}
}

// TestProfilePrints: a profile prints as its name, whatever it is asked for.
func TestProfilePrints(t *testing.T) {
	p, err := filesOf("", "[ci]\naws_access_key_id = AKIA\naws_secret_access_key = LEAK\n").Profile("ci")
	if err != nil {
		t.Fatal(err)
	}
	text, err := p.MarshalText()
	if got := fmt.Sprintf("%v %+v %#v %s %q %x %s %s", p, p, p, p, p, p, text, p.LogValue()); err != nil || got != strings.TrimSpace(strings.Repeat("ci ", 8)) {
		t.Error(got, err)
	}
}
