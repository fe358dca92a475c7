package trace

import (
	"bytes"
	"testing"
	"time"

	"guise/internal/secret"
)

// TestLog: a line says when it was, shows no secret, and cannot steer a terminal; where
// there is no Log, nothing is said.
func TestLog(t *testing.T) {
	began := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	now := began.Add(1234 * time.Millisecond)
	var out bytes.Buffer
	l := To(&out, began, func() time.Time { return now })
	l.Sayf("key %s of %s", secret.New("hush"), "a\x1b[2Jb\nc")
	if got := out.String(); got != "debug:   1.234s key [redacted] of a\ufffd[2Jb c\n" {
		t.Errorf("%q", got)
	}
	(*Log)(nil).Sayf("%s", "x")
}
