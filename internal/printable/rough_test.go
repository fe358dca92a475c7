package printable

import (
	"testing"
	"time"
)

func TestRough(t *testing.T) {
	for d, want := range map[time.Duration]string{
		12 * time.Hour: "12h", 11*time.Hour + 59*time.Minute: "11h", 4*time.Hour - 3*time.Second: "4h", 3*time.Hour + 5*time.Minute: "3h05m",
		90 * time.Minute: "1h30m", time.Hour: "1h", 59*time.Minute + 30*time.Second: "1h", 43 * time.Minute: "43m", time.Minute: "1m", 50 * time.Second: "50s", 0: "0s",
	} {
		if got := Rough(d); got != want {
			t.Errorf("%s: %s", d, got)
		}
	}
}
