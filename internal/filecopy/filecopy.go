// Package filecopy gives one command a copy of the AWS files without the default
// profile, which SDKs would prefer to the credentials that `guise exec --serve` hands
// out. All other profiles can still be used by their names.
//
// The config file is copied without [default], mode 0600, into a folder of the
// command's own. The credentials file is never copied, since it holds access keys.
// Where it has a [default], the command sees two empty files instead.
//
// # What happens to a copy
//
// It is removed when the command ends. The kernel's lock on the folder shows who is
// alive: what a killed guise left behind the next one removes. A change of the
// config file reaches the copies by [SyncAll], which every guise calls that writes
// the file; other programs' changes by [Copy.Sync].
package filecopy

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"guise/internal/awsconfig"
	"guise/internal/awsenv"
	"guise/internal/files"
)

// Names in a copy's folder.
const (
	configName = "config"
	emptyName  = "credentials"
	ofName     = "copy-of" // holds the path of the config file
	lockName   = "lock"
	folder     = "exec-*"
	allName    = "exec.lock" // held by who makes or sweeps folders
)

// A Copy is what one command sees. The zero Copy is of a user without a default
// profile: the command sees the files themselves.
type Copy struct {
	dir  string
	all  string      // the folder's lock
	lock *files.Lock // of this one
	// Hidden is whether the command sees no profile at all.
	Hidden bool
}

// Alone leads SDKs to no profile at all, for a command that is to see none: to the null
// device, which they read as an empty file, and in which nothing stays that the command would
// write there. For another command there is nothing to lead to.
func Alone(alone bool) []awsenv.Variable {
	if !alone {
		return nil
	}
	return []awsenv.Variable{{Name: awsenv.ConfigFile, Value: os.DevNull}, {Name: awsenv.CredentialsFile, Value: os.DevNull}}
}

// Make makes what a command is to see of the user's files. A copy goes into a folder
// of its own, in the one that runtimeDir gives, which is the user's alone.
func Make(runtimeDir func() (string, error), f *awsconfig.Files, configPath string) (*Copy, error) {
	inConfig, inCredentials := f.Default()
	if !inConfig && !inCredentials {
		return &Copy{}, nil
	}
	dir, err := runtimeDir()
	if err != nil {
		return nil, err
	}
	configPath, err = filepath.Abs(configPath)
	if err != nil {
		return nil, err
	}
	c := &Copy{all: filepath.Join(dir, allName), Hidden: inCredentials}
	err = together(c.all, func() (err error) {
		sweep(dir)
		if c.dir, err = os.MkdirTemp(dir, folder); err != nil {
			return err
		}
		c.lock, err = files.Acquire(filepath.Join(c.dir, lockName))
		return err
	})
	switch {
	case err != nil:
	case c.Hidden:
		err = errors.Join(files.Replace(filepath.Join(c.dir, configName), nil), files.Replace(filepath.Join(c.dir, emptyName), nil))
	default:
		err = errors.Join(files.Replace(filepath.Join(c.dir, ofName), []byte(configPath)), c.Sync())
	}
	if err != nil {
		c.Remove()
		return nil, err
	}
	return c, nil
}

// Variables lead SDKs to the copy.
func (c *Copy) Variables() []awsenv.Variable {
	if c.dir == "" {
		return nil
	}
	variables := []awsenv.Variable{{Name: awsenv.ConfigFile, Value: filepath.Join(c.dir, configName)}}
	if c.Hidden {
		variables = append(variables, awsenv.Variable{Name: awsenv.CredentialsFile, Value: filepath.Join(c.dir, emptyName)})
	}
	return variables
}

// Sync brings the copy up to date.
func (c *Copy) Sync() error {
	if c.dir == "" || c.Hidden {
		return nil
	}
	return syncFolder(c.dir)
}

// Remove takes the copy away.
func (c *Copy) Remove() {
	if c.dir == "" {
		return
	}
	_ = together(c.all, func() error {
		if c.lock != nil {
			c.lock.Release() // Windows removes no file that is open
		}
		return os.RemoveAll(c.dir)
	})
}

// SyncIn is SyncAll for those of several folders that are ours.
func SyncIn(folders []files.Folder) {
	for _, folder := range folders {
		if folder.Check() == nil {
			_ = SyncAll(folder.Path())
		}
	}
}

// SyncAll brings all copies in a folder up to date, and removes those whose command
// is gone.
func SyncAll(dir string) error {
	if len(folders(dir)) == 0 {
		return nil
	}
	return together(filepath.Join(dir, allName), func() error {
		sweep(dir)
		var failed error
		for _, own := range folders(dir) {
			if err := syncFolder(own); !errors.Is(err, fs.ErrNotExist) { // two empty files are a copy of nothing
				failed = errors.Join(failed, err)
			}
		}
		return failed
	})
}

// sweep removes the copies whose process is gone, which nobody locks. The caller
// holds the lock of them all.
func sweep(dir string) {
	for _, own := range folders(dir) {
		if lock, held, err := files.TryAcquire(filepath.Join(own, lockName)); err == nil && !held {
			lock.Release()
			_ = os.RemoveAll(own)
		}
	}
}

// together does what no other process does meanwhile.
func together(path string, do func() error) error {
	lock, err := files.Acquire(path)
	if err != nil {
		return err
	}
	defer lock.Release()
	return do()
}

func folders(dir string) []string {
	found, _ := filepath.Glob(filepath.Join(dir, folder))
	return found
}

func syncFolder(own string) error {
	of, err := files.Read(filepath.Join(own, ofName), files.ConfigLimit)
	if err != nil {
		return err
	}
	data, err := files.Read(string(of), files.ConfigLimit)
	if err != nil {
		return err
	}
	copied := append([]byte("# guise made this copy of "+string(of)+", without [default], for one\n"+
		"# command: changes to it are lost.\n"), awsconfig.WithoutDefault(data)...)
	path := filepath.Join(own, configName)
	if had, err := files.Read(path, files.ConfigLimit); err == nil && bytes.Equal(had, copied) {
		return nil
	}
	return files.Replace(path, copied)
}
