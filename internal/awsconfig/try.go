package awsconfig

// Try makes a change in memory, gives its [Files.Diff], and takes it back: the files are
// as they were. Its error is that of edit.
func (f *Files) Try(edit func(*Files) error) (diff string, err error) {
	before := f.State()
	defer f.Set(before)
	if err := edit(f); err != nil {
		return "", err
	}
	return f.Diff(), nil
}
