package settings

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"guise/internal/display"
)

// An Origin is where a setting's value comes from: a line of config.toml, or a
// variable; neither of them: nobody has set it.
type Origin struct {
	File     string `json:"file,omitempty"`
	Line     int    `json:"line,omitempty"`
	Variable string `json:"variable,omitempty"`
}

func (o Origin) String() string {
	switch {
	case o.Variable != "":
		return o.Variable
	case o.File == "":
		return "default"
	case o.Line == 0:
		return o.File
	}
	return fmt.Sprintf("%s line %d", o.File, o.Line)
}

// A Row is a setting as it is now.
type Row struct {
	Name  string `json:"name"`
	Value string `json:"value"` // as config.toml would have it, without quotes; a list with commas
	From  string `json:"from"`  // Origin in words
	Origin
}

// Rows are all settings as they are now, in the order of the table.
func (s Settings) Rows() []Row {
	all := All()
	rows := make([]Row, len(all))
	for i, one := range all {
		from := s.origins[one.Name]
		rows[i] = Row{one.Name, one.is.get(&s), from.String(), from}
	}
	return rows
}

// GuardRows are the tables of guards, as they are now.
func (s Settings) GuardRows() []Row {
	agents := s.origins[guardAgents]
	rows := []Row{{guardAgents, s.Guard.Agents, agents.String(), agents}}
	for _, rule := range s.Guard.Rules {
		from := Origin{File: rule.File, Line: rule.Line}
		rows = append(rows, Row{fmt.Sprintf("%s.%q", ofRules, rule.Pattern), rule.String(), from.String(), from})
	}
	return rows
}

// Table shows what Rows gives, with ~ for a home.
func Table(rows []Row, home string) display.Table {
	t := display.Table{Columns: []display.Column{{Name: "SETTING"}, {Name: "VALUE", Cut: 20}, {Name: "FROM", Cut: 12}}}
	for _, r := range rows {
		from := r.From
		if inHome, is := strings.CutPrefix(from, home+string(filepath.Separator)); is && home != "" {
			from = "~" + string(filepath.Separator) + inHome
		}
		t.Rows = append(t.Rows, []string{r.Name, cmp.Or(r.Value, "-"), from})
	}
	return t
}

// take sets a setting to a text, and notes who says so.
func (s *Settings) take(one Setting, text string, from Origin) error {
	was := s.Log
	if err := one.is.set(s, text); err != nil {
		return err
	}
	if from.Variable != "" && slices.Index(logLevels, s.Log) < slices.Index(logLevels, was) {
		s.Log = was
		return &lowerError{was}
	}
	if s.origins == nil {
		s.origins = map[string]Origin{}
	}
	s.origins[one.Name] = from
	return nil
}

// renamed notes that a setting was read under the name that it had once.
func (s *Settings) renamed(from Origin, was string, one Setting) {
	err := fmt.Errorf("%s is called %s now", was, one.Name)
	if from.Variable != "" {
		err = fmt.Errorf("this variable is called %s now", one.Variable())
	}
	s.Renamed = append(s.Renamed, &Error{Path: from.File, Line: from.Line, Variable: from.Variable, Of: []string{one.Name}, Err: err})
}

// called finds the setting of a name, or of one that it had once.
func called(name string, all []Setting) (one Setting, found bool) {
	i := slices.IndexFunc(all, func(one Setting) bool { return name != "" && (one.Name == name || one.Was == name) })
	if i < 0 {
		return Setting{}, false
	}
	return all[i], true
}

// Trace tells of each setting that somebody has set who that is.
func (s Settings) Trace(sayf func(format string, args ...any)) {
	if len(s.origins) == 0 {
		return
	}
	for _, row := range s.Rows() {
		if row.Origin != (Origin{}) {
			sayf("setting %s = %s, from %s", row.Name, row.Value, row.From)
		}
	}
}

// Origin returns who has set a setting.
func (s Settings) Origin(name string) Origin { return s.origins[name] }
