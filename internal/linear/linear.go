//go:build unix

// Package linear lets a test say that work grows with the number of things alone, in
// processor time: what looks through all things for each may allocate nothing.
package linear

import (
	"syscall"
	"testing"
	"time"
)

// most is how many times as long ten times as many things may take. Where each looks through
// all, it is a hundred.
const most = 25

// Grow fails a test where the work for ten times as many things takes far more than ten times
// as long. prepare gives the work for n things, which is done three times: the least counts.
// It is the process' own time at a processor, whatever else the machine does.
func Grow(t *testing.T, n int, prepare func(n int) (work func())) {
	t.Helper()
	took := func(n int) time.Duration {
		work, least := prepare(n), time.Hour
		for range 3 {
			start := processorTime(t)
			work()
			least = min(least, processorTime(t)-start)
		}
		return least
	}
	few, many := took(n), took(10*n)
	t.Logf("%d things: %v; %d: %v", n, few, 10*n, many)
	if many > most*few {
		t.Error("something looks through all for each")
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
