package awsconfig

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// A block is the part of the config file that `guise sso sync` writes, between
// two comments that are its own. Nothing outside of it is touched.

// Synced is a profile of a block.
type Synced struct {
	Name, AccountID, RoleName, Region string
	// readOnly is the profile of the block that only reads, in the same account; empty: none.
	// moved says what the profiles of the block are called now; empty: they go.
	readOnly string
	moved    map[string]string
	// AccountName is as the organisation has it: guise knows the profile by it, and messages
	// say it.
	AccountName string
}

// SyncChanges is what writing a block changes.
type SyncChanges struct {
	Added     []string    `json:"added"`
	Removed   []string    `json:"removed"`
	Renamed   [][2]string `json:"renamed"` // from, to
	Stale     []string    `json:"stale"`   // no longer granted, and left since they were not to be pruned
	Taken     []string    `json:"taken"`   // names that stand outside the block already: left out
	Unchanged int         `json:"unchanged"`
}

// MaySync reports whether Sync writes a profile of this name. Names come from a portal's
// answer: default is the profile of every program that names none, and is a user's
// to give.
func MaySync(name string) bool {
	isOf := func(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) }
	return name != kindDefault && strings.ContainsFunc(name, isOf)
}

// A SyncNameError is a name that Sync does not write, or would write twice.
type SyncNameError struct{ Name string }

func (e *SyncNameError) Error() string {
	return fmt.Sprintf("sync gives no profile the name %q, and no name to two", e.Name)
}

// A BlockError is a block whose comments are not as guise wrote them.
type BlockError struct{ Path, Session, Why string }

func (e *BlockError) Error() string {
	return fmt.Sprintf("%s: guise's comments around the profiles of %s were changed (%s); nothing was written", e.Path, e.Session, e.Why)
}

// blockComment is how both comments of every session begin.
const blockComment = "# guise sso sync "

func blockStart(session string) string { return blockComment + strconv.Quote(session) + " begins" }

func blockEnd(session string) string { return blockComment + strconv.Quote(session) + " ends" }

// block is a config file cut at the two comments.
type block struct {
	before, inside, after []line // without the comments; no inside and after where there is none
	template              string
	found                 bool
}

// cut finds the block of a session. Its error is a *BlockError.
func (f *file) cut(session string) (block, error) {
	lines := splitLines(string(f.bytes()))
	begins, ends := blockStart(session), blockEnd(session)
	start, end := -1, -1
	for i, l := range lines {
		switch text := strings.TrimSpace(l.text); {
		case strings.HasPrefix(text, begins):
			if start >= 0 {
				return block{}, &BlockError{f.path, session, "there are two begin comments"}
			}
			start = i
		case text == ends:
			if end >= 0 || start < 0 {
				return block{}, &BlockError{f.path, session, "an end comment is in the wrong place"}
			}
			end = i
		}
	}
	switch {
	case start < 0:
		return block{before: lines}, nil
	case end < 0:
		return block{}, &BlockError{f.path, session, "the end comment is missing"}
	}
	b := block{before: lines[:start], inside: lines[start+1 : end], after: lines[end+1:], found: true}
	_, quoted, _ := strings.Cut(lines[start].text, " begins: ")
	b.template, _ = strconv.Unquote(strings.TrimSpace(quoted))
	return b, nil
}

func join(parts ...[]line) string {
	var b strings.Builder
	for _, l := range slices.Concat(parts...) {
		b.WriteString(l.text)
		b.WriteString(l.eol)
	}
	return b.String()
}

// SyncTemplate returns the template that a session's block was written with; empty
// where there is none. Its error is a *BlockError.
func (f *Files) SyncTemplate(session string) (string, error) {
	if !bytes.Contains(f.config.bytes(), []byte(blockComment)) {
		return "", nil // to take the file apart for it takes long where there are many profiles
	}
	b, err := f.config.cut(session)
	return b.template, err
}

// Sync writes the block of a session, in memory: the profiles wanted, each behind
// guise, by name. What people have added to a profile of the block stays
// with it, and so does its name, unless the template is another than the block's: other
// files name it. Without prune, profiles that are not wanted any more stay too. Its
// errors are *BlockError, *SyncNameError, *PathError, *NameError and *ValueError.
func (f *Files) Sync(session, template, executable string, want []Synced, prune bool) (SyncChanges, error) {
	b, err := f.config.cut(session)
	if err != nil {
		return SyncChanges{}, err
	}
	eol := f.config.parsed().eol()
	inside := Parse([]byte(join(b.inside)))
	old := byIdentity(inside)
	older := f.forOlderClients()
	taken := f.takenBeside(b, older)
	if b.found && b.template == template {
		want = keptNames(want, old, prune)
	}
	changes := SyncChanges{Added: []string{}, Removed: []string{}, Renamed: [][2]string{}, Stale: []string{}, Taken: []string{}} // in JSON none is []
	texts := map[string]string{}                                                                                                 // by name
	for _, w := range withTwins(want, inside, taken, prune) {
		if _, twice := texts[w.Name]; twice || w.Name != "" && !MaySync(w.Name) {
			return changes, &SyncNameError{w.Name}
		}
		if taken[w.Name] {
			changes.Taken = append(changes.Taken, w.Name)
			continue
		}
		key := [2]string{w.AccountID, w.RoleName}
		was := old[key]
		delete(old, key)
		written, err := syncedText(session, executable, w, was, eol)
		if err != nil {
			return changes, &ProfileError{w.Name, err}
		}
		texts[w.Name] = written
		switch before := nameOf(was); before {
		case "":
			changes.Added = append(changes.Added, w.Name)
		case w.Name:
			changes.Unchanged++
		default:
			changes.Renamed = append(changes.Renamed, [2]string{before, w.Name})
		}
		taken[w.Name] = true
	}
	for _, s := range inside.sections[1:] {
		name := nameOf(s)
		switch {
		case name == "" || old[identity(s)] != s:
		case prune || taken[name]:
			changes.Removed = append(changes.Removed, name)
		default:
			changes.Stale = append(changes.Stale, name)
			texts[name] = join(s.lines)
		}
	}
	var written strings.Builder
	written.WriteString(join(inside.sections[0].lines))
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		written.WriteString(texts[name])
	}
	f.config.now, f.config.document = &text{data: []byte(b.around(session, template, written.String(), eol))}, nil
	return changes, f.followSync(changes, executable, older)
}

