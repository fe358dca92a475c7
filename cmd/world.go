package cmd

import (
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/adrg/xdg"

	"guise/internal/approval"
	"guise/internal/ask"
	"guise/internal/build"
	"guise/internal/files"
	"guise/internal/process"
	"guise/session"
)

// World is all that commands see of what is around them: tests make another.
// What is expensive in it is a function, called when it is first needed.
type World struct {
	Args     []string // without the program's own name
	In       io.Reader
	Out, Err io.Writer
	Getenv   func(string) string
	Environ  func() []string
	Now      func() time.Time
	Home     string
	// Cache, Config, State and Data are guise's own directories. They may not exist yet.
	Cache, Config, State, Data string
	// Runtime returns guise's own folders for what lives as long as the login, the
	// best first: the first that nobody else gets into is used.
	Runtime func() []files.Folder
	// Executable is the path of this program as it stays over upgrades.
	Executable func() (string, error)
	// Callers are the names of the programs that this one was started by, the nearest first.
	Callers func() []string
	// System knows processes: who asks for credentials.
	System func() approval.System
	// User is the login name, for the name of role sessions.
	User func() string
	// Terminal opens the user's terminal for questions: see [ask.Open].
	Terminal func() (*ask.Terminal, error)
	// VaultCost is the Cost of a new vault's passphrase: see [custody.Vault].
	VaultCost int
	// Become runs a program in our place: see [process.Become].
	Become func(path string, argv, env []string) error
}

// Here is the real world.
func Here() World {
	return World{
		Args: os.Args[1:], In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		Getenv: os.Getenv, Environ: os.Environ, Now: build.Clock(os.Getenv), Home: process.Home(os.Getenv),
		Cache: filepath.Join(xdg.CacheHome, "guise"), Config: filepath.Join(xdg.ConfigHome, "guise"),
		State: filepath.Join(xdg.StateHome, "guise"), Data: filepath.Join(xdg.DataHome, "guise"),
		Executable: func() (string, error) { return process.StablePath(os.Args[0], os.Getenv("PATH"), os.Executable) },
		User:       func() string { return session.SessionName(process.UserName(os.Getenv)) }, Callers: process.Callers, System: approval.Here, Terminal: ask.Open, Become: process.Become,
		Runtime: func() []files.Folder {
			return files.RuntimeFolders(xdg.RuntimeDir, filepath.Join(xdg.CacheHome, "guise"))
		},
	}
}
