package awsconfig

import (
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
)

// Diff gives the changes made in memory as a unified diff, empty where there
// are none. Secrets in it are masked.
func (f *Files) Diff() string {
	var b strings.Builder
	for _, one := range f.both() {
		before, after := masked(one.data), masked(one.parsed().Bytes())
		b.Write(diff.Diff(one.path, before, one.path, after))
	}
	return b.String()
}

// masked gives a file with its secrets unreadable.
func masked(data []byte) []byte {
	d := Parse(data)
	for _, s := range d.sections {
		for _, one := range s.settings() {
			key := strings.TrimPrefix(one.key, own)
			if !slices.Contains([]string{keySecret, keyToken}, key) || one.value == inStore || one.value == inSource || one.value == "" {
				continue
			}
			for i := one.first; i <= one.last; i++ {
				l := &s.lines[i]
				sep := strings.IndexAny(l.text, "=:")
				l.text = l.text[:sep+1] + " [redacted]"
			}
		}
	}
	return d.Bytes()
}
