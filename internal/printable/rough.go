package printable

import (
	"fmt"
	"time"
)

// Rough writes a duration as people say it: 11h, 3h05m, 43m, 50s, to the nearest
// minute, and from ten hours on to the hour below. The shells' hooks write it so, too.
func Rough(d time.Duration) string {
	seconds := int(d / time.Second)
	minutes := (seconds + 30) / 60
	switch hours, rest := minutes/60, minutes%60; {
	case seconds < 60:
		return fmt.Sprintf("%ds", seconds)
	case hours == 0:
		return fmt.Sprintf("%dm", minutes)
	case hours >= 10 || rest == 0:
		return fmt.Sprintf("%dh", hours)
	default:
		return fmt.Sprintf("%dh%02dm", hours, rest)
	}
}
