package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"guise/awsconfig"
	"guise/shell"
)

// shownFaults is how many broken lines a command other than doctor shows.
const shownFaults = 3

// shownFiles reads the user's two files for a command that shows what there is: it
// says what is broken and goes on with the rest.
func (a *app) shownFiles() *awsconfig.Files {
	files, problems := awsconfig.ReadSome(a.configPaths())
	for _, err := range problems {
		a.sayf("guise: AWS config: %v: what is in it is not shown", err)
	}
	faults := files.Faults()
	for i, fault := range faults {
		if i == shownFaults {
			a.sayf("guise: %d more such lines: guise doctor", len(faults)-i)
			break
		}
		a.sayf("guise: %v: guise changes nothing in this file", fault)
	}
	for _, one := range a.nobodysProfile(files) {
		a.sayf("guise: %s is %s: no such profile", one[0], one[1])
	}
	a.filesOnce = files
	return files
}

// nobodysProfile gives the variables that name a profile which is not there, each
// with its value.
func (a *app) nobodysProfile(files *awsconfig.Files) (found [][2]string) {
	for _, variable := range []string{varProfile, "AWS_DEFAULT_PROFILE"} {
		if name := a.Getenv(variable); name != "" {
			if _, err := files.Profile(name); errors.As(err, new(*awsconfig.NoProfileError)) {
				found = append(found, [2]string{variable, name})
			}
		}
	}
	return found
}

// edit is a command that opens a file at a line; 0 is no line.
func edit(path string, line int) string {
	if line == 0 {
		return "${EDITOR:-vi} " + shell.Word(path)
	}
	return fmt.Sprintf("${EDITOR:-vi} +%d %s", line, shell.Word(path))
}

// brokenFiles: files that cannot be read, lines that nobody reads alike, and a
// profile in force that is not there.
func (d *doctor) brokenFiles(context.Context) {
	_, problems := awsconfig.ReadSome(d.configPaths())
	for _, err := range problems {
		d.found(finding{Check: "unreadable-file", Severity: serious, What: err.Error(), Why: "the profiles in it have no credentials, and SDKs may hang on it or fail", Fix: fixOf(err)})
	}
	for _, fault := range d.files.Faults() {
		d.found(finding{
			Check: "broken-line", Severity: serious, What: fault.Error(),
			Why: "SDKs read it each in their own way, or refuse the whole file; guise changes nothing in this file", Fix: edit(fault.File, fault.Line),
		})
	}
	for _, one := range d.nobodysProfile(d.files) {
		fix := "unset " + one[0]
		if near := awsconfig.Nearest(one[1], d.files.Names()); len(near) > 0 {
			fix = "guise use " + shell.Word(near[0])
		}
		d.found(finding{Check: "active-profile", Severity: serious, What: one[0] + " is " + one[1] + ": no such profile", Why: "every SDK in this terminal fails by it", Fix: fix})
	}
}

// fixOf says what makes a file readable.
func fixOf(err error) string {
	path := (*fs.PathError)(nil)
	if !errors.As(err, &path) {
		return ""
	}
	if info, failed := os.Stat(path.Path); failed == nil && !info.Mode().IsRegular() {
		return "mv " + shell.Word(path.Path) + " " + shell.Word(path.Path+".old") + "   # then put a file there"
	}
	return "ls -l " + shell.Word(path.Path) + "   # you must be able to read it"
}

// brokenSettings: those that guise goes on without.
func (d *doctor) brokenSettings(context.Context) {
	for _, e := range d.settings().Broken {
		f := finding{Check: "settings", Severity: warning, What: e.Error(), Why: "guise goes on as if it were not set", Fix: edit(e.Path, e.Line)}
		if e.Protects() {
			f.Severity, f.Why = serious, "as long as nobody knows what key_store is to be, no session is kept in the cache; what mfa is to be, no code is asked for"
		}
		if e.Path == "" {
			variable, _, _ := strings.Cut(e.Variable, "=")
			f.Fix = "unset " + variable
		}
		d.found(f)
	}
}

// earlierVersions: copies of the AWS files that hold what has left the files.
func (d *doctor) earlierVersions(context.Context) {
	dir := d.backups()
	found, err := d.files.Leftovers(dir)
	if err != nil {
		d.found(finding{Check: "backups", Severity: warning, What: err.Error(), Why: "guise cannot tell whether a secret that was moved is in an earlier version of the AWS files"})
	}
	for _, path := range found {
		d.found(finding{
			Check: "backups", Severity: serious, What: path + " holds a secret that is in the key store now, or a session that `guise export` wrote",
			Why: "an earlier guise was stopped before it removed this earlier version of an AWS file", Fix: "guise doctor --fix",
			fix: func() error { return d.files.ClearLeftovers(dir) },
		})
	}
}

// names: those that not all SDKs find.
func (d *doctor) names(context.Context) {
	unseen := d.files.Unseen()
	for _, p := range d.profiles {
		sdks := unseen[p.Name]
		if len(sdks) == 0 {
			continue
		}
		d.found(finding{
			Check: "names", Severity: hinted, What: "the profile " + p.Name + " is not seen by " + strings.Join(sdks, " and "),
			Why: `botocore wants [profile "a b"], the Go SDK [profile a b], and the JavaScript SDK takes letters, digits and - _ / . % @ : + only`,
		})
	}
}
