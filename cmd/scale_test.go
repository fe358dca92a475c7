package cmd

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// TestWorkPerProfile: what commands cost that go through all profiles grows with their number
// alone, and no faster, whatever else the command does. What is allocated is counted, since
// time is not to be relied on.
func TestWorkPerProfile(t *testing.T) {
	const session = "[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\n"
	work := func(n int, args ...string) (allocations, bytes float64) {
		var config strings.Builder
		config.WriteString(session)
		for i := range n {
			fmt.Fprintf(&config, "[profile account-%d]\nsso_session = corp\nsso_account_id = %012d\nsso_role_name = Developer\n", i, i)
		}
		w, out, said := here(t, map[string]string{"GUISE_CACHE_KEY": "file"}, args...)
		withProfiles(t, w, config.String())
		out.Grow(400 * n)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		code := Main(w)
		runtime.ReadMemStats(&after)
		if code != exitDone || strings.Count(out.String(), "account-") < n {
			t.Fatalf("%q: %d %s\n%s", args, code, said, out)
		}
		return float64(after.Mallocs - before.Mallocs), float64(after.TotalAlloc - before.TotalAlloc)
	}
	for _, c := range []struct {
		args               []string
		allocations, bytes float64 // at most, of each profile
	}{
		{[]string{"list"}, 6, 3000},
		{[]string{"list", "--names"}, 6, 3000},
		{[]string{"__complete", "use", "acc"}, 6, 1600},
	} {
		work(10, c.args...)
		few, fewBytes := work(1000, c.args...)
		many, manyBytes := work(3000, c.args...)
		each, eachBytes := (many-few)/2000, (manyBytes-fewBytes)/2000
		t.Logf("%q: for each profile %.1f allocations, %.0f bytes", c.args, each, eachBytes)
		if each > c.allocations || eachBytes > c.bytes {
			t.Errorf("%q: too much: what does each profile have made that others have already?", c.args)
		}
	}
}
