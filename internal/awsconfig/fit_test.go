package awsconfig

import (
	"errors"
	"strings"
	"testing"

	"guise/internal/files"
)

// TestTooLarge: a file that guise could not read again is not written, by an adoption or any
// other change.
func TestTooLarge(t *testing.T) {
	const profile = "[profile ci]\nregion = x\n"
	config := "# " + strings.Repeat("x", files.ConfigLimit-len(profile)-10) + "\n" + profile
	for what, change := range map[string]func(*Files) error{
		"adopt": func(f *Files) error {
			return f.Adopt([]string{"ci"}, AdoptOptions{Executable: "/usr/bin/guise", KeepKeys: true, Made: func(State) { t.Error("it is made") }})
		},
		"set": func(f *Files) error { f.config.edited().add([]line{{"[profile one]", "\n"}}); return nil },
	} {
		h := newHome(t, config, ciKeys)
		err := h.rewrite(change)
		if large, ok := errors.AsType[*files.TooLargeError](err); !ok || large.Limit != files.ConfigLimit {
			t.Errorf("%s: %v", what, err)
		}
		if is, err := files.Read(h.config, files.ConfigLimit); string(is) != config || err != nil {
			t.Errorf("%s: the file is another, %v", what, err)
		}
	}
}
