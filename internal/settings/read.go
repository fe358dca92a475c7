package settings

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"guise/internal/awsconfig"
	"guise/internal/files"
)

// An Error is a setting that guise does not know or cannot read. guise goes on
// without it, but does not do what the setting would have protected.
type Error struct {
	Path     string   // of config.toml; empty: a variable
	Line     int      // 0: the whole file
	Variable string   // its name, and maybe its value; empty: a line of the file
	Of       []string // the settings that it is, is meant to be, or may be
	Err      error
}

func (e *Error) Error() string { return e.where() + ": " + e.Err.Error() }
func (e *Error) Unwrap() error { return e.Err }

func (e *Error) where() string {
	return Origin{e.Path, e.Line, e.Variable}.String()
}

// Protects reports whether what the setting governs is better not done at all than
// done in another way.
func (e *Error) Protects() bool {
	return slices.ContainsFunc(e.Of, func(name string) bool {
		return name == CacheKey || name == AccessKeys || name == MFA || name == Log || name == Guard || name == ofRules
	})
}

// signsIn reports whether the setting says how the user signs in, or under which name.
func (e *Error) signsIn() bool {
	return slices.ContainsFunc(e.Of, func(name string) bool {
		return name == "sign_in" || name == "redirect_port" || name == "browser" || name == "session_name" || name == "source_identity"
	})
}

// Warnings are what a command says of settings that guise goes on without: all of them,
// and those that have another name now; or those that protect something and, where the
// command has the user sign in, those that say how.
func (s Settings) Warnings(all, signsIn bool) (found []error) {
	for _, e := range s.Broken {
		if all || e.Protects() || signsIn && e.signsIn() {
			found = append(found, e)
		}
	}
	for _, e := range s.Renamed {
		if all {
			found = append(found, e)
		}
	}
	return found
}

// An UnsureError is a setting that protects something, CacheKey, AccessKeys or MFA, and
// could not be read.
type UnsureError struct{ Setting *Error }

func (e *UnsureError) Error() string { return "settings: " + e.Setting.Error() }
func (e *UnsureError) Unwrap() error { return e.Setting }

// Sure returns an [*UnsureError] where the setting of that name, or one that may
// have been meant for it, could not be read.
func (s Settings) Sure(name string) error {
	for _, e := range s.Broken {
		if slices.Contains(e.Of, name) {
			return &UnsureError{e}
		}
	}
	return nil
}

func (s *Settings) brokenAt(e Error) { s.Broken = append(s.Broken, &e) }

// Read reads config.toml at path, if it is there, and then the environment
// (NAME=value). What cannot be read is in Broken.
func Read(path string, environ []string) Settings {
	s := Default()
	all := All()
	data, err := files.Read(path, files.ConfigLimit)
	switch {
	case err == nil && bytes.IndexByte(data, 0) >= 0:
		s.unreadable(path, errors.New("it is not UTF-8 text"))
	case err == nil:
		s.fromFile(path, bytes.TrimPrefix(data, []byte("\ufeff")), all) // Notepad's mark
	case !errors.Is(err, fs.ErrNotExist):
		s.unreadable(path, pathless(err))
	case leadsNowhere(path):
		s.unreadable(path, errors.New("a symlink on its path leads nowhere"))
	}
	s.fromEnvironment(environ, all)
	s.Guard.Unsure = s.Sure(Guard)
	return s
}

// leadsNowhere reports whether what is not found at a path has a name all the same: it is, or
// its folder is, a symlink to where nothing is now, such as a disk that is not mounted.
func leadsNowhere(path string) bool {
	for {
		_, there := os.Stat(path)
		if _, err := os.Lstat(path); err == nil {
			return there != nil
		}
		above := filepath.Dir(path)
		if above == path {
			return false
		}
		path = above
	}
}

// unreadable is a file of which nothing is known. Nothing is kept in the cache then,
// since nobody knows where its key is to be; codes are had as by default, or a
// folder that belongs to root would leave a user without credentials.
func (s *Settings) unreadable(path string, err error) {
	s.brokenAt(Error{Path: path, Of: []string{CacheKey, AccessKeys, Guard, Log}, Err: err})
}

