package awsconfig

import "testing"

// TestDiffMasks: a secret is hidden on its line and on those that go on with it, also
// past a comment, and what is none is shown.
func TestDiffMasks(t *testing.T) {
	const short = "[a]\naws_access_key_id = AKIACI00000000000001\naws_secret_access_key = 8letters\n"
	for _, c := range []struct{ name, credentials, line, want string }{
		{"a value in the next lines", "", "my_secret =\n# note\n  LEAK\n", "+my_secret =\n+# note\n+  [redacted]\n"},
		{"a setting after it", "", "my_secret = LEAK\ns3 =\n  max = 5\n", "+my_secret = [redacted]\n+s3 =\n+  max = 5\n"},
		{"nothing yet", "", "my_secret =\n", "+my_secret =\n"},
		{"where guise has put it", "", "guise_aws_secret_access_key = " + inStore + "\n", "+guise_aws_secret_access_key = " + inStore + "\n"},
		{"in the value of another setting", "", "note = my secret LEAK\n", "+note = my secret [redacted]\n"},
		{"a known secret anywhere", short, "note = 8letters\n", "+note = [redacted]\n"},
		{"before it what is longer or shorter in lower case", "", "\xff\xfeȺİ my secret LEAK\n", "+\xff\xfeȺİ my secret [redacted]\n"},
		{"at the end, after a byte that is no text", "", "note = \xff\xfesecret\n", "+note = \xff\xfesecret\n"},
		{"letters that only lower case makes plain", "", "my_to\u212aen = LEAK\n", "+my_to\u212aen = [redacted]\n"},
	} {
		f := filesOf("", c.credentials)
		if got, want := f.diffTo("[profile x]\n"+c.line), "--- config\n+++ config\n+[profile x]\n"+c.want; got != want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, want)
		}
	}
}
