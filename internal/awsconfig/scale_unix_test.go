//go:build unix

package awsconfig

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestTimePerProfile: to adopt profiles and to release them takes time that grows with their
// number alone: fifteen times as long for ten times as many. It is the process' own time at a
// processor, whatever else the machine does; the least of three counts.
func TestTimePerProfile(t *testing.T) {
	took := func(n int) time.Duration {
		var config strings.Builder
		names := make([]string, n)
		for i := range names {
			names[i] = fmt.Sprintf("account-%05d", i)
			fmt.Fprintf(&config, "[profile %s]\nrole_arn = arn:aws:iam::111111111111:role/R\nsource_profile = ci\n\n", names[i])
		}
		f := newFiles("config", "credentials")
		f.config.set([]byte(config.String()))
		least := time.Hour
		for range 3 {
			start := processorTime(t)
			if err := f.Adopt(names, AdoptOptions{Executable: "/usr/bin/guise"}); err != nil {
				t.Fatal(err)
			}
			if derived := f.Derived(names...); len(derived) > 0 {
				t.Fatal(derived)
			}
			if err := f.Release(names, ReleaseOptions{}); err != nil {
				t.Fatal(err)
			}
			least = min(least, processorTime(t)-start)
		}
		return least
	}
	few, many := took(1500), took(15_000)
	t.Logf("1,500 profiles: %v; 15,000: %v", few, many)
	if many > 25*few {
		t.Error("something looks through all profiles for each")
	}
}

func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
