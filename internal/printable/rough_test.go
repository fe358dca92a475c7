package printable

import (
	"testing"
	"time"
)

func TestRough(t *testing.T) {
	for d, want := range map[time.Duration]string{12 * time.Hour: "12h", 90 * time.Minute: "1h30m", 43 * time.Minute: "43m", 50 * time.Second: "50s"} {
		if got := Rough(d); got != want {
			t.Errorf("%s: %s", d, got)
		}
	}
}