// takenBeside are the names of profiles that stand outside a block, but for those that are in
// the credentials file for older clients alone.
func (f *Files) takenBeside(b block, older map[string]bool) map[string]bool {
	taken := namesIn(f.credentials.parsed(), true)
	maps.DeleteFunc(taken, func(name string, _ bool) bool { return older[name] })
	maps.Copy(taken, namesIn(Parse([]byte(join(b.before, b.after))), false))
	return taken
}

// keptNames are profiles with the names that they have in a block. A new one does not get a
// name that the block has: it is told apart by its account, and a number.
func keptNames(want []Synced, old map[[2]string]*section, prune bool) []Synced {
	want = slices.Clone(want)
	used, isNew := map[string]bool{}, map[string]bool{}
	var added []int
	for i, w := range want {
		if name := nameOf(old[[2]string{w.AccountID, w.RoleName}]); name != "" {
			want[i].Name, used[name] = name, true
		} else {
			isNew[w.Name], added = true, append(added, i)
		}
	}
	for _, s := range old {
		used[nameOf(s)] = used[nameOf(s)] || !prune
	}
	for _, i := range added {
		if !used[want[i].Name] {
			continue
		}
		first := want[i].Name + "-" + cleanName(want[i].AccountID)
		name := first
		for n := 2; used[name] || isNew[name]; n++ {
			name = first + "-" + strconv.Itoa(n)
		}
		want[i].Name, used[name] = name, true
	}
	return want
}

// byIdentity are the profiles of a block, by account and role.
func byIdentity(inside *Document) map[[2]string]*section {
	all := map[[2]string]*section{}
	for _, s := range inside.sections[1:] {
		if _, ok := s.header.profile(false); ok {
			all[identity(s)] = s
		}
	}
	return all
}

// around puts a block's new text back between what is before and after it.
func (b block) around(session, template, text, eol string) string {
	before := join(b.before)
	if !b.found && before != "" {
		if !strings.HasSuffix(before, "\n") {
			before += eol
		}
		before += eol
	}
	return before + blockStart(session) + ": " + strconv.Quote(template) + eol + text + blockEnd(session) + eol + join(b.after)
}

func namesIn(d *Document, inCredentials bool) map[string]bool {
	names := map[string]bool{}
	for _, s := range d.sections {
		if name, ok := s.header.profile(inCredentials); ok {
			names[name] = true
		}
	}
	return names
}

func nameOf(s *section) string {
	if s == nil {
		return ""
	}
	name, _ := s.header.profile(false)
	return name
}

// accountName is a key that other tools write too, and no SDK reads.
const accountName = "sso_account_name"

// identity is what a section of a block stands for.
func identity(s *section) [2]string {
	get := func(key string) string {
		if value := s.value(own + key); value != "" {
			return value
		}
		return s.value(key)
	}
	return [2]string{get("sso_account_id"), get("sso_role_name")}
}

// syncedText is the section of a profile. Of one that is there already, the lines
// that are not guise's own stay.
func syncedText(session, executable string, w Synced, was *section, eol string) (string, error) {
	command, err := Command(executable, w.Name)
	if err != nil {
		return "", err
	}
	ours := [][2]string{
		{own + "sso_session", session}, {own + "sso_account_id", w.AccountID}, {own + "sso_role_name", w.RoleName}, {keyCommand, command},
	}
	ours, outdated := w.proposes(ours, was)
	if _, bad := settingLine(own+accountName, w.AccountName); bad == nil && w.AccountName != "" && !strings.ContainsAny(w.AccountName, "#;\"'\\") {
		ours = append(ours, [2]string{own + accountName, w.AccountName})
	}
	if was != nil && nameOf(was) == w.Name && outdated == nil && !slices.ContainsFunc(ours, func(one [2]string) bool { return was.value(one[0]) != one[1] }) {
		return join(was.lines), nil
	}
	b := builder{eol: eol}
	b.header(w.Name, false)
	for _, one := range ours {
		b.set(one[0], one[1])
	}
	switch {
	case was != nil:
		return join(b.lines, was.without(append(ours, outdated...))), b.err
	case w.Region != "":
		b.set("region", w.Region)
	}
	b.line("")
	return join(b.lines), b.err
}

// without returns the lines of a section but its header and some settings, hidden or not.
func (s *section) without(but [][2]string) []line {
	drop := map[int]bool{0: true}
	for _, one := range s.settings() {
		for _, key := range but {
			if strings.TrimPrefix(one.key, own) == strings.TrimPrefix(key[0], own) {
				for i := one.first; i <= one.last; i++ {
					drop[i] = true
				}
			}
		}
	}
	var kept []line
	for i, l := range s.lines {
		if !drop[i] {
			kept = append(kept, l)
		}
	}
	return kept
}
