package doctor

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"guise/internal/awsconfig"
	"guise/internal/printable"
	"guise/shell"
)

// A redactor replaces what says whose a text is: the same by the same each time.
type redactor struct {
	home  string
	names []named        // that the user or the machine has, the longest first
	seen  map[string]int // what was replaced, and where in told is what stands for it
	told  []string
	count map[string]int // of each kind
}

// A named is a text that a name is written as, and what has the name.
type named struct{ kind, text, name string }

// newRedactor knows the names in the user's files and environment. "default" says nothing
// of anybody.
func newRedactor(f Facts) *redactor {
	r := &redactor{home: f.Home, seen: map[string]int{}, count: map[string]int{}}
	known := func(kind string, all ...string) {
		for _, name := range all {
			if name == "" || name == "default" {
				continue
			}
			texts := []string{name, printable.Line(name), shell.Word(name), awsconfig.EncodeProfile(name)}
			slices.Sort(texts)
			for _, text := range slices.Compact(texts) {
				r.names = append(r.names, named{kind, text, name})
			}
		}
	}
	known("profile", f.Files.Names()...)
	known("profile", f.Getenv("AWS_PROFILE"), f.Getenv("AWS_DEFAULT_PROFILE"), f.Getenv("AWS_EB_PROFILE"))
	known("session", f.Files.SSOSessions()...)
	for _, p := range f.Files.Profiles() { // names that there are not, too
		known("profile", p.Get("source_profile"))
		known("session", p.Get("sso_session"))
		known("alias", p.Own("alias"))
		known("role", p.Get("sso_role_name"))
	}
	for _, broken := range f.Settings.Broken { // a secret may have been put there
		_, value, _ := strings.Cut(broken.Variable, "=")
		known("value", value)
	}
	for _, path := range []string{f.Config, f.Credentials} { // a space may be in them
		if !strings.HasPrefix(path, f.Home) {
			known("path", path)
		}
	}
	host, _ := os.Hostname()
	known("host", host)
	known("user", f.Getenv("USER"), f.Getenv("LOGNAME"))
	if len(f.Home) > 1 {
		known("user", filepath.Base(f.Home))
	}
	slices.SortStableFunc(r.names, func(a, b named) int {
		return cmp.Or(len(b.text)-len(a.text), strings.Compare(a.text, b.text))
	})
	return r
}

// redact returns a text in which nothing says whose it is. Whole paths and values are
// replaced first, then what tells itself, as an ARN does, then names: a name may be a
// part of any of them.
func (r *redactor) redact(text string) string {
	if len(r.home) > 1 {
		text = strings.ReplaceAll(text, r.home, "~")
	}
	whole := func(one named) bool { return one.kind == "path" || one.kind == "value" }
	for _, one := range r.names {
		if whole(one) {
			text = r.replaceName(text, one)
		}
	}
	text = r.words(text)
	for _, one := range r.names {
		if !whole(one) {
			text = r.replaceName(text, one)
		}
	}
	for i, stands := range r.told {
		text = strings.ReplaceAll(text, string(firstTold+rune(i)), stands)
	}
	return text
}

// firstTold is the first of the characters that stand in the text for what is in told,
// while the names are replaced: nobody uses them.
const firstTold = '\U000F0000'

// words replaces the words that tell by themselves whose they are.
func (r *redactor) words(text string) string {
	var b strings.Builder
	for len(text) > 0 {
		end := strings.IndexFunc(text, between)
		switch {
		case end < 0:
			end = len(text)
		case end == 0:
			end = len(string([]rune(text[:min(4, len(text))])[0]))
			b.WriteString(text[:end])
			text = text[end:]
			continue
		}
		b.WriteString(r.word(text[:end]))
		text = text[end:]
	}
	return b.String()
}

// values returns what a finding says without the values in it: what stands in quotes, and
// after a setting's name and =.
func (r *redactor) values(what string) string {
	if name, rest, is := strings.Cut(what, " = "); is {
		value, rest, more := strings.Cut(rest, ": ")
		what = name + " = " + r.as("value", value)
		if more {
			what += ": " + r.values(rest)
		}
		return what
	}
	parts := strings.Split(what, `"`)
	for i := 1; i+1 < len(parts); i += 2 {
		parts[i] = r.as("value", parts[i])
	}
	return strings.Join(parts, `"`)
}

// between reports whether a character stands between the words of a text.
func between(c rune) bool { return unicode.IsSpace(c) || strings.ContainsRune(`,;'"()[]{}<>`, c) }

// word replaces a word by what it is, if that says whose it is.
func (r *redactor) word(word string) string {
	for _, mark := range []string{"arn:", "AKIA", "ASIA", "…"} { // behind --role= or AccessKeyId:, too
		if at := strings.Index(word, mark); at > 0 && !inWord(word[at-1]) {
			return r.word(word[:at]) + r.word(word[at:])
		}
	}
	end := strings.TrimRight(word, `.:\`)
	rest := word[len(end):]
	switch _, domain, isMail := strings.Cut(end, "@"); {
	case strings.HasPrefix(end, "arn:"):
		return r.as("arn", end) + rest
	case strings.Contains(end, "://"):
		return r.as("address", end) + rest
	case isMail && strings.Contains(domain, "."):
		return r.as("mail", end) + rest
	case strings.HasPrefix(end, "AKIA"), strings.HasPrefix(end, "ASIA"), strings.HasPrefix(end, "…") && end != "…":
		return r.as("key", end) + rest
	case isElsewhere(end):
		return r.as("path", end) + rest
	}
	return r.accounts(word)
}

// isElsewhere reports whether a word is a path that is neither in the home nor one that
// every system has.
func isElsewhere(word string) bool {
	has := func(start string) bool { return strings.HasPrefix(word, start) }
	onWindows := len(word) > 2 && word[1:3] == `:\`
	return onWindows || has("/") && !slices.ContainsFunc([]string{"/usr/", "/bin/", "/etc/", "/dev/", "/opt/homebrew/bin/"}, has)
}

// accounts replaces each run of twelve digits.
func (r *redactor) accounts(word string) string {
	for at := 0; at < len(word); at++ {
		digits := len(word[at:]) - len(strings.TrimLeft(word[at:], "0123456789"))
		if digits == 12 {
			return word[:at] + r.as("account", word[at:at+12]) + r.accounts(word[at+12:])
		}
		at += digits
	}
	return word
}

// replaceName replaces a name where it stands as a whole word.
func (r *redactor) replaceName(text string, one named) string {
	var b strings.Builder
	for {
		at := strings.Index(text, one.text)
		if at < 0 {
			return b.String() + text
		}
		end := at + len(one.text)
		is := one.text
		if !(at > 0 && inWord(text[at-1]) && inWord(is[0])) && !(end < len(text) && inWord(text[end]) && inWord(is[len(is)-1])) {
			is = r.as(one.kind, one.name)
		}
		b.WriteString(text[:at] + is)
		text = text[end:]
	}
}

func inWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80
}

// as is what stands for a thing of a kind, while the names are replaced.
func (r *redactor) as(kind, is string) string {
	i, ok := r.seen[is]
	if !ok {
		r.count[kind]++
		i = len(r.told)
		r.seen[is] = i
		r.told = append(r.told, fmt.Sprintf("<%s-%d>", kind, r.count[kind]))
	}
	return string(firstTold + rune(i))
}