func (s *Settings) fromFile(path string, data []byte, all []Setting) {
	lines := bytes.SplitAfter(data, []byte("\n"))
	values, ok := s.values(path, lines, all)
	if !ok {
		return
	}
	for key, value := range values {
		from := Origin{File: path, Line: lineOf(lines, key)}
		at := Error{Path: path, Line: from.Line, Of: []string{key}}
		one, found := called(key, all)
		if key == Guard {
			s.takeGuard(path, lines, value)
			continue
		}
		if !found {
			near, err := meant(key, all)
			at.Of, at.Err = []string{near}, err
			s.brokenAt(at)
			continue
		}
		if at.Of[0] = one.Name; key == one.Was {
			s.renamed(from, key, one)
			if _, both := values[one.Name]; both {
				continue
			}
		}
		text, err := asText(value)
		if n, ok := value.(int64); ok && one.is.number {
			text, err = strconv.FormatInt(n, 10), nil
		}
		if err == nil {
			err = s.take(one, text, from)
		}
		if err != nil {
			at.Err = fmt.Errorf("%s %w", key, err)
			s.brokenAt(at)
		}
	}
	byLine := func(a, b *Error) int { return a.Line - b.Line }
	slices.SortFunc(s.Broken, byLine)
	slices.SortFunc(s.Renamed, byLine)
}

// mostBroken is how many lines that are not TOML are passed over.
const mostBroken = 100

// values reads the file without the lines that are not TOML. Such a line is of the
// setting that it begins, or that the nearest line above it begins.
func (s *Settings) values(path string, lines [][]byte, all []Setting) (values map[string]any, ok bool) {
	for range mostBroken {
		values = nil
		err := toml.Unmarshal(bytes.Join(lines, nil), &values)
		if err == nil {
			return values, true
		}
		row := 0
		if at, ok := errors.AsType[*toml.DecodeError](err); ok {
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
		if inGuard(lines, row) || bytes.Contains(bytes.ToLower(lines[row-1]), []byte(Guard)) { // perhaps it begins the table
			name = Guard
		}
		s.brokenAt(Error{Path: path, Line: row, Of: []string{name}, Err: errors.New("this line is not TOML (name = \"value\")")})
		lines[row-1] = []byte("\n")
	}
	s.unreadable(path, errors.New("it is not TOML"))
	return nil, false
}

// keyOn returns the key that a line of TOML begins with; empty where there is none.
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

// meant returns the setting that is nearest to a name, and an error that says so.
func meant(name string, all []Setting) (near string, err error) {
	near, exact := nearest(name, all)
	switch {
	case exact:
		return near, nil
	case near != "":
		return near, fmt.Errorf("no setting %q; there is %s", name, near)
	}
	names := make([]string, len(all))
	for i, one := range all {
		names[i] = one.Name
	}
	return "", fmt.Errorf("no setting %q; there are %s", name, strings.Join(names, ", "))
}

// nearest returns the setting, or the table, that has a name or a like one; empty where
// there is none.
func nearest(name string, all []Setting) (near string, exact bool) {
	if one, found := called(name, all); found {
		return one.Name, true
	}
	known := make([]string, 0, 2*len(all)+1)
	for _, one := range all {
		if known = append(known, one.Name); one.Was != "" {
			known = append(known, one.Was)
		}
	}
	best := awsconfig.Nearest(name, append(known, Guard))
	if len(best) == 0 {
		return "", false
	}
	if one, found := called(best[0], all); found {
		return one.Name, false
	}
	return best[0], false // the table
}

// ofHook are the variables that the hook exports: each program has them, and none is a setting.
var ofHook = []string{"GUISE_PROMPT", "GUISE_TERMINAL"}

// fromEnvironment reads the GUISE_ variables. One that is no setting may be of the
// hook's or of a program that guise runs: only what is nearly a setting is told.
func (s *Settings) fromEnvironment(environ []string, all []Setting) {
	for _, pair := range environ {
		variable, text, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(variable, prefix) || text == "" || slices.Contains(ofHook, variable) {
			continue
		}
		name := strings.ToLower(strings.TrimPrefix(variable, prefix))
		one, found := called(name, all)
		if !found {
			if near, _ := nearest(name, all); near != "" && near != Guard { // a table has no variable
				_, err := meant(name, all)
				s.brokenAt(Error{Variable: variable, Of: []string{near}, Err: err})
			}
			continue
		}
		if name == one.Was {
			s.renamed(Origin{Variable: variable}, variable, one)
			if isSet(environ, one.Variable()) {
				continue
			}
		}
		if err := s.take(one, text, Origin{Variable: variable}); err != nil {
			s.brokenAt(Error{Variable: variable + "=" + text, Of: []string{one.Name}, Err: err})
		}
	}
}

func isSet(environ []string, variable string) bool {
	return slices.ContainsFunc(environ, func(pair string) bool {
		name, text, _ := strings.Cut(pair, "=")
		return name == variable && text != ""
	})
}

// asText returns a TOML value as the environment would hold it.
func asText(value any) (string, error) {
	switch v := value.(type) {
	case string:
		return v, nil
	case bool:
		return strconv.FormatBool(v), nil
	case int64:
		return strconv.FormatInt(v, 10), nil
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
	if of, ok := errors.AsType[*fs.PathError](err); ok {
		return of.Err
	}
	return err
}
