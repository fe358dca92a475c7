package adoption

import (
	"context"
	"slices"

	"guise/internal/awsconfig"
	"guise/internal/keys"
)

// Managed returns the names of the profiles that guise manages.
func Managed(files *awsconfig.Files) []string {
	var names []string
	for _, p := range files.Profiles() {
		if p.Managed() {
			names = append(names, p.Name)
		}
	}
	return names
}

// Release plans to give profiles back as they were before [Adopter.Adopt], with their
// access keys, and to remove those that guise has derived of them. One that guise does not manage stays as it is. Its error is an
// *awsconfig.SyntaxError; [Change.Diff] reads the secrets, and [Change.Apply] also
// removes from the key store those that nobody relies on any more.
func (a Adopter) Release(files *awsconfig.Files, names []string) (*Change, error) {
	if err := files.Check(); err != nil {
		return nil, err
	}
	for _, name := range files.Derived(names...) {
		if !slices.Contains(names, name) {
			names = append(slices.Clone(names), name)
		}
	}
	if err := a.MayRelease(names...); err != nil {
		return nil, err
	}
	returning := keysIn(files, names, awsconfig.KeysInStore)
	edit := func(f *awsconfig.Files, fetch keys.FetchFunc) error {
		return f.Release(names, awsconfig.ReleaseOptions{Fetch: fetch})
	}
	return &Change{
		About: about, Question: "release " + count(len(names), "profile"), Would: "would release " + count(len(names), "profile"), Nothing: unmanaged(names), files: files,
		try:   func(ctx context.Context, f *awsconfig.Files) error { return edit(f, a.Keys.Fetch(ctx)) },
		write: func(ctx context.Context) (bool, error) { return a.Keys.Return(ctx, names, edit) },
		done:  func() Result { return Result{Done: released(names, returning) + removed(files, names)} },
	}, nil
}
