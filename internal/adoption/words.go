package adoption

import (
	"fmt"
	"slices"
	"strings"

	"guise/internal/awsconfig"
	"guise/internal/keys"
	"guise/internal/printable"
	"guise/shell"
)

// fewNames is how many names of profiles a line of text holds.
const fewNames = 4

// leftOut are the profiles that --all leaves as they are.
type leftOut struct {
	whys     []string // in the order in which they came up
	profiles map[string][]string
	noted    map[[2]string]bool // profile and reason
}

// add notes why a profile is left. Each reason is said once.
func (l *leftOut) add(profile, why string) {
	if l.profiles == nil {
		l.profiles, l.noted = map[string][]string{}, map[[2]string]bool{}
	}
	if l.noted[[2]string{profile, why}] {
		return
	}
	l.noted[[2]string{profile, why}] = true
	if l.profiles[why] == nil {
		l.whys = append(l.whys, why)
	}
	l.profiles[why] = append(l.profiles[why], profile)
}

// count is how many profiles are left.
func (l *leftOut) count() int {
	left := map[string]bool{}
	for _, names := range l.profiles {
		for _, name := range names {
			left[name] = true
		}
	}
	return len(left)
}

// lines say who is left, and why, a line for each reason.
func (l *leftOut) lines() (lines []string) {
	for _, why := range l.whys {
		names := l.profiles[why]
		lines = append(lines, "skipped: "+printable.Some(names)+": "+why)
	}
	return lines
}

// would says what an adoption would do, and how many profiles it leaves.
func (x *adoption) would(left int) string {
	text := "would " + strings.TrimPrefix(x.question(), "have guise ")
	if left > 0 {
		text += fmt.Sprintf(", and skip %d", left)
	}
	return text
}

// nothing says why an adoption has nothing to do, and what would change that.
func (x *adoption) nothing(files *awsconfig.Files) string {
	switch {
	case len(files.Names()) == 0:
		return "there are no profiles in " + x.Keys.Config + "; `guise sso add` and `guise keys add` make some"
	case len(x.names) == 0:
		return "there is no profile that guise can manage; `guise explain PROFILE` says why"
	case x.FromSection:
		return "no access key of " + some(x.names) + " is in a file"
	}
	return "guise manages " + some(x.names) + " already" + x.older.beside(len(x.names))
}

// unmanaged says why a release has nothing to do.
func unmanaged(names []string) string {
	if len(names) == 0 {
		return "guise manages no profile"
	}
	return "guise does not manage " + some(names)
}

// some names profiles, or says how many there are where a line does not hold their names.
func some(names []string) string {
	if len(names) > fewNames {
		return count(len(names), "profile")
	}
	return strings.Join(names, ", ")
}

// question says what an adoption is about to do, also to access keys.
func (x *adoption) question() string {
	changed := x.fresh
	if len(changed) == 0 { // what is stale of the others is updated
		changed = x.names
	}
	manage := "have guise manage " + count(len(changed), "profile") + x.older.beside(len(changed))
	switch {
	case len(x.moving) == 0:
		return manage
	case x.KeepKeys:
		return manage + ", and move " + keysOf(x.moving) + " to a section of the same file"
	}
	return "move " + keysOf(x.moving) + " from the file to " + x.Keys.Target().String() + ", and " + manage
}

// done says what an adoption has done, where the access keys are now, and where they
// can still be read.
func (x *adoption) done() Result {
	line := "guise manages " + count(len(x.names), "profile") + " now" + x.older.beside(len(x.names))
	if len(x.moving) > 0 {
		line += "; " + keysOf(x.moving) + " " + are(x.moving) + " in "
		if x.KeepKeys {
			line += "a section of the same file, readable"
		} else {
			line += x.Keys.Target().String() + ", and no longer in the file"
		}
	}
	switch {
	case x.All:
		line += "; `guise release --all` undoes it"
	case len(x.names) <= fewNames:
		line += "; `" + shell.Guise("release", x.names...) + "` undoes it"
	}
	result := Result{Done: line, Notes: x.left.lines()}
	if !x.KeepKeys {
		result.Notes = append(result.Notes, x.stillReadable()...)
	}
	return result
}

// stillReadable names the profiles in which access keys that were moved out of others
// can still be read.
func (x *adoption) stillReadable() (notes []string) {
	files, err := x.Keys.Read(x.Keys.Config, x.Keys.Credentials)
	if err != nil {
		return nil
	}
	for _, p := range x.moving {
		for _, use := range files.KeyUses(p.AccessKeyID()) {
			if use.InFile {
				notes = append(notes, fmt.Sprintf("the same access key …%s is still readable in the file, as %s: %s",
					keys.LastFour(p.AccessKeyID()), use.Profile, shell.Guise("keys import", use.Profile)))
			}
		}
	}
	return notes
}

// released says what a release has done, and where the access keys are now.
func released(names []string, returned []awsconfig.Profile) string {
	line := "released " + count(len(names), "profile")
	if len(returned) > 0 {
		line += "; " + keysOf(returned) + " " + are(returned) + " in the file again, readable"
	}
	return line
}

// removed says which profiles a release leaves nothing of: those that guise has derived. A
// terminal may have one.
func removed(files *awsconfig.Files, names []string) (line string) {
	var of []string
	for _, p := range files.Profiles() {
		if name := p.Own("of"); name != "" {
			of = append(of, name)
		}
	}
	derived := map[string]bool{}
	for _, name := range files.Derived(of...) {
		derived[name] = true
	}
	gone := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !derived[name] })
	if len(gone) == 0 {
		return ""
	}
	what := "profiles"
	if len(gone) <= fewNames {
		what = strings.Join(gone, ", ")
	}
	return "; a terminal that has " + what + " needs another profile: guise use"
}

// keysIn returns those of some profiles whose access keys are in one of some places.
func keysIn(files *awsconfig.Files, names []string, places ...awsconfig.KeyPlace) []awsconfig.Profile {
	some := map[string]bool{}
	for _, name := range names {
		some[name] = true
	}
	return slices.DeleteFunc(slices.Clone(files.Profiles()), func(p awsconfig.Profile) bool {
		return !some[p.Name] || !slices.Contains(places, p.KeysIn())
	})
}

// keysOf names the access keys of profiles: by the profiles' names, or how many there
// are where a line does not hold those.
func keysOf(profiles []awsconfig.Profile) string {
	if len(profiles) == 1 {
		return "the access key …" + keys.LastFour(profiles[0].AccessKeyID()) + " of " + profiles[0].Name
	}
	if len(profiles) > fewNames {
		return fmt.Sprintf("the access keys of %d profiles", len(profiles))
	}
	return "the access keys of " + strings.Join(namesOf(profiles), ", ")
}

func namesOf(profiles []awsconfig.Profile) []string {
	names := make([]string, len(profiles))
	for i, p := range profiles {
		names[i] = p.Name
	}
	return names
}

// are is the verb for the access keys of as many profiles.
func are(profiles []awsconfig.Profile) string {
	if len(profiles) == 1 {
		return "is"
	}
	return "are"
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
