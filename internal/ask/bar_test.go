package ask

import (
	"bytes"
	"testing"
)

// TestBar: what is no terminal gets no bar; a terminal's is taken away at the end.
func TestBar(t *testing.T) {
	var out bytes.Buffer
	b := NewBar(&out, "reading")
	b.Show(1, 2)
	b.End()
	if out.Len() > 0 {
		t.Errorf("%q", out.String())
	}
	for columns, want := range map[int]string{80: "[============            ] reading: 1 of 2 ", 30: "[=====     ] reading: 1 of 2 ", 18: "reading: 1 of 2 "} {
		out.Reset()
		b = &Bar{&out, "reading", columns}
		b.Show(1, 2)
		b.Show(0, 0)
		if want := "\r" + want + "\r\x1b[K"; out.String() != want {
			t.Errorf("%d columns: %q, want %q", columns, out.String(), want)
		}
	}
}
