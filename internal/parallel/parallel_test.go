package parallel

import (
	"testing"
)

// TestSpans: each thing is done once, in spans of the size, whatever is left at the end; each
// worker's is its own.
func TestSpans(t *testing.T) {
	for _, n := range []int{0, 1, 7, 8, 9, 1000} {
		done := make([]int, n)
		Spans(n, 8, func() func(from, to int) {
			sum := 0 // the race detector sees a second goroutine
			return func(from, to int) {
				if from%8 != 0 || to-from != min(8, n-from) {
					t.Errorf("of %d: from %d to %d", n, from, to)
				}
				for i := from; i < to; i++ {
					done[i]++
					sum += i
				}
			}
		})
		for i, times := range done {
			if times != 1 {
				t.Errorf("of %d, %d: %d times", n, i, times)
			}
		}
	}
}
