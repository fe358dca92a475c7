package awsconfig

import (
	"slices"
	"strings"
)

// Check reports whether the files may be written; its error is a *SyntaxError with
// the file and the line.
func (f *Files) Check() error {
	for fault := range f.faults {
		return fault
	}
	return nil
}

// Faults returns every line of the files for which they are not written.
func (f *Files) Faults() []*SyntaxError { return slices.Collect(f.faults) }

func (f *Files) faults(yield func(*SyntaxError) bool) {
	for _, one := range f.both() {
		for fault := range one.parsed().faults {
			if fault.File = one.path; !yield(fault) {
				return
			}
		}
	}
}

// An SDK that reads names of profiles in its own way.
const (
	Botocore = "botocore (AWS CLI, boto3)"
	GoSDK    = "the Go SDK"
	JSSDK    = "the JavaScript SDK"
)

// Unseen gives, for each profile whose name some SDK cannot see, those SDKs. Of a
// name that has several headers one is enough. In the credentials file all see
// every name.
//
// Sources: botocore reads a header with Python's shlex (configloader.py,
// build_profile_map); the Go SDK takes what follows the word profile as it stands;
// the JavaScript SDK takes letters, digits and - _ / . % @ : + only, in quotes or
// not (shared-ini-file-loader, parseIni).
func (f *Files) Unseen() map[string][]string {
	unseen := map[string][]string{}
	for _, s := range f.config.parsed().sections {
		name, ok := s.header.profile(false)
		if !ok || s.header.kind != kindProfile {
			continue
		}
		blind := blindTo(s.header.inside, name)
		if before, several := unseen[name]; several {
			blind = slices.DeleteFunc(blind, func(sdk string) bool { return !slices.Contains(before, sdk) })
		}
		unseen[name] = blind
	}
	for _, s := range f.credentials.parsed().sections {
		if name, ok := s.header.profile(true); ok {
			delete(unseen, name)
		}
	}
	for name, blind := range unseen {
		if len(blind) == 0 {
			delete(unseen, name)
		}
	}
	return unseen
}

// SeenByAll reports whether every SDK would see a profile of a name, and shells take the name
// for a word: guise gives no profile another one. "default" is everybody's.
func SeenByAll(name string) bool {
	return name != "" && len(blindTo(kindProfile+" "+name, name)) == 0 && name != kindDefault && name != "__proto__" && !strings.HasPrefix(name, "-")
}

// blindTo returns the SDKs that do not find a name in the header that has it: what
// is between the brackets.
func blindTo(inside, name string) (sdks []string) {
	raw := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(inside), kindProfile)) // the name, in quotes or not
	if words, ok := shellWords(raw); !ok || len(words) != 1 || words[0] != name {
		sdks = append(sdks, Botocore)
	}
	if raw != name {
		sdks = append(sdks, GoSDK)
	}
	if !onlyOf(name, "-_/.%@:+") {
		sdks = append(sdks, JSSDK)
	}
	return sdks
}

// shellWords takes a text apart as Python's shlex.split does; not ok where a quote
// is not closed.
func shellWords(text string) (words []string, ok bool) {
	var word strings.Builder
	inWord, quote := false, byte(0)
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quote != 0 && c == quote:
			quote = 0
		case c == '\\' && quote != '\'' && i+1 < len(text) && (quote == 0 || text[i+1] == '"' || text[i+1] == '\\'):
			i++
			word.WriteByte(text[i])
			inWord = true
		case c == '\\' && quote == 0:
			return nil, false // nothing comes after it
		case quote != 0:
			word.WriteByte(c)
		case c == '"' || c == '\'':
			quote, inWord = c, true
		case c == ' ' || c == '\t':
			if inWord {
				words = append(words, word.String())
				word.Reset()
			}
			inWord = false
		default:
			word.WriteByte(c)
			inWord = true
		}
	}
	if inWord {
		words = append(words, word.String())
	}
	return words, quote == 0
}
