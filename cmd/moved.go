package cmd

import (
	"fmt"
	"slices"
	"strings"

	"guise/awsconfig"
	"guise/internal/keys"
	"guise/shell"
)

// keysIn gives the profiles among names whose access keys are in a place.
func keysIn(files *awsconfig.Files, names []string, place awsconfig.KeyPlace) []awsconfig.Profile {
	var found []awsconfig.Profile
	for _, p := range files.Profiles() {
		if slices.Contains(names, p.Name) && p.KeysIn() == place {
			found = append(found, p)
		}
	}
	return found
}

// fewNames is how many names of profiles a line of text holds.
const fewNames = 4

// keysOf names the access keys of profiles: the profile's name for one, and how many
// for more than a line can hold.
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
	var names []string
	for _, p := range profiles {
		names = append(names, p.Name)
	}
	return names
}

// are is the verb for access keys of as many profiles.
func are(profiles []awsconfig.Profile) string {
	if len(profiles) == 1 {
		return "is"
	}
	return "are"
}

// adoptQuestion says what adoption is about to do, also to the access keys.
func (o adoptOptions) adoptQuestion(names []string, moving []awsconfig.Profile) string {
	manage := "have guise manage " + count(len(names), "profile")
	switch {
	case len(moving) == 0:
		return manage
	case o.keepKeys:
		return manage + ", and move " + keysOf(moving) + " to a section of the same file"
	}
	return "move " + keysOf(moving) + " from the file to " + o.app.user("").keys().Target().String() + ", and " + manage
}

// sayAdopted says what adoption has done, where the access keys are now, and where
// they can still be read.
func (o adoptOptions) sayAdopted(names []string, moved []awsconfig.Profile) {
	line := "guise manages " + count(len(names), "profile") + " now"
	if len(moved) > 0 {
		line += "; " + keysOf(moved) + " " + are(moved) + " in "
		if o.keepKeys {
			line += "a section of the same file, readable"
		} else {
			line += o.app.user("").keys().Target().String() + ", and no longer in the file"
		}
	}
	switch {
	case o.all:
		line += "; `guise release --all` undoes it"
	case len(names) <= fewNames:
		line += "; `guise release " + shell.Words(names) + "` undoes it"
	}
	o.app.say(line)
	if !o.keepKeys {
		o.app.sayStillReadable(moved)
	}
}

// sayStillReadable names the profiles in which access keys that were moved out of
// others can still be read.
func (a *app) sayStillReadable(moved []awsconfig.Profile) {
	files, err := a.files()
	if err != nil {
		return
	}
	for _, p := range moved {
		for _, use := range files.KeyUses(p.AccessKeyID()) {
			if use.InFile {
				a.sayf("guise: the same access key …%s is still readable in the file, as %s: guise keys import %s", keys.LastFour(p.AccessKeyID()), use.Profile, shell.Word(use.Profile))
			}
		}
	}
}

// sayReleased says what release has done, and where the access keys are now.
func (o adoptOptions) sayReleased(names []string, returned []awsconfig.Profile) {
	line := count(len(names), "profile") + " as before"
	if len(returned) > 0 {
		line += "; " + keysOf(returned) + " " + are(returned) + " in the file again, readable"
	}
	o.app.say(line)
}

// noStore is the error of adopting profiles whose access keys have no place to go to.
func (o adoptOptions) noStore(moving []awsconfig.Profile) error {
	if o.keepKeys || o.mayMakeVault || len(moving) == 0 {
		return nil
	}
	if err := o.app.user("").keys().Available(); err != nil {
		names := shell.Words(namesOf(moving))
		return failure{
			what: moving[0].Name, err: fmt.Errorf("its access key is in the file, and there is no key store to move it to: %w", err),
			hint: "guise keys import " + names + "   # makes a vault; or: guise adopt --keep-keys " + names,
		}
	}
	return nil
}
