package awsconfig

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestDiffShowsChangesOnly: a line that is in many sections and does not change
// is not shown as removed and added again.
func TestDiffShowsChangesOnly(t *testing.T) {
	var config strings.Builder
	for _, name := range []string{"a", "b", "c"} {
		config.WriteString("[profile " + name + "]\nrole_arn = arn:aws:iam::222222222222:role/Admin\nsource_profile = base\nmfa_serial = arn:aws:iam::111111111111:mfa/me\nregion = eu-west-1\n")
	}
	for _, text := range []string{config.String(), strings.TrimSuffix(config.String(), "\n")} {
		f := filesOf(text, "")
		if err := f.Adopt([]string{"a", "b", "c"}, AdoptOptions{Executable: "/usr/bin/guise"}); err != nil {
			t.Fatal(err)
		}
		got := f.Diff()
		changed := map[string]int{}
		for line := range strings.Lines(got) {
			changed[line[:1]]++
			if body := strings.TrimSpace(line[1:]); strings.HasPrefix(body, "mfa_serial") || strings.HasPrefix(body, "region") && strings.HasSuffix(text, "\n") {
				t.Errorf("%q does not change", body)
			}
		}
		for _, want := range []string{"-role_arn = ", "+guise_role_arn = ", "-source_profile = base", "+guise_source_profile = base", "+credential_process = /usr/bin/guise credential-process --profile b"} {
			if !strings.Contains(got, "\n"+want) {
				t.Errorf("%q is not in\n%s", want, got)
			}
		}
	}
}

// TestDiffIsLeast: what is shown makes the one file of the other, in the order of the
// file, and shows no line that both have in their place.
func TestDiffIsLeast(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	section := func(name int) (lines []string) {
		lines = append(lines, fmt.Sprintf("[profile p%d]", name))
		for range random.IntN(5) {
			lines = append(lines, []string{"", "region = x", "region = y", "output = json", "role_arn = r"}[random.IntN(5)])
		}
		return lines
	}
	var d differ
	text := func(lines []string) string { return strings.Join(append(slices.Clone(lines), ""), "\n") }
	lines := func(all []string) []viewed { return view(Parse([]byte(text(all))), nil) }
	for range 2000 {
		var before, after []string
		least := 0
		for name := range random.IntN(6) {
			one := section(name)
			other := section(name)
			if random.IntN(2) == 0 {
				other = one
			}
			if random.IntN(8) == 0 {
				one = nil
			}
			if random.IntN(8) == 0 {
				other = nil
			}
			before, after = append(before, one...), append(after, other...)
			least += len(one) + len(other) - 2*d.common(lines(one), lines(other))[0][0]
		}
		diff := filesOf(text(before), "").diffTo(text(after))
		left := slices.Clone(before)
		shown, last := 0, 0
		for line := range strings.SplitSeq(diff, "\n") {
			switch {
			case strings.HasPrefix(line, "--- "), strings.HasPrefix(line, "+++ "), line == "":
			case strings.HasPrefix(line, "@@ "):
				var n int
				if _, err := fmt.Sscanf(line, "@@ line %d,", &n); err != nil || n < last {
					t.Fatalf("%q after line %d:\n%s", line, last, diff)
				}
				last = n
			case line[0] == '-':
				at := slices.Index(left, line[1:])
				if at < 0 {
					t.Fatalf("%q is not there to go\n%s", line, diff)
				}
				left = slices.Delete(left, at, at+1)
				shown++
			case line[0] == '+':
				left = append(left, line[1:])
				shown++
			}
		}
		slices.Sort(left)
		if want := slices.Sorted(slices.Values(after)); !slices.Equal(left, want) {
			t.Fatalf("%q\n%q\n%s", before, after, diff)
		}
		if shown > least {
			t.Fatalf("%d lines are shown, and %d would do:\n%q\n%q\n%s", shown, least, before, after, diff)
		}
	}
}

// TestDiffOfLastLine: an end of line that the last line gets is shown where it is all that changes.
func TestDiffOfLastLine(t *testing.T) {
	const text = "[profile a]\nregion = x"
	if diff := filesOf(text, "").diffTo(text + "\n"); diff != "--- config\n+++ config\n@@ line 2, [profile a] @@\n-region = x\n\\ No newline at end of file\n+region = x\n" {
		t.Errorf("%s", diff)
	}
	if diff := filesOf(text, "").diffTo(text + "\noutput = json\n"); diff != "--- config\n+++ config\n@@ line 3, [profile a] @@\n+output = json\n" {
		t.Errorf("%s", diff)
	}
}

// TestDiffOfMuch: of files with nothing in common that are too long to compare line by
// line, every line is shown once.
func TestDiffOfMuch(t *testing.T) {
	var before, after strings.Builder
	for i := range 2100 {
		fmt.Fprintf(&before, "[profile a%d]\n", i)
		fmt.Fprintf(&after, "[profile b%d]\n", i)
	}
	f := filesOf(before.String(), "")
	f.config.document = Parse([]byte(after.String()))
	diff := f.Diff()
	for _, i := range []int{0, 1, 1000, 2099} {
		for _, want := range []string{fmt.Sprintf("-[profile a%d]\n", i), fmt.Sprintf("+[profile b%d]\n", i)} {
			if strings.Count(diff, want) != 1 {
				t.Errorf("%q: %d times", want, strings.Count(diff, want))
			}
		}
	}
}

// TestDiffHidesFromTheFirst word that announces a secret on.
func TestDiffHidesFromTheFirst(t *testing.T) {
	for _, line := range []string{"# password LEAK is no token", "# token LEAK is no password", "# secret LEAK is no token", "secret LEAK is no token", "# a passphrase: LEAK, a secret"} {
		if diff := filesOf(line+"\n", "").diffTo(""); strings.Contains(diff, "LEAK") || !strings.Contains(diff, redacted) {
			t.Errorf("%s", diff)
		}
	}
}

// diffTo is the diff of a change of the config file.
func (f *Files) diffTo(config string) string {
	f.config.document = Parse([]byte(config))
	return f.Diff()
}
