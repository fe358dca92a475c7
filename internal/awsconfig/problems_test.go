package awsconfig

import (
	"os/exec"
	"reflect"
	"slices"
	"strings"
	"testing"

	"guise/internal/need"
)

func TestFaults(t *testing.T) {
	f := filesOf("[profile a\nregion = x\n[profile b]\nregion = y\nnonsense\n", "[c]\n[d\n")
	f.config.path, f.credentials.path = "/config", "/credentials"
	var got []string
	for _, fault := range f.Faults() {
		got = append(got, fault.Error())
	}
	want := []string{
		"/config line 1: a section header that is not closed", "/config line 2: a setting before any section",
		"/config line 5: neither a section, a setting nor a comment", "/credentials line 2: a section header that is not closed",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q\nwant\n%q", got, want)
	}
	if err := f.Check(); err == nil || err.Error() != want[0] {
		t.Error(err)
	}
}

func TestUnseen(t *testing.T) {
	f := filesOf(strings.Join([]string{
		"[profile plain]", "[profile a b]", `[profile "c d"]`, `[profile "quoted"]`, "[profile it's]", "[profile é]", "[profile x%/.@:+_-y] # note",
		"[profile both ways]", `[profile "both ways"]`, "[profile kept here]", "[default]", "[profile 'e']", `[profile back\slash]`,
	}, "\n"), "[kept here]\n[of credentials]\n")
	want := map[string][]string{
		"a b": {Botocore, JSSDK}, "c d": {GoSDK, JSSDK}, "quoted": {GoSDK}, "it's": {Botocore, JSSDK}, "é": {JSSDK}, "both ways": {JSSDK}, "e": {GoSDK},
		`back\slash`: {Botocore, JSSDK},
	}
	if got := f.Unseen(); !reflect.DeepEqual(got, want) {
		t.Errorf("%v\nwant\n%v", got, want)
	}
}

// TestShellWords compares with Python's shlex, which botocore uses.
func TestShellWords(t *testing.T) {
	python := need.Program(t, "python3")
	texts := []string{"a", "a b", `"a b"`, "it's", `a\ b`, `"a\"b"`, `'a\b'`, `"a\b"`, `a"b c"d`, `""`, `a ''`, "\ta  b ", `"`, `é x`, `a#b`, `a\`, `\a`, `\a \b`, `"a\\b"`, `"a\\"`}
	const program = `
import shlex, sys
for text in sys.argv[1:]:
    try: print('|'.join(shlex.split(text)))
    except ValueError: print('no')`
	out, err := exec.Command(python, append([]string{"-c", program}, texts...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	says := strings.Split(string(out), "\n")
	for i, text := range texts {
		words, ok := shellWords(text)
		got := strings.Join(words, "|")
		if !ok {
			got = "no"
		}
		if got != says[i] {
			t.Errorf("%q: %q, Python says %q", text, got, says[i])
		}
	}
}
