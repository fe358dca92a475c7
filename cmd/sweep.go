package cmd

import (
	"path/filepath"

	"guise/internal/files"
)

// sweep removes what killed processes have left in the folders that guise writes
// to. Each write sweeps the folder that it is made in; this is for those that are
// not written to again.
func (x *plans) sweep() {
	config, credentials := x.configPaths()
	for _, dir := range []string{
		x.world.Data, x.world.State, x.backups(), x.world.Cache, files.Folder(x.status()).Path(), filepath.Dir(config), filepath.Dir(credentials), x.ssoDir(), x.loginDir(),
	} {
		files.Sweep(dir)
	}
}
