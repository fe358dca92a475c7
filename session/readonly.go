package session

import (
	"cmp"
	"errors"
	"slices"

	"guise/internal/awsconfig"
	"guise/internal/partition"
)

// ReadOnly says which profile to use in the place of one for --read-only, and gives the
// files that have it. It is, in this order:
//
//   - the profile itself, where it is narrowed by AWS' ReadOnlyAccess and nothing else
//     already, or names itself as guise_read_only;
//   - the one that its guise_read_only names: the files are f;
//   - NAME@read-only, where `guise use --read-only` has written that;
//   - NAME@read-only as a profile that stands in no file (see awsconfig.Files.With), with
//     guise_of = NAME, guise_policy_arns = AWS' ReadOnlyAccess of the partition, and the
//     region and other settings of NAME that do not say who it is.
//
// ReadOnlyAccess reads the data, too: objects of S3, items of DynamoDB.
//
// It makes no call. Its errors are those of [Resolve]; a [*NarrowError] where the profile
// cannot be narrowed, and a [*SettingError] where a profile that guise_read_only names, or
// the one called NAME@read-only, is not what it should be.
func ReadOnly(f *awsconfig.Files, name string, d Defaults) (*awsconfig.Files, string, error) {
	p, err := f.Profile(name)
	if err != nil {
		return f, name, err
	}
	if other := p.Own("read_only"); other != "" {
		if _, err := f.Profile(other); err != nil {
			return f, name, &SettingError{Profile: name, Key: "guise_read_only", Value: other, Why: "there is no such profile", own: true}
		}
		return f, other, nil
	}
	chain, err := Resolve(f, name, d)
	if err != nil {
		return f, name, err
	}
	want := readOnlyAccess(chain, p, d)
	if isReadOnly(chain.Last(), want) {
		return f, name, nil
	}
	derived := name + awsconfig.ReadOnlySuffix
	if there, err := f.Profile(derived); err == nil && there.Own("of") != name {
		return f, name, &SettingError{Profile: name, Key: "guise_read_only", Value: derived, Why: "must say so, if that profile of yours is meant; guise gives no other one this name", own: true}
	} else if err == nil {
		if chain, err = Resolve(f, derived, d); err == nil && !isReadOnly(chain.Last(), want) {
			err = &SettingError{Profile: derived, Key: "guise_policy_arns", Value: there.Own("policy_arns"), Why: "must be " + want + " alone, for --read-only"}
		}
		return f, derived, err
	}
	with := f.With(derived, Narrower(p, "", want)...)
	_, err = Resolve(with, derived, d)
	if narrow, is := errors.AsType[*NarrowError](err); is {
		narrow.ReadOnly, narrow.Asked = true, true
	}
	return with, derived, err
}

// ReadOnlyTwin finds a profile that could be another one's guise_read_only: an SSO profile
// of the same account whose permission set is called as AWS calls those that only read;
// empty where there is none.
func ReadOnlyTwin(f *awsconfig.Files, name string) string {
	p, err := f.Profile(name)
	if err != nil || p.Get("sso_account_id") == "" {
		return ""
	}
	for _, other := range f.Profiles() {
		same := func(key string) bool { return other.Get(key) == p.Get(key) }
		if same("sso_account_id") && same("sso_session") && same("sso_start_url") && awsconfig.OnlyReads(other.Get("sso_role_name")) {
			return other.Name
		}
	}
	return ""
}

// Narrower are the settings of a profile that is another one narrowed by session policies,
// of which there must be one at least: an inline one (JSON; may be empty), and ARNs.
func Narrower(p awsconfig.Profile, policy string, arns ...string) []awsconfig.Setting {
	settings := append(p.Shared(), awsconfig.Setting{Key: of, Value: p.Name}, awsconfig.Setting{Key: "guise_policy", Value: policy})
	joined := ""
	for _, arn := range arns {
		joined += arn + ", "
	}
	return append(settings, awsconfig.Setting{Key: "guise_policy_arns", Value: joined[:max(0, len(joined)-2)]})
}

// Narrowing are the profiles among all that narrow one, or another one that does: by
// guise_of, at whatever distance. Where no NAME@read-only is written, the one of commands
// with --read-only, which stands in no file, is the last of them.
func Narrowing(f *awsconfig.Files, all []Planned, name string, d Defaults) (found []Planned) {
	names := []string{name}
	for i := 0; i < len(names); i++ {
		for _, one := range all {
			if n := one.Profile.Name; one.Profile.Own("of") == names[i] && !slices.Contains(names, n) {
				names, found = append(names, n), append(found, one)
			}
		}
	}
	if with, derived, err := ReadOnly(f, name, d); err == nil && with.IsAdded(derived) {
		if one, err := ResolveOne(with, derived, d); err == nil {
			found = append(found, one)
		}
	}
	return found
}

func isReadOnly(l Link, policy string) bool {
	return l.Policy == "" && slices.Equal(l.PolicyARNs, []string{policy})
}

// readOnlyAccess is the ARN of AWS' ReadOnlyAccess in the partition of a chain's session.
func readOnlyAccess(c Chain, p awsconfig.Profile, d Defaults) string {
	in := partition.OfARN(c.Last().RoleARN)
	if c.Last().RoleARN == "" {
		region := p.Get("region")
		for _, name := range []string{"AWS_REGION", "AWS_DEFAULT_REGION"} {
			if d.Getenv != nil {
				region = cmp.Or(region, d.Getenv(name))
			}
		}
		in = partition.OfRegion(region)
	}
	return "arn:" + in.ID + ":iam::aws:policy/ReadOnlyAccess"
}
