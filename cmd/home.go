package cmd

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/adrg/xdg"
)

// homeOf returns the user's home directory; empty where there is none to rely on.
// Package xdg would take the root of the file system for it, and guise would make
// its folders there.
func homeOf(getenv func(string) string) string {
	if home := getenv("HOME"); home == "" && xdg.Home == string(filepath.Separator) || !filepath.IsAbs(xdg.Home) {
		return ""
	}
	return xdg.Home
}

// homeless are the commands that need no home.
var homeless = []string{"guise", "version", "help", "init", "completion", "demo", "off"}

// needsHome refuses a command that would look for its files, or make its folders,
// in a home that is not there.
func needsHome(home string) error {
	err := errors.New("HOME is not set to an absolute path")
	if home != "" {
		info, failed := os.Stat(home)
		if failed == nil && info.IsDir() {
			return nil
		}
		err = fmt.Errorf("HOME is %s, which is not a folder", home)
	}
	return failure{what: "no home directory", err: err, hint: `export HOME="$(getent passwd "$(id -u)" | cut -d: -f6)"`}
}
