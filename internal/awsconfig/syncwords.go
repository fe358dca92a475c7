package awsconfig

import (
	"fmt"
	"strings"
)

// Done says what a sync has changed in a file.
func (c SyncChanges) Done(file string) string {
	text := c.words("added", "removed", "renamed")
	if len(c.Added)+len(c.Removed)+len(c.Renamed) > 0 {
		text += ", in " + file
	}
	return text
}

// Would says what a sync would change.
func (c SyncChanges) Would() string {
	if len(c.Added)+len(c.Removed)+len(c.Renamed) == 0 {
		return c.words("", "", "")
	}
	return "would " + c.words("add", "remove", "rename")
}

// words counts the profiles, the verb first: "added 90 profiles, removed 2".
func (c SyncChanges) words(add, remove, rename string) string {
	var parts []string
	count := func(n int, format, verb string) {
		thing := ""
		switch {
		case n == 0:
			return
		case len(parts) > 0:
		case n == 1:
			thing = " profile"
		default:
			thing = " profiles"
		}
		parts = append(parts, fmt.Sprintf(format, verb, fmt.Sprint(n)+thing))
	}
	count(len(c.Added), "%s %s", add)
	count(len(c.Removed), "%s %s", remove)
	count(len(c.Renamed), "%s %s", rename)
	count(c.Unchanged, "%[2]s %[1]s", "unchanged")
	if len(parts) == 0 {
		return "no accounts are granted"
	}
	return strings.Join(parts, ", ")
}
