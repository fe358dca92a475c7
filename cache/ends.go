package cache

import "time"

// Ends returns when each entry ends that can be opened and has not ended, by its name.
// Its errors are those of List.
func (s *Store) Ends() (map[string]time.Time, error) {
	entries, err := s.List()
	if err != nil {
		return nil, err
	}
	ends := map[string]time.Time{}
	for _, e := range entries {
		if e.Fresh && e.Readable {
			ends[e.Name] = e.Expires
		}
	}
	return ends, nil
}

// Names returns the names of all entries, also of those that are over or cannot be opened. Its
// error is an *fs.PathError.
func (s *Store) Names() (names []string, err error) {
	entries, err := s.List()
	for _, e := range entries {
		names = append(names, e.Name)
	}
	return names, err
}
