package sdk

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// named is a section with its header's text.
type named struct {
	name   string
	values *section
}

// usual is how many lines a profile's section has, about: a guess at how many sections a
// file has.
const usual = 4

// configparser reads a text, whose first line has a number, as RawConfigParser and
// raw_config_parse do.
func configparser(text string, path *string, first int) ([]named, *Fault) {
	if !utf8.ValidString(text) {
		return nil, &Fault{Why: "Python cannot read the file: it is not UTF-8", Path: *path, Line: first + strings.Count(text[:invalidAt(text)], "\n")}
	}
	if strings.IndexByte(text, '\r') >= 0 {
		text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	}
	lines := 1 + strings.Count(text, "\n")
	p := parser{path: path, index: make(map[string]int, lines/usual), sections: make([]named, 0, lines/usual), room: roomFor(lines), defaults: &section{}}
	number := first
	for line := range strings.SplitSeq(text, "\n") {
		if broken := p.line(line, number); broken != nil {
			return nil, broken
		}
		number++
	}
	for _, s := range append(slices.Clone(p.sections), named{"", p.defaults}) {
		for i := range s.values.settings {
			v := &s.values.settings[i]
			v.text = strings.TrimRightFunc(v.text, unicode.IsSpace)
			if v.nested = strings.HasPrefix(v.text, "\n"); v.nested {
				for inner := range strings.SplitSeq(v.text, "\n") {
					if strings.TrimSpace(inner) != "" && !strings.Contains(inner, "=") {
						return nil, &Fault{"Python cannot read the file: a setting below " + v.key + " without =", *path, int(v.line)}
					}
				}
			}
		}
	}
	for _, s := range p.sections {
		for _, one := range p.defaults.settings {
			if !s.values.has(one.key) {
				one.odd = inDefault
				s.values.put(one.key, one.value)
			}
		}
	}
	return p.sections, p.bogus
}

func invalidAt(data string) int {
	for i := 0; i < len(data); {
		c, n := utf8.DecodeRuneInString(data[i:])
		if c == utf8.RuneError && n <= 1 {
			return i
		}
		i += n
	}
	return len(data)
}

type parser struct {
	path     *string
	room     room
	sections []named
	index    map[string]int
	defaults *section
	now      *section // the section at hand; nil before the first
	key      string   // the option at hand
	indent   int
	bogus    *Fault // the first line that is no option: reported at the end
}

func (p *parser) line(line string, number int) *Fault {
	broken := func(why string) *Fault {
		return &Fault{"Python cannot read the file: " + why, *p.path, number}
	}
	text := strings.TrimSpace(line)
	if isComment(text) {
		return nil
	}
	if text == "" {
		if p.now != nil && p.key != "" {
			p.more("")
		}
		return nil
	}
	indent := 0
	if line[0] <= ' ' || line[0] >= utf8.RuneSelf {
		indent = utf8.RuneCountInString(line[:len(line)-len(strings.TrimLeftFunc(line, unicode.IsSpace))])
	}
	if p.now != nil && p.key != "" && indent > p.indent {
		p.more(text)
		return nil
	}
	p.indent = indent
	if end := strings.LastIndexByte(text, ']'); text[0] == '[' && end > 1 {
		return p.header(text[1:end], broken)
	}
	if p.now == nil {
		return broken("a line before any section")
	}
	at := separator(text)
	key := ""
	if at >= 0 {
		key = strings.ToLower(strings.TrimSpace(text[:at]))
	}
	if key == "" {
		if p.bogus == nil {
			p.bogus = broken("neither a section, a setting nor a comment")
		}
		if at < 0 {
			return nil
		}
	}
	// A key of [DEFAULT] may come again there only under another header; guise
	// does not follow Python that far.
	if p.now.has(key) {
		return broken(key + " twice in one section")
	}
	p.key = key
	v := value{text: strings.TrimSpace(text[at+1:]), path: p.path, line: int32(number)} //nolint:gosec // a file has fewer lines
	p.now.settings = append(p.now.settings, setting{key, v})
	return nil
}

// separator finds the first of the two marks that end a key; negative where there is none.
func separator(text string) int {
	equals := strings.IndexByte(text, '=')
	if equals < 0 {
		return strings.IndexByte(text, ':')
	}
	if colon := strings.IndexByte(text[:equals], ':'); colon >= 0 {
		return colon
	}
	return equals
}

func (p *parser) header(name string, broken func(string) *Fault) *Fault {
	p.key = ""
	if name == "DEFAULT" {
		p.now = p.defaults
		return nil
	}
	if _, twice := p.index[name]; twice {
		return broken("[" + name + "] twice")
	}
	p.index[name] = len(p.sections)
	p.now = p.room.section()
	p.sections = append(p.sections, named{name, p.now})
	return nil
}

// more continues the value at hand.
func (p *parser) more(text string) {
	p.now.find(p.key).text += "\n" + text
}
