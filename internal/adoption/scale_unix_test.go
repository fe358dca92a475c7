//go:build unix

package adoption

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestTimePerProfile: to adopt all profiles and to release them, with all that is said of
// it, takes processor time that grows with their number alone. What looks through the files
// for each profile may allocate nothing, and takes seconds for ten thousand.
func TestTimePerProfile(t *testing.T) {
	took := func(n int) time.Duration {
		var config strings.Builder
		for i := range n {
			fmt.Fprintf(&config, "[profile role-%d]\nrole_arn = arn:aws:iam::%012d:role/Admin\nsource_profile = alice\n\n", i, i)
		}
		w := newWorld(t, config.String(), alice)
		least := time.Hour
		for range 3 {
			start := processorTime(t)
			if _, err := w.adopter().adoptNow(t.Context(), w.files(), nil, Options{All: true, KeepKeys: true}); err != nil {
				t.Fatal(err)
			}
			if _, err := w.adopter().releaseNow(t.Context(), w.files(), Managed(w.files())); err != nil {
				t.Fatal(err)
			}
			least = min(least, processorTime(t)-start)
		}
		return least
	}
	few, many := took(500), took(5000)
	t.Logf("500 profiles: %v; 5,000: %v", few, many)
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
