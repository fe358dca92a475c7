package adoption

import (
	"context"

	"guise/internal/awsconfig"
)

// Create plans to write a profile that the files do not have yet, managed by guise from the
// first. again is the command that does so unasked. Its errors are those of Executable, *awsconfig.SyntaxError and, in an
// *awsconfig.ProfileError, those of awsconfig.Files.Create and awsconfig.Files.Adopt.
func (a Adopter) Create(files *awsconfig.Files, name string, settings []awsconfig.Setting, again string) (*Change, error) {
	if err := files.Check(); err != nil {
		return nil, err
	}
	executable, err := a.Executable()
	if err != nil {
		return nil, err
	}
	create := func(f *awsconfig.Files) error {
		if err := f.Create(name, settings...); err != nil {
			return &awsconfig.ProfileError{Profile: name, Err: err}
		}
		return f.Adopt([]string{name}, awsconfig.AdoptOptions{Executable: executable})
	}
	if _, err := files.Try(create); err != nil {
		return nil, err
	}
	return &Change{
		About: name, Question: "write the profile " + name + " to " + a.Keys.Config, Again: again, files: files,
		try:   func(_ context.Context, f *awsconfig.Files) error { return create(f) },
		write: func(context.Context) (bool, error) { return a.Keys.Rewrite(create) },
		done:  func() Result { return Result{Done: name + ": wrote this profile to " + a.Keys.Config} },
	}, nil
}
