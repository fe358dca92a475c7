package awsconfig

import "testing"

// TestReleaseWithSomethingAfter: what was added behind a section of guise's own making
// does not hinder release, and stays as it is.
func TestReleaseWithSomethingAfter(t *testing.T) {
	const config, credentials = "[profile ci]\nregion = eu-west-1\n", "[ci]\naws_access_key_id = AKIACI00000000000001\naws_secret_access_key = one\n"
	for _, added := range []string{"\n[other]\naws_access_key_id = ASIA\n", "\n# another tool's\n\n[other]\nregion = x\n", "[other]\n", "\n"} {
		f := filesOf(config, credentials)
		if err := f.Adopt([]string{"ci"}, AdoptOptions{Executable: "/usr/bin/guise", KeepKeys: true}); err != nil {
			t.Fatal(err)
		}
		adopted := f.Bytes()
		f = filesOf(string(adopted[0]), string(adopted[1])+added)
		if err := f.Release([]string{"ci"}, ReleaseOptions{}); err != nil {
			t.Errorf("%q: %v", added, err)
		}
		if got := f.Bytes(); string(got[0]) != config || string(got[1]) != credentials+added {
			t.Errorf("%q: %s", added, got)
		}
		f = filesOf(string(adopted[0]), string(adopted[1])+"region = mine\n"+added)
		if err := f.Release([]string{"ci"}, ReleaseOptions{}); err == nil {
			t.Errorf("%q: a setting of yours is lost", added)
		}
	}
}
