package process

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
)

// FuzzStat: a process may call itself anything: it is read as that, and the kernel's fields
// are not taken from its name.
func FuzzStat(f *testing.F) {
	f.Add("zsh", 1, 20, uint64(123))
	f.Add("a) S 7 7 7 (b", 1, 20, uint64(0))
	f.Add(") ", -1, 0, uint64(1<<63))
	f.Add("\n)( 1", 1, 2, uint64(9))
	f.Fuzz(func(t *testing.T, name string, parent, session int, started uint64) {
		stat := []byte(fmt.Sprintf("50 (%s) S %d 7 %d 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 %d 1 2", name, parent, session, started))
		p, ok := infoOf(50, stat)
		if !ok || p != (Info{PID: 50, Parent: parent, Session: session, Started: fmt.Sprint(started), Name: name}) {
			t.Errorf("%q: %+v, %v", stat, p, ok)
		}
		for cut := range stat {
			infoOf(50, stat[:cut]) // it may be cut anywhere
		}
		infoOf(50, []byte(name))
	})
}

// FuzzTexts: the words and the environment of a process are taken apart at the zero bytes.
func FuzzTexts(f *testing.F) {
	f.Add([]byte("a\x00b\x00"))
	f.Add([]byte("\x00\x00a"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var all [][]byte
		for text := range Texts(data).All() {
			all = append(all, text)
		}
		want := bytes.Split(bytes.TrimSuffix(data, []byte{0}), []byte{0})
		if len(data) == 0 {
			want = nil
		}
		if !slices.EqualFunc(all, want, bytes.Equal) {
			t.Errorf("%q: %q, not %q", data, all, want)
		}
	})
}
