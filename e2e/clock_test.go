//go:build unix

package e2e

import (
	"encoding/json"
	"path/filepath"
	"testing"
	"time"
)

// TestClockSetBack: a session from before the clock was set back is not served for
// a day too long.
func TestClockSetBack(t *testing.T) {
	w := adopted(t)
	program, offset := "guise", filepath.Join(w.home, "offset")
	get := func() (id string) {
		t.Helper()
		got := w.run([]string{"GUISE_FAULT_CLOCK_FILE=" + offset}, program, "credential-process", "--profile", "deploy")
		var answer struct {
			AccessKeyId string    //nolint:revive // AWS's spelling
			Expiration  time.Time // by AWS's clock, which is right
		}
		if err := json.Unmarshal([]byte(got.out), &answer); err != nil || time.Until(answer.Expiration) > time.Hour {
			t.Fatalf("%+v %v", got, err)
		}
		return answer.AccessKeyId
	}
	first := get()
	if again := get(); again != first {
		t.Error("the session is not cached")
	}
	w.write("offset", "-24h")
	second := get()
	if second == first {
		t.Error("a session of which nobody knows what is left was served")
	}
	if again := get(); again != second {
		t.Error("with a clock that is off, sessions are not cached")
	}
}
