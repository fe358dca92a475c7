package printable

import (
	"fmt"
	"slices"
	"strings"
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

// AsLastTime says how long something lasts still, as far as the time before tells.
func AsLastTime(left time.Duration) string { return "about " + Rough(left) + ", as last time" }

// Ago says when something was, roughly.
func Ago(then, now time.Time) string {
	if then.IsZero() {
		return ""
	}
	if d := now.Sub(then); d < 48*time.Hour {
		return Rough(max(d, 0)) + " ago"
	}
	return then.Local().Format("2 Jan")
}

// Some names a few of several profiles.
func Some(names []string) string {
	const most = 5
	if len(names) > most {
		names = append(slices.Clone(names[:most]), fmt.Sprintf("%d more", len(names)-most))
	}
	return strings.Join(names, ", ")
}

// Count says how many there are of a thing: no session, 1 session, 2 sessions, 2 entries.
func Count(n int, thing string) string {
	switch n {
	case 0:
		return "no " + thing
	case 1:
		return "1 " + thing
	}
	if stem, ok := strings.CutSuffix(thing, "y"); ok && !strings.HasSuffix(stem, "e") { // key, keys
		return fmt.Sprintf("%d %sies", n, stem)
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
