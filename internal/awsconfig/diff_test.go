package awsconfig

import (
	"fmt"
	"strings"
	"testing"
)

// TestDiffShowsChangesOnly: a line that stands in many sections and does not change
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
