package cmd

import (
	"path/filepath"

	"guise/internal/files"
)

// sweep removes what killed processes have left in the folders that guise writes
// to. Each write sweeps the folder that it is made in; this is for those that are
// not written to again.
func (a *app) sweep() {
	config, credentials := a.configPaths()
	for _, dir := range []string{
		a.Data, a.State, a.backups(), a.Cache, filepath.Join(a.Cache, "status"), filepath.Dir(config), filepath.Dir(credentials), a.ssoDir(), a.loginDir(),
	} {
		files.Sweep(dir)
	}
}
