package doctor

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"

	"guise/session"
)

// Report is a text for a bug report: what guise runs on, what is set and what was found.
// version names this guise. No secret is in it, and nothing that says whose it is: names,
// accounts, ARNs, addresses, folders and what the user has written as a value are replaced,
// the same by the same each time.
func Report(f Facts, found []Finding, version string) string {
	r := newRedactor(f) // of what guise says by itself nothing is replaced: a profile may be called "role"
	lines := []string{
		version,
		"system:   " + cmp.Or(systemName(), "unknown"),
		"shell:    " + r.redact(cmp.Or(f.Getenv("GUISE_SHELL"), f.Getenv("SHELL"), "unknown")) + map[bool]string{true: ", hook loaded", false: ", hook not loaded"}[f.Getenv("GUISE_SHELL") != ""],
		"terminal: " + r.redact(cmp.Or(f.Getenv("TERM"), "none")+before(" in ", f.Getenv("TERM_PROGRAM"))),
		"profiles: " + kinds(f),
		"settings:",
	}
	for _, row := range f.Settings.Rows() {
		if row.From != "default" {
			value, _, more := strings.Cut(row.Value, " ") // of a command, its program
			lines = append(lines, "  "+row.Name+" = "+r.redact(value+map[bool]string{true: " …"}[more]+"   # "+row.From))
		}
	}
	lines = append(lines, "findings:")
	found = slices.Clone(found)
	for i := range found {
		found[i].What = r.values(found[i].What)
	}
	if len(found) > 0 {
		lines = append(lines, r.redact("  "+strings.Join(Lines(found, ""), "\n  ")))
	}
	return strings.Join(lines, "\n") + "\n"
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
