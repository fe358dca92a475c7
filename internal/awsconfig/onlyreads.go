package awsconfig

import (
	"slices"
	"strings"
)

// An SSO role takes no session policy, so that `--read-only` takes another profile of the
// same account, which guise_read_only names. Sync proposes it: by a line in the profiles of
// its block, which its diff shows.

// keyReadOnly names the profile to take for --read-only.
const keyReadOnly = own + "read_only"

// OnlyReads reports whether an SSO role is called as AWS calls permission sets that only
// read: ReadOnlyAccess and ViewOnlyAccess (the managed policies and predefined permission
// sets of these names), AWSReadOnlyAccess (AWS Control Tower's), and those without "Access".
// A name that says more, ReadOnlySupport, may do more.
func OnlyReads(role string) bool {
	name := strings.NewReplacer("-", "", "_", "").Replace(strings.ToLower(role))
	name = strings.TrimSuffix(strings.TrimPrefix(name, "aws"), "access")
	return name == "readonly" || name == "viewonly"
}

// withTwins gives profiles of a block the one that only reads, in their accounts. That one
// is its own. inside is the block as it was, taken are names that stand outside of it.
func withTwins(want []Synced, inside *Document, taken map[string]bool, prune bool) []Synced {
	twins := map[string]Synced{}    // by account
	names := map[[2]string]string{} // of those that are wanted
	moved := map[string]string{}    // from the names that they had
	for _, w := range want {
		if taken[w.Name] {
			continue
		}
		names[[2]string{w.AccountID, w.RoleName}] = w.Name
		before, known := twins[w.AccountID]
		if OnlyReads(w.RoleName) && (!known || w.RoleName < before.RoleName) { // ReadOnly… before ViewOnly…, which sees less
			twins[w.AccountID] = w
		}
	}
	for _, s := range inside.sections[1:] {
		if name, wanted := names[identity(s)]; wanted || prune {
			moved[nameOf(s)] = name
		}
	}
	want = slices.Clone(want)
	for i, w := range want {
		want[i].readOnly, want[i].moved = twins[w.AccountID].Name, moved
		if OnlyReads(w.RoleName) {
			want[i].readOnly = w.Name
		}
	}
	return want
}

// proposes adds guise_read_only to the lines of guise in a profile of a block, where nobody
// has named a profile there. One that is named and is in the block itself keeps the
// reference, whatever it is called now; outdated is the line of one that goes.
func (w Synced) proposes(ours [][2]string, was *section) (lines, outdated [][2]string) {
	name, before := w.readOnly, ""
	if was != nil {
		before = was.value(keyReadOnly)
	}
	if before != "" {
		now, moves := w.moved[before]
		if !moves || now == before {
			return ours, nil
		}
		if outdated = [][2]string{{keyReadOnly, before}}; now != "" {
			name = now
		}
	}
	if _, err := settingLine(keyReadOnly, name); err != nil {
		return ours, outdated
	}
	return append(ours, [2]string{keyReadOnly, name}), outdated
}
