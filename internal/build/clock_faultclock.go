//go:build faultclock

package build

import (
	"os"
	"strings"
	"time"
)

// Clock returns the time of day plus what the file that GUISE_FAULT_CLOCK_FILE names
// says, such as -24h. It is read at each call: a test moves the clock of a program
// that runs. Without the file the clock is right.
func Clock(getenv func(string) string) func() time.Time {
	path := getenv("GUISE_FAULT_CLOCK_FILE")
	return func() time.Time {
		data, err := os.ReadFile(path)
		if err != nil {
			return time.Now()
		}
		off, err := time.ParseDuration(strings.TrimSpace(string(data)))
		if err != nil {
			panic("GUISE_FAULT_CLOCK_FILE: " + err.Error())
		}
		return time.Now().Add(off)
	}
}
