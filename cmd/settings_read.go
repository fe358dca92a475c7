package cmd

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"guise/awsconfig"
	"guise/internal/files"
)

// A settingError is a setting that guise does not know or cannot read. guise goes
// on without it, but does not do what the setting would have protected.
type settingError struct {
	path string   // of config.toml; empty: a variable
	line int      // 0: the whole file
	what string   // the variable with its value; empty: a line of the file
	of   []string // the settings that it is, is meant to be, or may be
	err  error
}

func (e *settingError) Error() string { return e.where() + ": " + e.err.Error() }
func (e *settingError) Unwrap() error { return e.err }

func (e *settingError) where() string {
	switch {
	case e.path == "":
		return e.what
	case e.line == 0:
		return e.path
	}
	return fmt.Sprintf("%s line %d", e.path, e.line)
}

// protects reports whether what the setting governs is better not done at all than
// done in another way.
func (e *settingError) protects() bool {
	return slices.ContainsFunc(e.of, func(name string) bool { return slices.Contains(protecting(), name) })
}

// protecting are the settings that protect something: the key that seals the cache
// and how codes are had.
func protecting() []string { return []string{"key_store", "mfa"} }

// sure gives an error where a setting that protects something could not be read.
func (s settings) sure(name string) error {
	for _, e := range s.broken {
		if slices.Contains(e.of, name) {
			return fail("settings", e)
		}
	}
	return nil
}

func (s *settings) brokenAt(e settingError) { s.broken = append(s.broken, &e) }

// readSettings reads the file, if it is there, and then the environment. What
// cannot be read is among the settings' broken ones.
func readSettings(path string, environ []string) settings {
	s := defaultSettings()
	all := allSettings()
	data, err := files.Read(path, files.ConfigLimit)
	switch {
	case err == nil:
		s.fromFile(path, data, all)
	case !errors.Is(err, fs.ErrNotExist):
		s.unreadable(path, pathless(err))
	}
	s.fromEnvironment(environ, all)
	return s
}

// unreadable is a file of which nothing is known. Nothing is kept in the cache then,
// since nobody knows where its key is to be; codes are had as by default, or a
// folder that belongs to root would leave a user without credentials.
func (s *settings) unreadable(path string, err error) {
	s.brokenAt(settingError{path: path, of: []string{"key_store"}, err: err})
}

func (s *settings) fromFile(path string, data []byte, all []setting) {
	lines := bytes.SplitAfter(data, []byte("\n"))
	values, ok := s.values(path, lines, all)
	if !ok {
		return
	}
	for key, value := range values {
		at := settingError{path: path, line: lineOf(lines, key), of: []string{key}}
		i := slices.IndexFunc(all, func(one setting) bool { return one.name == key })
		if i < 0 {
			near, err := meant(key, all)
			at.of, at.err = []string{near}, err
			s.brokenAt(at)
			continue
		}
		text, err := asText(value)
		if err == nil {
			err = all[i].set(s, text)
		}
		if err != nil {
			at.err = fmt.Errorf("%s %w", key, err)
			s.brokenAt(at)
		}
	}
	slices.SortFunc(s.broken, func(a, b *settingError) int { return a.line - b.line })
}

// mostBroken is how many lines that are not TOML are passed over.
const mostBroken = 100

// values reads the file without the lines that are not TOML. Such a line is of the
// setting that it begins, or that the nearest line above it begins.
func (s *settings) values(path string, lines [][]byte, all []setting) (values map[string]any, ok bool) {
	for range mostBroken {
		values = nil
		err := toml.Unmarshal(bytes.Join(lines, nil), &values)
		if err == nil {
			return values, true
		}
		row := 0
		if at := (*toml.DecodeError)(nil); errors.As(err, &at) {
			row, _ = at.Position()
		}
		if row < 1 || row > len(lines) || len(bytes.TrimSpace(lines[row-1])) == 0 {
			break
		}
		name := ""
		for above := row; above > 0 && name == ""; above-- {
			name = keyOn(lines[above-1])
		}
		if near, _ := meant(name, all); near != "" {
			name = near
		}
		s.brokenAt(settingError{path: path, line: row, of: []string{name}, err: errors.New("this line is not TOML (name = \"value\")")})
		lines[row-1] = []byte("\n")
	}
	s.unreadable(path, errors.New("it is not TOML"))
	return nil, false
}

// keyOn gives the key that a line of TOML begins with; empty where there is none.
func keyOn(line []byte) string {
	key, _, found := strings.Cut(string(line), "=")
	if key = strings.Trim(strings.TrimSpace(key), `"'`); !found {
		key, found = strings.CutPrefix(key, "[")
		key = strings.Trim(key, "[]")
	}
	if !found || strings.HasPrefix(key, "#") {
		return ""
	}
	return key
}

func lineOf(lines [][]byte, key string) int {
	for i, line := range lines {
		if on := keyOn(line); on == key || strings.HasPrefix(on, key+".") {
			return i + 1
		}
	}
	return 0
}

// meant gives the setting that is nearest to a name, and an error that says so.
func meant(name string, all []setting) (near string, err error) {
	var names []string
	for _, one := range all {
		if names = append(names, one.name); one.name == name {
			return name, nil
		}
	}
	if nearest := awsconfig.Nearest(name, names); len(nearest) > 0 {
		return nearest[0], fmt.Errorf("no setting %q; there is %s", name, nearest[0])
	}
	return "", fmt.Errorf("no setting %q; there are %s", name, strings.Join(names, ", "))
}

const settingPrefix = "GUISE_"

// fromEnvironment reads the GUISE_ variables. One that is no setting may be of the
// hook's or of a program that guise runs: only what is nearly a setting is told.
func (s *settings) fromEnvironment(environ []string, all []setting) {
	for _, one := range environ {
		variable, value, _ := strings.Cut(one, "=")
		if !strings.HasPrefix(variable, settingPrefix) || value == "" {
			continue
		}
		name := strings.ToLower(strings.TrimPrefix(variable, settingPrefix))
		at := settingError{what: variable + "=" + value, of: []string{name}}
		if i := slices.IndexFunc(all, func(one setting) bool { return one.name == name }); i >= 0 {
			if at.err = all[i].set(s, value); at.err != nil {
				s.brokenAt(at)
			}
			continue
		}
		if near, err := meant(name, all); near != "" {
			s.brokenAt(settingError{what: variable, of: []string{near}, err: err})
		}
	}
}

// asText gives a TOML value as the environment would hold it.
func asText(value any) (string, error) {
	switch v := value.(type) {
	case string:
		return v, nil
	case bool:
		return strconv.FormatBool(v), nil
	case []any:
		words := make([]string, len(v))
		for i, word := range v {
			text, ok := word.(string)
			if !ok {
				return "", errors.New("must be strings")
			}
			words[i] = text
		}
		return strings.Join(words, ","), nil
	}
	return "", errors.New("must be a string")
}

// pathless is an error of a file without the file's name, which is said beside it.
func pathless(err error) error {
	if of := (*fs.PathError)(nil); errors.As(err, &of) {
		return of.Err
	}
	return err
}

// warnOfSettings says which settings guise goes on without.
func (a *app) warnOfSettings(command string) {
	if command == "doctor" { // it says more of them
		return
	}
	for _, e := range a.settings().broken {
		a.sayf("guise: %v", e)
	}
}
