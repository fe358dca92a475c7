package sdk

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"guise/internal/parallel"
)

// Almost all of an AWS file is plain: headers and settings that no two SDKs have ever read
// in different ways. This file reads what is plain once for both SDKs, and only the rest as
// each of them does. That it finds what [Botocore] and [GoSDK] find is tested on generated
// files (TestReadBoth, FuzzReadBoth).
//
// It can do so since neither SDK carries anything over a plain header, which stands alone at
// the beginning of a line: what is below it, up to the next one, is a part, and says the
// same wherever it stands in a file. So parts are read one by one, on all processors. What
// does look beyond a part has the file read as a whole: a section that comes twice,
// [DEFAULT], carriage returns, what is not UTF-8, and all for which botocore refuses a file.

// Read reads the files as [Botocore] and [GoSDK] do.
func Read(f Files) Readings {
	const slice = 128 << 10 // bytes
	return readIn(f, len(f.Config)/slice+1)
}

// readIn is Read of each file in about n slices at once.
func readIn(f Files, n int) Readings {
	config, plain := inParts(f.Config, f.ConfigPath, n)
	credentials, too := inParts(f.Credentials, f.CredentialsPath, n)
	var r Readings
	if plain && too {
		var twice, goTwice bool
		atOnce(
			func() { r.Botocore, twice = botocoreReading(config.botocore, credentials.botocore) },
			func() { r.Go, goTwice = goReading(config.goSDK, credentials.goSDK) },
		)
		if !twice && !goTwice {
			return r
		}
	}
	atOnce(func() { r.Botocore = Botocore(f) }, func() { r.Go = GoSDK(f) })
	return r
}

// parts are the sections of a file as each SDK reads them: those of plain parts are the same.
type parts struct{ botocore, goSDK []named }

// inParts reads a file part by part; not ok where it is to be read as a whole.
func inParts(data []byte, path string, n int) (all parts, ok bool) {
	if bytes.IndexByte(data, '\r') >= 0 || bytes.Contains(data, []byte("[DEFAULT]")) || !utf8.Valid(data) {
		return all, false
	}
	slices := sliced(string(data), n)
	read, sound, first := make([]parts, len(slices)), make([]bool, len(slices)), make([]int, len(slices)+1)
	first[0] = 1
	for i, text := range slices {
		first[i+1] = first[i] + strings.Count(text, "\n")
	}
	parallel.Spans(len(slices), 1, func() func(int, int) {
		return func(i, _ int) { sound[i] = read[i].read(slices[i], &path, first[i]) }
	})
	for i, one := range read {
		if ok = sound[i]; !ok {
			return all, false
		}
		if i == 0 {
			all = one
			continue
		}
		all.botocore, all.goSDK = append(all.botocore, one.botocore...), append(all.goSDK, one.goSDK...)
	}
	return all, true
}

// sliced cuts a file into about n slices that begin with a part; the first may begin with
// what is before all parts.
func sliced(text string, n int) (slices []string) {
	for ; n > 1; n-- {
		at := len(text) / n
		for {
			next := strings.Index(text[at:], "\n[")
			if next < 0 {
				return append(slices, text)
			}
			at += next + 1
			line, _, _ := strings.Cut(text[at:], "\n")
			if _, ok := plainHeader(line); ok {
				break
			}
		}
		slices, text = append(slices, text[:at]), text[at:]
	}
	return append(slices, text)
}

// read reads a slice of a file whose first line has a number; not ok where the file is to be
// read as a whole.
func (all *parts) read(text string, path *string, number int) (ok bool) {
	headers := strings.Count(text, "\n[") + 1
	room, sections := make([]setting, 0, strings.Count(text, "=")), make([]section, 0, headers)
	all.botocore, all.goSDK = make([]named, 0, headers), make([]named, 0, headers)
	for text != "" {
		part, name, settings, lines, plain := nextPart(text, path, number, room)
		switch {
		case plain:
			sections = append(sections, section{settings[:len(settings):len(settings)]})
			one := named{name, &sections[len(sections)-1]}
			all.botocore, all.goSDK = append(all.botocore, one), append(all.goSDK, one)
			room = settings[len(settings):]
		case !all.readOdd(part, path, number):
			return false
		}
		text, number = text[len(part):], number+lines
	}
	return true
}

// readOdd reads a part as each SDK does.
func (all *parts) readOdd(part string, path *string, number int) (ok bool) {
	sections, broken := configparser(part, path, number)
	if broken != nil {
		return false
	}
	all.botocore, all.goSDK = append(all.botocore, sections...), append(all.goSDK, goParse(part, path, number)...)
	return true
}

// nextPart returns the part at the beginning of a text and, where it is plain, its section.
// The settings are put into room, behind those that are in it.
func nextPart(text string, path *string, number int, room []setting) (part, name string, settings []setting, lines int, plain bool) {
	settings = room[:0]
	rest := text
	for rest != "" {
		line, below, ended := strings.Cut(rest, "\n")
		header, isHeader := plainHeader(line)
		switch {
		case isHeader && lines > 0:
			return text[:len(text)-len(rest)], name, settings, lines, plain && !isHalf(settings)
		case isHeader:
			name, plain = header, true
		case plain:
			settings, plain = plainLine(line, path, number+lines, settings)
		}
		if rest = below; ended {
			lines++
		}
	}
	return text, name, settings, lines, plain && !isHalf(settings)
}

// plainHeader is what stands in a header that every SDK takes for the same: one or two words
// of characters that mean nothing to any of them.
func plainHeader(line string) (name string, ok bool) {
	if len(line) < 3 || line[0] != '[' || line[len(line)-1] != ']' {
		return "", false
	}
	name = line[1 : len(line)-1]
	first, second, two := strings.Cut(name, " ")
	return name, first != "" && all(first, "_.-@+") && (!two || second != "" && all(second, "_.-@+"))
}

// plainLine adds what a line below a plain header says to the settings of that section: they
// are as they were where it is empty or a comment. Not ok where SDKs may differ on it.
func plainLine(line string, path *string, number int, settings []setting) (with []setting, ok bool) {
	if line == "" || isComment(line) {
		return settings, true
	}
	at := strings.IndexByte(line, '=')
	if at <= 0 || line[0] == ' ' {
		return settings, strings.Trim(line, " \t") == ""
	}
	key, text := strings.TrimRight(line[:at], " "), strings.Trim(line[at+1:], " ")
	if !isPlainKey(key) || !isPlainText(text) || (&section{settings}).has(key) {
		return settings, false
	}
	return append(settings, setting{key, value{text: text, path: path, line: int32(number)}}), true //nolint:gosec // a file has fewer lines
}

// isPlainKey reports whether a text is a key as AWS documents them: in lower case.
func isPlainKey(text string) bool {
	for i := range len(text) {
		if c := text[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' && c != '-' {
			return false
		}
	}
	return true
}

// isPlainText reports whether a text is of one line, and has nothing that may be a comment or
// quotes.
func isPlainText(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '#' || c == ';' || c == '"' || c == '\'' {
			return false
		}
	}
	return true
}

// isHalf reports whether settings have half a pair of access keys, for which the Go SDK
// refuses a profile: see partial.
func isHalf(settings []setting) bool {
	s := &section{settings}
	return s.has("aws_access_key_id") != s.has("aws_secret_access_key")
}
