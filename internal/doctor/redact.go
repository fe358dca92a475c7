package doctor

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
	"unicode"
)

// A redactor replaces what says whose a text is: the same by the same each time.
type redactor struct {
	home  string
	names []named // that the user or the machine has, the longest first
	seen  map[string]string
	count map[string]int
}

// A named is a name, and what has it.
type named struct{ kind, name string }

// newRedactor knows the names in the user's files and environment. "default" says nothing
// of anybody.
func newRedactor(f Facts) *redactor {
	r := &redactor{home: f.Home, seen: map[string]string{}, count: map[string]int{}}
	known := func(kind string, all ...string) {
		for _, name := range all {
			if name != "" && name != "default" {
				r.names = append(r.names, named{kind, name})
			}
		}
	}
	known("profile", f.Files.Names()...)
	known("profile", f.Getenv("AWS_PROFILE"), f.Getenv("AWS_DEFAULT_PROFILE"), f.Getenv("AWS_EB_PROFILE"))
	known("session", f.Files.SSOSessions()...)
	for _, p := range f.Files.Profiles() { // names that there are not, too
		known("profile", p.Get("source_profile"))
		known("session", p.Get("sso_session"))
	}
	host, _ := os.Hostname()
	known("host", host)
	known("user", f.Getenv("USER"), f.Getenv("LOGNAME"))
	slices.SortFunc(r.names, func(a, b named) int {
		return cmp.Or(len(b.name)-len(a.name), strings.Compare(a.name, b.name))
	})
	return r
}

// redact returns a text in which nothing says whose it is.
func (r *redactor) redact(text string) string {
	text = strings.ReplaceAll(text, r.home, "~")
	for _, one := range r.names {
		text = r.replaceName(text, one)
	}
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

// between reports whether a character stands between the words of a text.
func between(c rune) bool { return unicode.IsSpace(c) || strings.ContainsRune(`,;'"()[]{}<>`, c) }

// word replaces a word by what it is, if that says whose it is.
func (r *redactor) word(word string) string {
	end := strings.TrimRight(word, ".:")
	rest := word[len(end):]
	switch _, domain, isMail := strings.Cut(end, "@"); {
	case strings.HasPrefix(end, "arn:"):
		return r.as("arn", end) + rest
	case strings.Contains(end, "://"):
		return r.as("address", end) + rest
	case isMail && strings.Contains(domain, "."):
		return r.as("mail", end) + rest
	case strings.HasPrefix(end, "AKIA"), strings.HasPrefix(end, "ASIA"), strings.HasPrefix(end, "…"):
		return r.as("key", end) + rest
	}
	return r.accounts(word)
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
		at := strings.Index(text, one.name)
		if at < 0 {
			return b.String() + text
		}
		end := at + len(one.name)
		is := one.name
		if !(at > 0 && inWord(text[at-1]) && inWord(is[0])) && !(end < len(text) && inWord(text[end]) && inWord(is[len(is)-1])) {
			is = r.as(one.kind, is)
		}
		b.WriteString(text[:at] + is)
		text = text[end:]
	}
}

func inWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80
}

// as is what stands for a thing of a kind.
func (r *redactor) as(kind, is string) string {
	if r.seen[is] == "" {
		r.count[kind]++
		r.seen[is] = fmt.Sprintf("<%s-%d>", kind, r.count[kind])
	}
	return r.seen[is]
}
