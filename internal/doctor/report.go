package doctor

import (
	"cmp"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"guise/session"
)

// Report is a text for a bug report: what guise runs on, what is set and what was found.
// version names this guise. No secret is in it, and nothing that says whose it is: names,
// accounts, ARNs, addresses and the home are replaced, the same by the same each time.
func Report(f Facts, found []Finding, version string) string {
	lines := []string{
		version,
		"system:   " + cmp.Or(systemName(), "unknown"),
		"shell:    " + cmp.Or(f.Getenv("GUISE_SHELL"), f.Getenv("SHELL"), "unknown") + map[bool]string{true: ", hook loaded", false: ", hook not loaded"}[f.Getenv("GUISE_SHELL") != ""],
		"terminal: " + cmp.Or(f.Getenv("TERM"), "none") + before(" in ", f.Getenv("TERM_PROGRAM")),
		"profiles: " + kinds(f),
		"settings:",
	}
	for _, row := range f.Settings.Rows() {
		if row.From != "default" {
			lines = append(lines, "  "+row.Name+" = "+row.Value+"   # "+row.From)
		}
	}
	lines = append(lines, "findings:")
	for _, line := range Lines(found) {
		lines = append(lines, "  "+line)
	}
	return newRedactor(f).redact(strings.Join(lines, "\n")) + "\n"
}

// systemName is what the operating system calls itself.
func systemName() string {
	data, err := os.ReadFile("/etc/os-release")
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(data)) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "PRETTY_NAME="); ok {
			return strings.Trim(name, `"`)
		}
	}
	return ""
}

func before(between, text string) string {
	if text == "" {
		return ""
	}
	return between + text
}

// kinds counts the profiles, and those of each kind.
func kinds(f Facts) string {
	profiles, managed := f.Files.Profiles(), 0
	count := map[string]int{}
	for _, p := range profiles {
		count[session.Way(p)]++
		if p.Managed() {
			managed++
		}
	}
	var each []string
	for kind, n := range count {
		each = append(each, fmt.Sprintf("%d %s", n, kind))
	}
	slices.Sort(each)
	return fmt.Sprintf("%d, %d managed (%s)", len(profiles), managed, strings.Join(each, ", "))
}

// A redactor replaces what says whose a text is.
type redactor struct {
	words    *strings.Replacer
	patterns []pattern
	seen     map[string]string
}

// A pattern is what stands for one kind of thing that must not be seen.
type pattern struct {
	kind string
	is   *regexp.Regexp
}

// newRedactor knows the names in the user's files and environment. The longest are replaced
// first; "default" says nothing of anybody.
func newRedactor(f Facts) *redactor {
	r := &redactor{seen: map[string]string{}, patterns: []pattern{
		{"arn", regexp.MustCompile(`arn:[a-z-]+:[^\s,;'"]+`)},
		{"address", regexp.MustCompile(`[a-z]+://[^\s,;'"]+`)},
		{"key", regexp.MustCompile(`\b(?:AKIA|ASIA)[A-Z0-9]{4,}\b|…[A-Z0-9]{4}\b`)},
		{"account", regexp.MustCompile(`\b\d{12}\b`)},
		{"mail", regexp.MustCompile(`[\w.+-]+@[\w-]+\.[\w.-]+`)},
	}}
	var names []pattern
	known := func(kind string, all ...string) {
		slices.SortFunc(all, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
		for _, name := range all {
			if name != "" && name != "default" {
				names = append(names, pattern{kind, regexp.MustCompile(edge(name, 0) + regexp.QuoteMeta(name) + edge(name, len(name)-1))})
			}
		}
	}
	known("profile", append(f.Files.Names(), f.Getenv("AWS_PROFILE"), f.Getenv("AWS_DEFAULT_PROFILE"), f.Getenv("AWS_EB_PROFILE"))...)
	known("session", f.Files.SSOSessions()...)
	host, _ := os.Hostname()
	known("host", host)
	known("user", f.Getenv("USER"), f.Getenv("LOGNAME"))
	r.words = strings.NewReplacer(f.Home, "~")
	r.patterns = append(r.patterns, names...)
	return r
}

// edge is where a name may begin or end: at the edge of a word, if it is one there.
func edge(name string, at int) string {
	if c := name[at]; c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' {
		return `\b`
	}
	return ""
}

func (r *redactor) redact(text string) string {
	text = r.words.Replace(text)
	for _, p := range r.patterns {
		text = p.is.ReplaceAllStringFunc(text, func(is string) string {
			if r.seen[is] == "" {
				r.seen[is] = fmt.Sprintf("<%s-%d>", p.kind, r.count(p.kind)+1)
			}
			return r.seen[is]
		})
	}
	return text
}

// count is how many of a kind were seen.
func (r *redactor) count(kind string) (n int) {
	for _, name := range r.seen {
		if strings.HasPrefix(name, "<"+kind+"-") {
			n++
		}
	}
	return n
}
