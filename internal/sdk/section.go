package sdk

import "slices"

// A section is what an SDK reads of one, in the order of the lines. There are few settings
// in one: to look through them is faster than a map. None is nil.
type section struct{ settings []setting }

// A setting is a value and its key, in lower case.
type setting struct {
	key string
	value
}

// A value is a setting's text, and where it stands. There are many: it is kept small.
type value struct {
	text   string
	path   *string // of its file; nil where it is in none
	line   int32
	odd    oddity // what another SDK reads otherwise
	nested bool   // it holds settings of its own
}

// An oddity is something that SDKs read in different ways.
type oddity uint8

const (
	plain oddity = iota
	inDefault
	indented
	commented
	quoted
)

func (o oddity) String() string {
	return [...]string{
		plain: "", inDefault: "it is in [DEFAULT], which Python adds to every section",
		indented: "an indented line, which the Go SDK reads as a setting", commented: "a comment behind the value", quoted: "quotes around the value",
	}[o]
}

// place is the file and the line.
func (v value) place() (path string, line int) {
	if v.path == nil {
		return "", 0
	}
	return *v.path, int(v.line)
}

// find returns a setting; nil where there is none.
func (s *section) find(key string) *setting {
	if s != nil {
		for i := range s.settings {
			if s.settings[i].key == key {
				return &s.settings[i]
			}
		}
	}
	return nil
}

// at returns a value; of none, an empty one.
func (s *section) at(key string) value {
	if found := s.find(key); found != nil {
		return found.value
	}
	return value{}
}

func (s *section) has(key string) bool   { return s.find(key) != nil }
func (s *section) get(key string) string { return s.at(key).text }

// set reports whether one of some keys has a value.
func (s *section) set(keys ...string) bool {
	return slices.ContainsFunc(keys, func(key string) bool { return s.get(key) != "" })
}

// put gives a key a value.
func (s *section) put(key string, v value) {
	if found := s.find(key); found != nil {
		found.value = v
		return
	}
	s.settings = append(s.settings, setting{key, v})
}

// A room holds the settings of all sections of a file, one behind the other: to make place
// for each section alone takes as long as to read it.
type room struct {
	free []setting
	now  *section // the last one that begins in it
}

// roomFor has place for as many settings as a file has lines.
func roomFor(lines int) room { return room{free: make([]setting, 0, lines)} }

// section begins one, and ends the one before: what that gets from then on, it gets elsewhere.
func (r *room) section() *section {
	if r.now != nil {
		n := len(r.now.settings)
		r.now.settings = r.now.settings[:n:n]
		r.free = r.free[n:n:cap(r.free)]
	}
	r.now = &section{r.free}
	return r.now
}

func (s *section) drop(keys ...string) {
	s.settings = slices.DeleteFunc(s.settings, func(one setting) bool { return slices.Contains(keys, one.key) })
}

// clone returns a copy, which is empty of none.
func (s *section) clone() *section {
	if s == nil {
		return &section{}
	}
	return &section{slices.Clone(s.settings)}
}
