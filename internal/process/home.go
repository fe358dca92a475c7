package process

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/adrg/xdg"
)

// Home returns the user's home directory; empty where there is none to rely on. Package xdg
// would take the root of the file system for it, and guise would make its folders there.
func Home(getenv func(string) string) string {
	if home := getenv("HOME"); home == "" && xdg.Home == string(filepath.Separator) || !filepath.IsAbs(xdg.Home) {
		return ""
	}
	return xdg.Home
}

// CheckHome says why a home, as [Home] gives it, is none.
func CheckHome(home string) error {
	if home == "" {
		return errors.New("HOME is not set to an absolute path")
	}
	if info, err := os.Stat(home); err != nil || !info.IsDir() {
		return fmt.Errorf("HOME is %s, which is not a folder", home)
	}
	return nil
}
