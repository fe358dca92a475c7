package need

import (
	"errors"
	"os"
	"testing"
)

// Long is for a test that plays in real shells or takes seconds: `go test -short` leaves
// it out, if nothing says that no test may be.
func Long(t testing.TB) {
	t.Helper()
	if Short() {
		That(t, errors.New("left out by -short"))
	}
}

// Short reports whether what is [Long] is left out.
func Short() bool { return testing.Short() && os.Getenv(noSkip) == "" }
