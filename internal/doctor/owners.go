package doctor

import (
	"context"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"guise/internal/files"
	"guise/shell"
)

// owners finds folders and files of guise's that belong to another user: what is
// left where guise was run once with sudo and this home.
func (x *examination) owners(context.Context) {
	if owner, other := ownerOf(x.Home); other && os.Geteuid() == 0 {
		x.add(Finding{
			Check: "owners", Severity: Warning, What: "this is root in " + x.Home + ", which belongs to " + owner,
			Why: "files that guise creates here belong to root, and " + owner + " cannot use it afterwards", Fix: "sudo -H guise doctor   # root has a home of its own",
		})
		return
	}
	var found []string
	for _, path := range x.Own {
		for _, one := range x.wayTo(path) {
			owner, other := ownerOf(one)
			if !other {
				continue
			}
			if !slices.Contains(found, one) {
				found = append(found, one)
				x.add(Finding{
					Check: "owners", Severity: Serious, What: one + " belongs to " + owner,
					Why: "guise cannot use it: running guise with sudo in this home leaves such", Fix: "sudo chown -R " + shell.Words([]string{myself(), one}),
				})
			}
			break // what is in it comes with it
		}
	}
}

// myself is our name, for chown.
func myself() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return strconv.Itoa(os.Geteuid())
}

// wayTo returns a path's folders from below the home on, and the path; the path alone
// where it is elsewhere.
func (x *examination) wayTo(path string) []string {
	below, err := filepath.Rel(x.Home, path)
	if err != nil || below == ".." || strings.HasPrefix(below, ".."+string(filepath.Separator)) {
		return []string{path}
	}
	var way []string
	now := x.Home
	for name := range strings.SplitSeq(below, string(filepath.Separator)) {
		now = filepath.Join(now, name)
		way = append(way, now)
	}
	return way
}

// ownerOf names the owner of what is at a path, if that is another user.
func ownerOf(path string) (name string, other bool) {
	info, err := os.Lstat(path)
	if err == nil && info.Mode()&fs.ModeSymlink != 0 {
		info, err = os.Stat(path)
	}
	if err != nil || files.Ours(info) {
		return "", false
	}
	uid, ok := files.Owner(info)
	if !ok {
		return "", false
	}
	if u, err := user.LookupId(strconv.Itoa(uid)); err == nil {
		return u.Username, true
	}
	return "user " + strconv.Itoa(uid), true
}
