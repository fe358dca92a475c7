package files

// MakeFirst makes the first of several folders that can be made, and gives its path.
// Where none can be, the error is that of the last.
func MakeFirst(folders []Folder) (path string, err error) {
	for _, folder := range folders {
		if err = folder.Make(); err == nil {
			return folder.Path(), nil
		}
	}
	return "", err
}
