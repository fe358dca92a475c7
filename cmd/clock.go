//go:build !faultclock

package cmd

import "time"

// clock returns the time of day. A build with the tag faultclock, which no release
// has, lets a test set it.
func clock(func(string) string) func() time.Time { return time.Now }
