package awsconfig

import "strings"

// keyReadOnly names the profile to take for --read-only.
const keyReadOnly = own + "read_only"

// OnlyReads reports whether an SSO role is called as AWS calls permission sets that only
// read: ReadOnlyAccess and ViewOnlyAccess (the managed policies and predefined permission
// sets of these names), AWSReadOnlyAccess (AWS Control Tower's), and those without "Access".
// A name that says more, ReadOnlySupport, may do more.
func OnlyReads(role string) bool {
	name := strings.NewReplacer("-", "", "_", "").Replace(strings.ToLower(role))
	name = strings.TrimSuffix(strings.TrimPrefix(name, "aws"), "access")
	return name == "readonly" || name == "viewonly"
}
