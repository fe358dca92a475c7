package awsconfig

import (
	"os"
	"path/filepath"
	"testing"
)

// TestReader: what was read once is taken apart once; a file that somebody else has changed
// meanwhile is read as it is now; and a change in memory leaves alone what was read.
func TestReader(t *testing.T) {
	dir := t.TempDir()
	config, credentials := filepath.Join(dir, "config"), filepath.Join(dir, "credentials")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var r Reader
	read := func() *Files {
		t.Helper()
		f, err := r.Read(config, credentials)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	const before = "[profile a]\nrole_arn = arn:aws:iam::222222222222:role/A\nsource_profile = b" // no newline at its end
	write(before)
	first := read()
	if names := first.Names(); len(names) != 1 || names[0] != "a" {
		t.Errorf("%q", names)
	}
	again := read()
	if first.config.before() != again.config.before() || &first.all()[0] != &again.all()[0] {
		t.Error("the same bytes were taken apart twice")
	}
	if err := again.Adopt([]string{"a"}, AdoptOptions{Executable: guisePath}); err != nil {
		t.Fatal(err)
	}
	if got := string(first.config.parsed().Bytes()); got != before {
		t.Errorf("a change of other files changed what was read:\n%s", got)
	}
	if p, err := again.Profile("a"); err != nil || !p.Managed() {
		t.Errorf("not managed: %v\n%s", err, again.Bytes()[0])
	}
	if p, err := read().Profile("a"); err != nil || p.Managed() {
		t.Errorf("managed, and nothing was written: %v", err)
	}
	write(before + "\n[profile c]\n")
	if names := read().Names(); len(names) != 2 || names[1] != "c" {
		t.Errorf("after a change of the file: %q", names)
	}
	second := read()
	write("[profile d]\n") // is read into the place of bytes that had been seen
	third := read()
	write("[profile e]\n")
	read()
	for _, want := range []struct {
		f    *Files
		text string
	}{{first, before}, {second, before + "\n[profile c]\n"}, {third, "[profile d]\n"}} {
		if got := string(want.f.Bytes()[0]); got != want.text {
			t.Errorf("what was read changed when the file was read again: %q, want %q", got, want.text)
		}
	}
}
