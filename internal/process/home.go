package process

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"

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

// AccountHome is the home that the system's accounts have for the user, whatever HOME is;
// empty where there is none.
func AccountHome() string {
	account, err := user.LookupId(strconv.Itoa(os.Getuid()))
	if err != nil || CheckHome(account.HomeDir) != nil {
		return ""
	}
	return account.HomeDir
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
