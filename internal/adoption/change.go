package adoption

import (
	"context"
	"errors"

	"guise/internal/awsconfig"
	"guise/internal/keys"
)

// A Change of the AWS files and the key store, or of other files of the user's, that is
// planned, and not made yet.
type Change struct {
	About string // what is changed, for an error
	// Question asks whether to make it. It says where access keys go.
	Question string
	// Would says the same of a change that is not made: "would manage 7 profiles".
	Would string
	// Nothing says why nothing is to do, where nothing is: "guise manages prod already".
	Nothing string
	// Left says which profiles stay as they are, and why, a line for each reason.
	Left []string
	// Again is what to type where there is nobody to ask, and no flag agrees; empty: one does.
	Again string

	files *awsconfig.Files
	try   func(context.Context, *awsconfig.Files) error // in memory; no key is stored
	write func(context.Context) (changed bool, err error)
	done  func() Result

	otherDiff  func() string // of other files
	otherApply func() (Result, error)
}

// Other is a change of other files than the AWS files, without its words.
func Other(diff func() string, apply func() (Result, error)) *Change {
	return &Change{otherDiff: diff, otherApply: apply}
}

const about = "AWS config"

// A Result says what came of a change, in lines without a prefix.
type Result struct {
	Done  string   // what has been done; empty: nothing was to do
	Notes []string // what to know beside it
}

// Diff is what the change would do to the files, without a secret; empty where nothing
// is to do. Its errors are those of Apply but for the writing.
func (c *Change) Diff(ctx context.Context) (string, error) {
	if c.otherDiff != nil {
		return c.otherDiff(), nil
	}
	return c.files.Try(func(f *awsconfig.Files) error { return c.try(ctx, f) })
}

// Apply makes the change. Its errors are those of awsconfig.Rewrite and of keys.Keeper's
// Move and Return. With a *keys.PendingError the files are changed, and a secret that a
// store may still have is removed by a later run; with a *keys.UnseenError of a release they
// are changed, and a secret stays in the key store: there is a Result then too.
func (c *Change) Apply(ctx context.Context) (Result, error) {
	if c.otherApply != nil {
		return c.otherApply()
	}
	changed, err := c.write(ctx)
	_, pending := errors.AsType[*keys.PendingError](err)
	_, stays := errors.AsType[*keys.UnseenError](err)
	if pending || changed && (err == nil || stays) {
		return c.done(), err
	}
	return Result{}, err
}
