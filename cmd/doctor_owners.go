package cmd

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
func (d *doctor) owners(context.Context) {
	if owner, other := ownerOf(d.Home); other && os.Geteuid() == 0 {
		d.found(finding{
			Check: "owners", Severity: warning, What: "this is root in " + d.Home + ", which belongs to " + owner,
			Why: "what guise makes here belongs to root, and " + owner + " cannot use it afterwards", Fix: "sudo -H guise doctor   # root has a home of its own",
		})
		return
	}
	config, credentials := d.configPaths()
	var found []string
	for _, path := range []string{
		d.Config, d.Cache, d.State, d.Data, filepath.Join(d.Cache, "sessions"), filepath.Join(d.Cache, "locks"), filepath.Join(d.Cache, "status"),
		d.backups(), config, credentials, d.ssoDir(), d.loginDir(),
	} {
		for _, one := range d.wayTo(path) {
			owner, other := ownerOf(one)
			if !other {
				continue
			}
			if !slices.Contains(found, one) {
				found = append(found, one)
				d.found(finding{
					Check: "owners", Severity: serious, What: one + " belongs to " + owner,
					Why: "guise cannot use it: running guise with sudo in this home leaves such", Fix: `sudo chown -R "$(id -un)" ` + shell.Word(one),
				})
			}
			break // what is in it comes with it
		}
	}
}

// wayTo gives a path's folders from below the home on, and the path; the path alone
// where it is elsewhere.
func (d *doctor) wayTo(path string) []string {
	below, err := filepath.Rel(d.Home, path)
	if err != nil || below == ".." || strings.HasPrefix(below, ".."+string(filepath.Separator)) {
		return []string{path}
	}
	var way []string
	now := d.Home
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
