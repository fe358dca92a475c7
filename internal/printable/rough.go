package printable

import (
	"fmt"
	"time"
)

// Rough writes a duration as people say it: 11h, 43m, 50s.
func Rough(d time.Duration) string {
	switch {
	case d >= 2*time.Hour:
		return fmt.Sprintf("%dh", int(d/time.Hour))
	case d >= time.Hour:
		return fmt.Sprintf("1h%02dm", int((d-time.Hour)/time.Minute))
	case d >= time.Minute:
		return fmt.Sprintf("%dm", int(d/time.Minute))
	}
	return fmt.Sprintf("%ds", int(d/time.Second))
}
