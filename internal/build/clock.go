//go:build !faultclock

package build

import "time"

// Clock returns the time of day. A build with the tag faultclock, which no release
// has, lets a test set it.
func Clock(func(string) string) func() time.Time { return time.Now }
