package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"guise/internal/awsconfig"
	"guise/internal/awsenv"
	"guise/shell"
)

// brokenFiles: files that cannot be read, lines that SDKs read differently, and an
// active profile that does not exist.
func (x *examination) brokenFiles(context.Context) {
	for _, err := range x.Unread {
		x.add(Finding{Check: "unreadable-file", Severity: Serious, What: err.Error(), Why: "the profiles in it have no credentials, and SDKs may hang on it or fail", Fix: fixOf(err)})
	}
	for _, fault := range x.Files.Faults() {
		x.add(Finding{
			Check: "broken-line", Severity: Serious, What: fault.Error(),
			Why: "SDKs disagree about it, or refuse the whole file; guise does not write this file", Fix: shell.Edit(fault.File, fault.Line),
		})
	}
	for _, one := range awsenv.NobodysProfile(x.Getenv, x.Files) {
		fix := "unset " + one.Name
		if near := awsconfig.Nearest(one.Value, x.Files.Names()); len(near) > 0 {
			fix = shell.Guise("use", near[0])
		}
		x.add(Finding{Check: "active-profile", Severity: Serious, What: one.Name + " is " + one.Value + ": no such profile", Why: "every SDK call in this terminal fails", Fix: fix})
	}
}

// fixOf says what makes a file readable.
func fixOf(err error) string {
	path, ok := errors.AsType[*fs.PathError](err)
	if !ok {
		return ""
	}
	if info, failed := os.Stat(path.Path); failed == nil && !info.Mode().IsRegular() {
		return "mv " + shell.Word(path.Path) + " " + shell.Word(path.Path+".old") + "   # then put a file there"
	}
	return "ls -l " + shell.Word(path.Path) + "   # you must be able to read it"
}

// earlierVersions: copies of the AWS files that hold what has left the files.
func (x *examination) earlierVersions(context.Context) {
	dir := x.Backups
	found, err := x.Files.Leftovers(dir)
	if err != nil {
		x.add(Finding{Check: "backups", Severity: Warning, What: err.Error(), Why: "guise cannot tell whether a secret that was moved is in an earlier version of the AWS files"})
	}
	for _, path := range found {
		x.add(Finding{
			Check: "backups", Severity: Serious, What: path + " holds a secret that is in the key store now, or a session that `guise export` wrote",
			Why: "an earlier guise was stopped before it removed this earlier version of an AWS file", Fix: "guise doctor --fix",
			Repair: func() error { return x.Files.ClearLeftovers(dir) },
		})
	}
}

func (x *examination) fileModes(context.Context) {
	for _, path := range []string{x.Config, x.Credentials} {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm()&0o077 == 0 {
			continue
		}
		f := Finding{
			Check: "file-modes", Severity: Warning, What: fmt.Sprintf("%s can be read by others (mode %04o)", path, info.Mode().Perm()),
			Why: "it shows which accounts and roles you have", Fix: "chmod 600 " + shell.Word(path), Repair: func() error { return os.Chmod(path, 0o600) },
		}
		if path == x.Credentials || info.Mode().Perm()&0o022 != 0 {
			f.Severity, f.Why = Serious, "it may contain access keys, and whoever can write it decides which programs SDKs run"
		}
		x.add(f)
	}
}

// names: those that not all SDKs find.
func (x *examination) names(context.Context) {
	unseen := x.Files.Unseen()
	for _, p := range x.profiles {
		sdks := unseen[p.Name]
		if len(sdks) == 0 || x.Sandbox {
			continue
		}
		x.add(Finding{
			Check: "names", Severity: Hint, What: "the profile " + p.Name + " is not seen by " + strings.Join(sdks, " and "),
			Why: `botocore expects [profile "a b"], the Go SDK [profile a b], and the JavaScript SDK only letters, digits and - _ / . % @ : +`,
		})
	}
}
