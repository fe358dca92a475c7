// Package parallel does many things that have nothing to do with each other on all
// processors.
package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Spans does n things, from 0 up to n, in spans of a size: what do is given are those from
// one up to another. Each processor takes the next span when it has done one, so that one
// which is busy otherwise holds up nothing. It does so with a do of its own, which worker
// makes: what that keeps needs no lock. Of one span alone no goroutine is started.
func Spans(n, size int, worker func() (do func(from, to int))) {
	var next atomic.Int64
	work := func() {
		do := worker()
		for {
			to := int(next.Add(int64(size)))
			if to-size >= n {
				return
			}
			do(to-size, min(to, n))
		}
	}
	spans := (n + size - 1) / size
	var others sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), spans) - 1 {
		others.Go(work)
	}
	work()
	others.Wait()
}
