package awsconfig

import (
	"bytes"
	"errors"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"guise/internal/sdk"
	"guise/internal/secret"
)

// seedFiles adds pairs of files: those of testdata/ini-cases, and ugly ones.
func seedFiles(f *testing.F, more ...any) {
	f.Helper()
	paths, err := filepath.Glob("testdata/ini-cases/*.config")
	if err != nil || len(paths) == 0 {
		f.Fatal(err, "no ini-cases")
	}
	for _, path := range paths {
		config, err := os.ReadFile(path) //nolint:gosec // of this package
		if err != nil {
			f.Fatal(err)
		}
		credentials, _ := os.ReadFile(strings.TrimSuffix(path, "config") + "credentials") //nolint:gosec // of this package
		f.Add(append([]any{string(config), string(credentials)}, more...)...)
	}
	for seed := range 20 {
		config, credentials := ugly(rand.New(rand.NewPCG(uint64(seed), 1)))
		f.Add(append([]any{config, credentials}, more...)...)
	}
}

// FuzzRead: of whatever is in the two files, every byte is kept; a profile that
// is looked for in the raw bytes is the one that reading all of them gives; and
// release is the reverse of adopt.
func FuzzRead(f *testing.F) {
	seedFiles(f)
	f.Fuzz(func(t *testing.T, config, credentials string) {
		files := filesOf(config, credentials)
		for i, want := range []string{config, credentials} {
			if got := string(files.Bytes()[i]); got != want {
				t.Fatalf("%q became %q", want, got)
			}
		}
		for _, one := range files.Profiles() {
			quick, err := filesOf(config, credentials).Profile(one.Name)
			if err != nil || !maps.Equal(valuesOf(one), valuesOf(quick)) {
				t.Fatalf("%q: %q by itself, %q among all (%v)", one.Name, valuesOf(quick), valuesOf(one), err)
			}
			for _, s := range quick.settings {
				if path, number := quick.Where(s.key); path == "" || number < 1 {
					t.Fatalf("%q: %s stands in %q line %d", one.Name, s.key, path, number)
				}
			}
		}
		for _, s := range files.config.parsed().sections {
			if kind, name := s.header.kind, s.header.name; kind == "sso-session" || kind == "services" {
				one, is := files.other(kind, name)
				quick, found := filesOf(config, credentials).other(kind, name)
				if is != found || !maps.Equal(valuesOf(one), valuesOf(quick)) {
					t.Fatalf("%s %q: %q by itself, %q among all", kind, name, valuesOf(quick), valuesOf(one))
				}
			}
		}
		for name := range files.Unseen() {
			if strings.Trim(name, letters+"-_") == "" && !strings.ContainsAny(config, `"'\`) {
				t.Fatalf("%q is unseen in %q", name, config)
			}
		}
		v := vault{}
		keep, older := false, false
		for _, p := range slices.Repeat(files.Profiles(), 4) {
			keep, older = !keep, older != keep
			name := p.Name
			if files.index().managed(name) {
				continue // adopted before
			}
			o := AdoptOptions{Executable: guisePath, Store: v.store, KeepKeys: keep, ForOlderClients: older}
			trial := filesOf(config, credentials)
			if trial.adoptAll([]string{name}, trial.index(), o) == nil {
				trial.areKnown(t)
			}
			if err := files.Adopt([]string{name}, o); err != nil {
				continue
			}
			written := files.Bytes()
			if is, err := files.Profile(name); !keep && !p.SecretAccessKey().Empty() && p.KeysIn() == KeysPlain && (err != nil || is.KeysIn() != KeysInStore || !is.SecretAccessKey().Empty()) {
				t.Fatalf("%q: its secret is not moved: %v\n%q", name, err, written)
			}
			shown := files.Diff()
			for of := range readable(Parse([]byte(config)), Parse([]byte(credentials))) {
				if len(of) >= shortest && strings.Contains(shown, of) {
					t.Fatalf("the diff shows %q:\n%s", of, shown)
				}
			}
			files = filesOf(string(written[0]), string(written[1])) // as another process reads it
			if err := files.Release([]string{name}, ReleaseOptions{Fetch: v.fetch}); err != nil {
				t.Fatalf("%q: %v\n%s", name, err, written)
			}
			files.areKnown(t)
			if got := files.Bytes(); string(got[0]) != config || string(got[1]) != credentials {
				t.Fatalf("%q and %q came back as %q", config, credentials, got)
			}
		}
	})
}

// areKnown checks that what is known of changed lines is what they say.
func (f *Files) areKnown(t *testing.T) {
	t.Helper()
	for _, one := range f.both() {
		for _, s := range one.edited().sections {
			fresh := &section{header: s.header, lines: s.lines}
			if s.read != nil && !slices.EqualFunc(s.read, fresh.settings(), func(x, y setting) bool { return reflect.DeepEqual(x, y) }) {
				t.Fatalf("%q is known as %+v", s.lines, s.read)
			}
			if s.sound && !fresh.isSound() {
				t.Fatalf("%q is taken to be sound", s.lines)
			}
		}
	}
}

// valuesOf returns the settings of a profile that count, with those below them.
func valuesOf(p Profile) map[string]string {
	values := map[string]string{}
	for _, s := range p.settings {
		values[s.key] = s.value
		for key, value := range s.nested {
			values[s.key+"/"+key] = value
		}
	}
	return values
}

// FuzzWrite: whatever is in the files, what guise adds is read as it was meant,
// leaves all else as it was, makes no sound file unsound, and shows no secret.
func FuzzWrite(f *testing.F) {
	const key = "wJalrXUtnFEMI/K7MDENG"
	seedFiles(f, "prod", "a b", "AKIA1", key)
	f.Add("", "", "new", "s", "AKIA1", key)
	f.Add("", "", "new", "s", "", key)
	f.Add("", "", "new", "s", "AKIA1", "")
	f.Fuzz(func(t *testing.T, config, credentials, name, session, id, key string) {
		sound := filesOf(config, credentials).Check() == nil
		write := func(what string, edit func(*Files) error, wrote func(was, is *Files)) {
			t.Helper()
			was, is := filesOf(config, credentials), filesOf(config, credentials)
			if err := edit(is); err != nil {
				if string(is.Bytes()[0]) != config || string(is.Bytes()[1]) != credentials {
					t.Fatalf("%s: refused (%v), and something was changed", what, err)
				}
				return
			}
			is.Diff()
			after := is.Bytes()
			is = filesOf(string(after[0]), string(after[1]))
			if err := is.Check(); sound && err != nil {
				t.Fatalf("%s: %v in\n%s", what, err, after)
			}
			if sound {
				wrote(was, is)
			}
		}
		write("Export", func(f *Files) error {
			e := Exported{AccessKeyID: id, SecretAccessKey: secret.New(key), SessionToken: secret.New(key + "T"), Expires: time.Unix(1e9, 0), Region: "eu-west-1"}
			err := f.Export(name, e)
			if shown := f.Diff(); err == nil && len(key) >= shortest && strings.Contains(shown, key) {
				t.Fatalf("the diff shows the secret:\n%s", shown)
			}
			return err
		}, func(was, is *Files) {
			p, err := is.Profile(name)
			if err != nil || p.AccessKeyID() != id || p.SecretAccessKey().Reveal() != key || !p.KeysInCredentials() {
				t.Fatalf("Export: %v, %q, %q", err, p.AccessKeyID(), is.Bytes())
			}
			othersStay(t, was, is, name)
		})
		write("AddStoredKey", func(f *Files) error { return f.AddStoredKey(name, id, guisePath) }, func(was, is *Files) {
			p, err := is.Profile(name)
			if err != nil || p.AccessKeyID() != id || p.KeysIn() != KeysInStore || !p.Managed() {
				t.Fatalf("AddStoredKey: %v, %q, %v, %q", err, p.AccessKeyID(), p.KeysIn(), is.Bytes())
			}
			before, _ := was.Profile(name)
			for key, value := range valuesOf(before) {
				if got := valuesOf(p)[key]; got != value && key != keyCommand && key != own+keyID && key != own+keySecret {
					t.Fatalf("AddStoredKey: %s was %q and is %q: %q", key, value, got, is.Bytes())
				}
			}
			othersStay(t, was, is, name)
			if is.ReplaceStoredKey(id, "AKIANEW", func(string) bool { return true }) > 0 {
				for _, p := range is.Profiles() {
					if p.KeysIn() == KeysInStore && p.AccessKeyID() == id && id != "AKIANEW" {
						t.Fatalf("ReplaceStoredKey: %q has the old one: %q", p, is.Bytes())
					}
				}
			}
			is.RemoveStoredKey(name)
			if p, err := is.Profile(name); err == nil && (p.KeysIn() == KeysInStore && before.KeysIn() != KeysInStore || is.Check() != nil) {
				t.Fatalf("RemoveStoredKey: %q", is.Bytes())
			}
		})
		want := []Synced{{Name: name, AccountID: id, RoleName: "Admin", Region: "eu-west-1"}, {Name: name + "2", AccountID: id, RoleName: "R"}}
		write("Sync", func(f *Files) error { _, err := f.Sync(session, "{{.RoleName}}", guisePath, want, true); return err }, func(was, is *Files) {
			changes, err := is.Sync(session, "{{.RoleName}}", guisePath, want, true)
			if template, _ := is.SyncTemplate(session); err != nil || template != "{{.RoleName}}" || len(changes.Added)+len(changes.Removed)+len(changes.Renamed) > 0 {
				t.Fatalf("Sync twice is not once: %v %+v %q", err, changes, is.Bytes())
			}
			if b, _ := was.config.cut(session); b.found {
				return // a block of before is rewritten, and what was in it with it
			}
			if !strings.HasPrefix(string(is.Bytes()[0]), config) {
				t.Fatalf("Sync: %q became %q", config, is.Bytes()[0])
			}
			othersStay(t, was, is, name, name+"2")
		})
	})
}

// othersStay wants every profile but some to be what it was.
func othersStay(t *testing.T, was, is *Files, but ...string) {
	t.Helper()
	now := map[string]Profile{}
	for _, p := range is.Profiles() {
		now[p.Name] = p
	}
	for _, p := range was.Profiles() {
		if !slices.Contains(but, p.Name) && !maps.Equal(valuesOf(p), valuesOf(now[p.Name])) {
			t.Fatalf("%q was %q and is %q", p.Name, valuesOf(p), valuesOf(now[p.Name]))
		}
	}
}

// FuzzCommand: a profile's name goes through the line that runs guise, whoever takes
// that apart, and through its encoding.
func FuzzCommand(f *testing.F) {
	for _, name := range []string{"prod", "a b", "$(touch x)`y`'\";& é", "-x", "_2d", "日本", "a\\b", "a#b", "x ;y", "%PATH%", "\xff"} {
		f.Add("/usr/local/bin/guise", name)
		f.Add(`C:\Program Files\guise\guise.exe`, name)
	}
	f.Fuzz(func(t *testing.T, executable, name string) {
		if name == "" {
			return // no profile has it
		}
		if decoded, err := DecodeProfile(EncodeProfile(name)); err != nil || decoded != name || strings.Trim(EncodeProfile(name), letters+"._-") != "" {
			t.Fatalf("%q came back as %q (%v) out of %q", name, decoded, err, EncodeProfile(name))
		}
		if decoded, err := DecodeProfile(name); err == nil {
			if again, err := DecodeProfile(EncodeProfile(decoded)); err != nil || again != decoded {
				t.Fatalf("%q: %q, %v", name, again, err)
			}
		}
		ProfileOf(name) // whatever follows credential_process
		command, err := Command(executable, name)
		if err != nil {
			if !errors.As(err, new(*PathError)) {
				t.Fatal(err)
			}
			return
		}
		words, ok := sdk.Words(command)
		if !ok || len(words) != 4 || words[0] != strings.ReplaceAll(executable, `\`, "/") || sdk.ForShell(command) || sdk.GoValue(command) != command {
			t.Fatalf("%q: the words %q of %q", name, words, command)
		}
		config := []byte("[x]\ncredential_process = " + command + "\n")
		if d := Parse(config); d.Check() != nil || !bytes.Equal(d.Bytes(), config) || d.sections[1].value(keyCommand) != command {
			t.Fatalf("%q is read as %q", command, d.sections[1].value(keyCommand))
		}
		if got, ok := ProfileOf(command); ok && got != name || !ok && strings.HasSuffix(words[0], "/guise") {
			t.Fatalf("%q is taken for the profile %q, not %q", command, got, name)
		}
	})
}
