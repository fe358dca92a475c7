//go:build unix

package adoption

import (
	"fmt"
	"strings"
	"testing"

	"guise/internal/linear"
)

// TestTimePerProfile: to adopt all profiles and to release them, with all that is said of
// it, takes processor time that grows with their number alone. What looks through the files
// for each profile may allocate nothing, and takes seconds for ten thousand.
func TestTimePerProfile(t *testing.T) {
	linear.Grow(t, 500, func(n int) func() {
		var config strings.Builder
		for i := range n {
			fmt.Fprintf(&config, "[profile role-%d]\nrole_arn = arn:aws:iam::%012d:role/Admin\nsource_profile = alice\n\n", i, i)
		}
		w := newWorld(t, config.String(), alice)
		return func() {
			if _, err := w.adopter().adoptNow(t.Context(), w.files(), nil, Options{All: true, KeepKeys: true}); err != nil {
				t.Fatal(err)
			}
			if _, err := w.adopter().releaseNow(t.Context(), w.files(), Managed(w.files())); err != nil {
				t.Fatal(err)
			}
		}
	})
}
