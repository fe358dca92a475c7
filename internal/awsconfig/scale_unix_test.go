//go:build unix

package awsconfig

import (
	"fmt"
	"strings"
	"testing"

	"guise/internal/linear"
)

// TestTimePerProfile: to adopt profiles and to release them takes processor time that grows
// with their number alone.
func TestTimePerProfile(t *testing.T) {
	linear.Grow(t, 1500, func(n int) func() {
		var config strings.Builder
		names := make([]string, n)
		for i := range names {
			names[i] = fmt.Sprintf("account-%05d", i)
			fmt.Fprintf(&config, "[profile %s]\nrole_arn = arn:aws:iam::111111111111:role/R\nsource_profile = ci\n\n", names[i])
		}
		f := newFiles("config", "credentials")
		f.config.set([]byte(config.String()))
		return func() {
			if err := f.Adopt(names, AdoptOptions{Executable: "/usr/bin/guise"}); err != nil {
				t.Fatal(err)
			}
			if derived := f.Derived(names...); len(derived) > 0 {
				t.Fatal(derived)
			}
			if err := f.Release(names, ReleaseOptions{}); err != nil {
				t.Fatal(err)
			}
		}
	})
}
