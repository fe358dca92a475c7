package awsconfig

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"guise/internal/files"
	"guise/internal/sdk"
)

// FuzzDefault: a config file without [default] has no default profile for either SDK,
// has every other profile as it was, and holds nothing that the file does not hold.
func FuzzDefault(f *testing.F) {
	seedFiles(f)
	f.Add("[default]\na=1\n[profile default]\nb=2\n[profile x]\nregion = y\n", "")
	f.Fuzz(func(t *testing.T, config, _ string) {
		out := WithoutDefault([]byte(config))
		was, is := filesOf(config, ""), filesOf(string(out), "")
		if inConfig, _ := is.Default(); inConfig {
			t.Fatalf("%q has a default profile still: %q", config, out)
		}
		// What an SDK alone takes for the default profile goes too: [profile d\efault],
		// and a section with a [default] behind a CR, which ends a line for Python.
		d := Parse([]byte(config))
		d.sections = slices.DeleteFunc(d.sections, func(s *section) bool { return s.header.isProfile(kindDefault, false) })
		left := sdk.Files{Config: d.Bytes()}
		if !slices.Contains(sdk.Botocore(left).Names(), kindDefault) && !slices.Contains(sdk.GoSDK(left).Names(), kindDefault) {
			othersStay(t, was, is, kindDefault)
		}
		for _, names := range [][]string{sdk.Botocore(sdk.Files{Config: out}).Names(), sdk.GoSDK(sdk.Files{Config: out}).Names()} {
			if slices.Contains(names, kindDefault) {
				t.Fatalf("%q: an SDK sees a default profile in %q", config, out)
			}
		}
		rest := strings.TrimPrefix(config, bom)
		for line := range strings.Lines(string(out)) {
			_, after, found := strings.Cut(rest, line)
			if !found {
				t.Fatalf("%q is not of %q", line, config)
			}
			rest = after
		}
	})
}

// FuzzBackups: whatever earlier versions hold, none holds a secret once guise has moved
// it out of the files; where nothing is moved, the two files are as they were.
func FuzzBackups(f *testing.F) {
	seedFiles(f, ciKeys)
	f.Add("", ciKeys, exportMark+"\n[x]\naws_secret_access_key = "+ciSecret)
	f.Add("", ciKeys, ciSecret)
	f.Add("[profile ci]\nregion = x\n", ciKeys, "[ci]\r\nguise_aws_secret_access_key="+ciSecret)
	f.Fuzz(func(t *testing.T, config, credentials, version string) {
		dir := t.TempDir()
		h := home{t, filepath.Join(dir, "config"), filepath.Join(dir, "credentials"), filepath.Join(dir, "backups")}
		if err := os.MkdirAll(h.backups, 0o700); err != nil {
			t.Fatal(err)
		}
		h.write(h.config, config)
		h.write(h.credentials, credentials)
		h.earlier("config", version)
		before := readable(Parse([]byte(config)), Parse([]byte(credentials)))
		v := vault{}
		changed, err := Rewrite(h.config, h.credentials, h.backups, func(f *Files) error {
			for _, p := range f.Profiles() {
				_ = f.Adopt([]string{p.Name}, AdoptOptions{Executable: guisePath, Store: v.store})
			}
			return nil
		})
		is, failed := Read(h.config, h.credentials)
		if failed != nil {
			t.Fatal(failed)
		}
		now := is.Bytes()
		if same := string(now[0]) == config && string(now[1]) == credentials; same == changed || err != nil && changed {
			t.Fatalf("changed: %v (%v), and %q", changed, err, now)
		}
		if err != nil {
			return
		}
		after := readable(Parse(now[0]), Parse(now[1]))
		for of, n := range before {
			if after[of] < n && h.inBackups(of) {
				t.Fatalf("an earlier version holds %q still, of %q", of, credentials)
			}
		}
		if files.SweepAll(dir)+files.SweepAll(h.backups) > 0 {
			t.Fatal("a temporary file is left")
		}
	})
}
