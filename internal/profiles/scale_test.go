package profiles

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"guise/internal/awsconfig"
	"guise/internal/guard"
	"guise/session"
)

// many is a config file with n managed profiles, half of them roles of one user and half
// roles of an SSO session, and the user's credentials.
func many(t testing.TB, n int) (config, credentials string) {
	t.Helper()
	var b strings.Builder
	b.WriteString("[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\n\n")
	for i := range n / 2 {
		fmt.Fprintf(&b, "[profile account-%d]\nguise_role_arn = arn:aws:iam::%012d:role/Developer\nguise_source_profile = ci\nregion = eu-west-1\ncredential_process = /usr/bin/guise credential-process --profile account-%d\n\n", i, i, i)
		fmt.Fprintf(&b, "[profile sso-%d]\nguise_sso_session = corp\nguise_sso_account_id = %012d\nguise_sso_role_name = Developer\nregion = eu-west-1\ncredential_process = /usr/bin/guise credential-process --profile sso-%d\n\n", i, i, i)
	}
	dir := t.TempDir()
	config, credentials = filepath.Join(dir, "config"), filepath.Join(dir, "credentials")
	for path, text := range map[string]string{config: b.String(), credentials: "[ci]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = secret\n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return config, credentials
}

func describeMany(t testing.TB, config, credentials string) []Description {
	f, err := awsconfig.Read(config, credentials)
	if err != nil {
		t.Fatal(err)
	}
	_ = f.Faults()
	return DescribeAll(f, session.Defaults{SessionName: "x"}, map[string]time.Time{"x": {}}, "", guard.Rules{})
}

// TestWorkPerProfile: what a list of profiles costs grows with their number alone, and
// no faster. Allocations are counted, since time is not to be relied on.
func TestWorkPerProfile(t *testing.T) {
	work := func(n int) (allocations, bytes float64) {
		config, credentials := many(t, n)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		describeMany(t, config, credentials)
		runtime.ReadMemStats(&after)
		return float64(after.Mallocs-before.Mallocs) / float64(n), float64(after.TotalAlloc-before.TotalAlloc) / float64(n)
	}
	small, smallBytes := work(500)
	large, largeBytes := work(5000)
	t.Logf("of 500 profiles, for each: %.1f allocations, %.0f bytes; of 5,000: %.1f, %.0f", small, smallBytes, large, largeBytes)
	if large > 5 || largeBytes > 2400 {
		t.Error("too many: what does each profile have made that others have already?")
	}
	if large > 1.1*small || largeBytes > 1.1*smallBytes {
		t.Error("they grow faster than the profiles: something looks through all for each")
	}
}

func BenchmarkDescribeAll(b *testing.B) {
	config, credentials := many(b, 10_000)
	b.ReportAllocs()
	for b.Loop() {
		describeMany(b, config, credentials)
	}
}
