package adoption

import (
	"errors"
	"slices"
	"strings"

	"guise/internal/awsconfig"
	"guise/internal/sdk"
	"guise/shell"
)

// The law of adoption: whoever botocore and the Go SDK are as a profile before it is
// adopted, they are after it. docs/design.md has the whole of it.

// obey keeps to profiles that can be adopted within the law. Of all, it leaves the
// others; a profile that was named is an error.
func (x *adoption) obey(files *awsconfig.Files, by *ways) error {
	own, err := x.asOwn(files)
	if err != nil {
		return err
	}
	ahead := x.attempt(files)
	before := x.readings(own)
	clashing := before.Clashes(x.names)
	var left []string
	for _, d := range clashing {
		if !x.All {
			x.Say(d.Text() + ". Once guise manages it, the Go SDK uses the same identity as botocore")
			continue
		}
		x.left.add(d.Profile, strings.TrimPrefix(d.Text(), d.Profile+": ")+" ("+shell.Guise("adopt", d.Profile)+" asks)")
		left = append(left, d.Profile)
	}
	x.names = without(x.names, left...)
	for {
		breaches, err := x.breaches(files, before, by, &ahead)
		if unfit := x.unfit(err); len(unfit) > 0 {
			x.names = without(x.names, unfit...)
			continue
		}
		if err != nil || len(breaches) == 0 {
			return err
		}
		if unseen := strangers(before, x.names); x.All && len(unseen) > 0 { // nearer than sources
			for _, name := range unseen {
				x.left.add(name, "not every SDK sees this name: one takes its settings for another profile's")
			}
			x.names = without(x.names, unseen...)
			continue
		}
		var left []string
		for _, b := range breaches {
			// What changes an identity may be the adoption of a source.
			culprits := chainOf(files, b.Profile)
			if !x.All || len(without(x.names, culprits...)) == len(x.names) {
				return &awsconfig.ProfileError{Profile: b.Profile, Err: b}
			}
			x.left.add(b.Profile, b.Error())
			left = append(left, culprits...)
		}
		x.names = without(x.names, left...)
	}
}

// unfit returns, of all profiles, those that the files cannot be changed for, as err says of
// the change of all: the others can be adopted.
func (x *adoption) unfit(err error) (unfit []string) {
	if !x.All {
		return nil
	}
	all, several := errors.AsType[awsconfig.ProfileErrors](err)
	if one, ok := errors.AsType[*awsconfig.ProfileError](err); ok && !several {
		all = awsconfig.ProfileErrors{one}
	}
	if len(all) == 0 {
		return nil
	}
	meant := map[string]bool{}
	for _, name := range x.names {
		meant[name] = true
	}
	for _, one := range all {
		if meant[one.Profile] {
			x.left.add(one.Profile, one.Err.Error())
			unfit = append(unfit, one.Profile)
		}
	}
	return unfit
}

// strangers returns those of some profiles that not every SDK sees: what is in their
// sections it may take for settings of the profile before them.
func strangers(by sdk.Readings, names []string) []string {
	var seen [2]map[string]bool
	for i, r := range []*sdk.Reading{by.Botocore, by.Go} {
		seen[i] = map[string]bool{}
		for _, name := range r.Names() {
			seen[i][name] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return seen[0][name] && seen[1][name] })
}

// without returns those of names that are none of others.
func without(names []string, others ...string) []string {
	out := map[string]bool{}
	for _, name := range others {
		out[name] = true
	}
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return out[name] })
}

// chainOf returns a profile and those that it names as sources.
func chainOf(files *awsconfig.Files, name string) []string {
	var all []string
	for name != "" && !slices.Contains(all, name) {
		all = append(all, name)
		p, _ := files.Profile(name)
		name = p.Get("source_profile")
	}
	return all
}

// readings are the AWS files as SDKs see them.
func (a Adopter) readings(state awsconfig.State) sdk.Readings {
	data := state.Bytes()
	return sdk.Read(sdk.Files{ConfigPath: a.Keys.Config, CredentialsPath: a.Keys.Credentials, Config: data[0], Credentials: data[1]})
}

// breaches holds an attempt against the law, of files that SDKs see as they do before it:
// another one, where that which was begun is not for the very same profiles. While the
// attempt still looks whether the files come back, they are read as they become.
func (x *adoption) breaches(files *awsconfig.Files, before sdk.Readings, by *ways, begun **attempt) (found []*sdk.Breach, err error) {
	ahead := *begun
	if !slices.Equal(ahead.names, x.names) {
		<-ahead.done
		ahead = x.attempt(files)
		*begun = ahead
	}
	if <-ahead.made; ahead.after != nil {
		found = x.check(before, x.readings(*ahead.after), by)
	}
	<-ahead.done
	if x.trial = ahead.trial; ahead.err != nil {
		return nil, ahead.err
	}
	return found, nil
}

// check holds what SDKs see before the adoption and after it against the law.
func (x *adoption) check(before, after sdk.Readings, by *ways) []*sdk.Breach {
	return sdk.Adoption{
		Before: before, After: after, Names: x.names,
		IsGuise: func(command string) (string, bool) {
			if name, ok := awsconfig.ProfileOf(command); ok {
				return name, true
			}
			// Another tool gives for it what guise reads of that tool's own settings.
			name, ok := awsconfig.ProfileOfOther(command)
			its := by.named[name]
			return name, ok && its != nil && its.profile.HasForeign()
		},
		Guise: by.guise,
	}.Check()
}
