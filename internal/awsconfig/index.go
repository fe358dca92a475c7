package awsconfig

import "slices"

// An index is the sections of each profile in both files, to be changed, so that adopting ten
// thousand does not look through the file ten thousand times.
type index [2]map[string][]*section

func (f *Files) index() index {
	return index{f.config.edited().index(false), f.credentials.edited().index(true)}
}

// of returns the sections of a profile in both files.
func (x index) of(name string) []*section { return together(x[0][name], x[1][name]) }

// together are the sections of two files, which are not to be changed: most profiles have
// none in one of them.
func together(inConfig, inCredentials []*section) []*section {
	switch {
	case len(inCredentials) == 0:
		return inConfig
	case len(inConfig) == 0:
		return inCredentials
	}
	return slices.Concat(inConfig, inCredentials)
}

func (d *Document) index(inCredentials bool) map[string][]*section {
	index := make(map[string][]*section, len(d.sections))
	all := slices.Clone(d.sections)
	for i, s := range all {
		name, ok := s.header.profile(inCredentials)
		if !ok {
			continue
		}
		if before := index[name]; before != nil {
			index[name] = append(before, s)
		} else {
			index[name] = all[i : i+1 : i+1] // almost always all
		}
	}
	return index
}

// managed reports whether guise manages a profile, or has managed it: its definition is
// hidden, or guise has derived it, and somebody has removed the line that runs guise.
func (x index) managed(name string) bool {
	all := x.of(name)
	hidden := hides(all...)
	return slices.ContainsFunc(all, func(s *section) bool { _, ok := s.ownCommand(name, hidden); return ok }) ||
		(hidden || slices.ContainsFunc(all, func(s *section) bool { return s.isDerived("") })) && !slices.ContainsFunc(all, (*section).shows)
}
