package awsconfig

import (
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
