package awsconfig

import (
	"maps"
	"slices"
)

// An ExistsError is a profile that was to be made, and that there is.
type ExistsError struct{ Profile string }

func (e *ExistsError) Error() string { return "there is a profile of this name already" }

// Create writes a profile that neither file has to the end of the config file, in memory. Its
// errors are *ExistsError, *NameError and *ValueError.
func (f *Files) Create(name string, settings ...Setting) error {
	if _, there := f.read(name); there {
		return &ExistsError{name}
	}
	d := f.config.edited()
	b := builder{eol: d.eol()}
	b.header(name, false)
	for _, one := range settings {
		switch {
		case one.Value != "":
			b.set(one.Key, one.Value)
		case one.Nested != nil:
			b.line(one.Key + " =")
			for _, key := range slices.Sorted(maps.Keys(one.Nested)) {
				text, err := settingLine(key, one.Nested[key])
				b.add("  "+text, err)
			}
		}
	}
	if b.err != nil {
		return b.err
	}
	d.add(b.lines)
	return nil
}
