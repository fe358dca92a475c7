// Package ending has the user told, once, before an SSO session ends: at the next prompt of
// whichever shell comes first, and on the desktop by whichever guise runs then. No process
// is kept for it.
//
// A notice is a file in the folders of the pending requests (ask.Room), which every hook
// looks into before each prompt anyway. Its name is ends-SESSION-SIGNEDIN-DUE: so a hook sees
// from when on it is due without reading it, also by its date (for fish). It says that once
// more, and when the session ends, and has the lines to show:
//
//	@1767351000 1767351900
//	guise: the SSO session corp ends in about
//	hint: guise sso login corp
//
// The time left goes behind the second line. Who shows it first makes a file beside it, which
// one process can do: ends-SESSION-SIGNEDIN.shown at a prompt, .told on the desktop. So there
// is one notice for each sign-in, also where its end turns out to be another. A hook of an
// earlier version takes it for no request, and shows nothing.
package ending

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"guise/internal/files"
	"guise/internal/printable"
	"guise/session"
	"guise/shell"
)

// Notices are where notices are left.
type Notices struct {
	Folders []files.Folder // the best first; notices are looked for in each that is ours alone
	Now     func() time.Time
}

const (
	prefix = "ends-"
	shown  = ".shown"
	told   = ".told"
	limit  = 64 << 10 // more bytes than a notice has
)

// Ends leaves word that the session of a link, in which the user signed in at began, ends
// about at end, and that they are to be told from due on. Of an earlier sign-in nothing is
// left. That nobody can be told is no reason to fail, so that errors are passed over.
func (n Notices) Ends(l session.Link, began, due, end time.Time) {
	signIn := of(l) + strconv.FormatInt(began.Unix(), 10)
	name := signIn + "-" + strconv.FormatInt(due.Unix(), 10)
	there := false
	for _, path := range n.paths(of(l)) {
		switch filepath.Base(path) {
		case name:
			there = true
		case signIn + shown, signIn + told:
		default:
			_ = os.Remove(path)
		}
	}
	dir, err := files.MakeFirst(n.Folders)
	if there || err != nil {
		return
	}
	path := filepath.Join(dir, name)
	if files.Replace(path, []byte(text(l, due, end))) == nil {
		_ = os.Chtimes(path, due, due)
	}
}

// Unknown takes back that anybody knew when the session of a link ends. Whether the user
// was told stays known.
func (n Notices) Unknown(l session.Link) {
	for _, path := range n.paths(of(l)) {
		if suffix := filepath.Ext(path); suffix != shown && suffix != told {
			_ = os.Remove(path)
		}
	}
}

// Over removes what there is of the session of a link.
func (n Notices) Over(l session.Link) {
	for _, path := range n.paths(of(l)) {
		_ = os.Remove(path)
	}
}

// Tell returns the notices that are due and that no process has told on the desktop, in a
// line each, and takes it on to do so.
func (n Notices) Tell() (lines []string) {
	for _, due := range n.take(told) {
		lines = append(lines, printable.Line(due[0]+": "+strings.TrimPrefix(due[1], "hint: ")))
	}
	return lines
}

// Show returns the notices that are due and that no prompt has shown, in two lines each, and
// takes it on to do so: for shells whose hooks see that one is due, and do not read it.
func (n Notices) Show() (lines []string) {
	for _, due := range n.take(shown) {
		lines = append(lines, printable.Line(due[0]), printable.Line(due[1]))
	}
	return lines
}

// take returns the notices that are due, a line and a hint each, and marks them, unless
// another process has.
func (n Notices) take(mark string) (all [][2]string) {
	for _, path := range n.paths(prefix) {
		line, hint, ok := n.due(path)
		if !ok {
			continue
		}
		marker, err := os.OpenFile(path[:strings.LastIndexByte(path, '-')]+mark, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			continue
		}
		_ = marker.Close()
		all = append(all, [2]string{line, hint})
	}
	return all
}

// due reads a notice, if it is one that is due.
func (n Notices) due(path string) (line, hint string, ok bool) {
	data, ok := files.ReadOwn(path, limit)
	lines := strings.Split(string(data), "\n")
	if !ok || len(lines) < 3 {
		return "", "", false
	}
	var due, end int64
	if _, err := fmt.Sscanf(lines[0], "@%d %d", &due, &end); err != nil {
		return "", "", false
	}
	now := n.Now().Unix()
	left := time.Duration(end-now) * time.Second
	return lines[1] + " " + printable.Rough(left), lines[2], due <= now && now < end
}

// text is what a notice's file says.
func text(l session.Link, due, end time.Time) string {
	what, do := "the SSO session "+l.Session, shell.Guise("sso login", l.Session)
	if l.Session == "" { // a profile of the older kind, whose session has no name
		what, do = "the SSO session of "+l.StartURL, shell.Guise("login --force", l.Profile)
	}
	return fmt.Sprintf("@%d %d\nguise: %s ends in about\nhint: %s\n", due.Unix(), end.Unix(), printable.Line(what), printable.Line(do))
}

// of begins the names of the notices of a link's session.
func of(l session.Link) string { return prefix + session.Chain{l}.Key()[:32] + "-" }

// paths are the files whose names begin so.
func (n Notices) paths(begin string) (found []string) {
	for _, folder := range n.Folders {
		if folder.Check() != nil {
			continue
		}
		entries, _ := os.ReadDir(folder.Path())
		for _, e := range entries {
			if strings.HasPrefix(e.Name(), begin) {
				found = append(found, filepath.Join(folder.Path(), e.Name()))
			}
		}
	}
	return found
}
