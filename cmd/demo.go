package cmd

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"guise/internal/adoption"
	"guise/internal/awsenv"
	"guise/internal/files"
	"guise/internal/process"
	"guise/internal/sandbox"
	"guise/internal/signin"
)

// demoCommand opens the sandbox.
type demoCommand struct {
	shell string

	*streams
	world   World
	browser func() func(page string) ([]string, error)
}

func newDemo(a *app) *cobra.Command {
	x := demoCommand{streams: a.streams, world: a.World, browser: func() func(page string) ([]string, error) { return a.user("").person.Browser(signin.Browser{}).Words }}
	c := &cobra.Command{
		Use:   "demo [-- CMD…]",
		Short: "Try guise in a sandbox: no account, nothing installed, nothing left behind",
		Long: `Open a shell in a sandbox: a temporary home with 18 managed profiles, an
AWS that guise plays itself on 127.0.0.1, and the hook loaded. With CMD, run that
in the sandbox instead. guise removes all of it afterwards; your own home is not
touched.`,
		Example: "  guise demo\n  guise demo -- guise list\n  guise demo --shell fish",
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 0 && c.ArgsLenAtDash() != 0 {
				return usage(c, errors.New("put the command after --"))
			}
			return x.run(args)
		},
	}
	c.Flags().StringVar(&x.shell, "shell", "", "as for guise init (default: yours)")
	return c
}

func (x demoCommand) run(argv []string) (err error) {
	box, err := sandbox.Open(sandbox.Options{
		Environ: x.world.Environ(), Now: x.world.Now, Caller: append(x.world.Callers(), "")[0],
		Browser: x.browser(),
		Lock:    func(box *sandbox.Sandbox) error { return newApp(x.inside(box)).user("").vault().Lock() },
	})
	if err != nil {
		return fail("demo", err)
	}
	defer func() {
		if closed := box.Close(); err == nil {
			err = fail("demo", closed)
		}
	}()
	if err := newApp(x.inside(box)).managing().agreed().adopt(context.Background(), nil, adoption.Options{All: true, KeepKeys: true}); err != nil {
		return err
	}
	if len(argv) == 0 {
		if argv, err = box.Shell(x.shell); err != nil {
			return fail("demo", err)
		}
		for _, line := range sandbox.Introduction() {
			x.result(line)
		}
	}
	// guise outlives the command whatever signal comes, so that nothing is left behind: a
	// signal to end is passed on as a hang-up, which interactive shells heed.
	c := box.Command(argv)
	c.Stdin, c.Stdout, c.Stderr = x.world.In, x.world.Out, x.world.Err
	return fail("demo", process.Attend(c, func(int) {}, func(os.Signal) os.Signal { return syscall.SIGHUP }))
}

// inside is the world as it is in a sandbox.
func (x demoCommand) inside(box *sandbox.Sandbox) World {
	home := box.Home()
	cache := filepath.Join(home, ".cache", "guise")
	return World{
		In: strings.NewReader(""), Out: io.Discard, Err: io.Discard, Environ: box.Environ, Now: x.world.Now, Home: home, User: x.world.User,
		Getenv: func(name string) string {
			value, _ := awsenv.Env(box.Environ()).Get(name)
			return value
		},
		Cache: cache, Config: filepath.Join(home, ".config", "guise"), State: filepath.Join(home, ".local/state", "guise"), Data: filepath.Join(home, ".local/share", "guise"),
		Runtime:    func() []files.Folder { return files.RuntimeFolders(box.Runtime(), cache) },
		Executable: func() (string, error) { return box.Executable(), nil },
	}
}
