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

func TestCount(t *testing.T) {
	if got := Count(0, "session") + ", " + Count(1, "session") + ", " + Count(2, "session") + ", " + Count(2, "access key") + ", " + Count(2, "entry"); got != "no session, 1 session, 2 sessions, 2 access keys, 2 entries" {
		t.Error(got)
	}
}

func TestSomeAndAgo(t *testing.T) {
	if got := Some([]string{"a", "b"}) + "; " + Some([]string{"a", "b", "c", "d", "e", "f", "g"}); got != "a, b; a, b, c, d, e, 2 more" {
		t.Error(got)
	}
	now := time.Date(2026, 1, 9, 3, 4, 5, 0, time.Local)
	for then, want := range map[time.Time]string{{}: "", now: "0s ago", now.Add(-50 * time.Minute): "50m ago", now.Add(time.Hour): "0s ago", now.AddDate(0, 0, -5): "4 Jan"} {
		if got := Ago(then, now); got != want {
			t.Errorf("%s: %s", then, got)
		}
	}
}
