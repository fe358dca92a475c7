package await

import (
	"bytes"
	"fmt"
	"runtime"
	"testing"
	"time"
)

// Main runs a package's tests, for its TestMain, and then waits until the last
// goroutine of guise's own code has ended. One that stays has been forgotten by the
// code or by a test: the package fails, and says where it stands.
func Main(m *testing.M) int {
	if code := m.Run(); code != 0 {
		return code
	}
	var left []byte
	for deadline := time.Now().Add(Patience); time.Now().Before(deadline); time.Sleep(Look) {
		if left = ours(); len(left) == 0 {
			return 0
		}
	}
	panic(fmt.Sprintf("goroutines left after %s:\n\n%s", Patience, left))
}

// ours returns the stacks of the goroutines, other than this one, that a function of
// guise's is on or was started by.
func ours() []byte {
	buf := make([]byte, 1<<20)
	stacks := bytes.Split(buf[:runtime.Stack(buf, true)], []byte("\n\n"))
	var left [][]byte
	for _, stack := range stacks[1:] { // the first is our own
		if bytes.Contains(stack, []byte("guise/")) {
			left = append(left, stack)
		}
	}
	return bytes.Join(left, []byte("\n\n"))
}
