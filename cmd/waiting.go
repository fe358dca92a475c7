package cmd

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"guise/ask"
	"guise/internal/files"
	"guise/internal/secret"
	"guise/internal/settings"
	"guise/session"
)

func newWaiting(a *app) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "waiting",
		Short: "List the programs that wait for you: for an MFA code, or to sign in",
		Long: `List the programs that need you and cannot reach you: they run in the background, in
an IDE, on another desktop. "guise login" without a profile answers all of them; a
shell with the hook shows them before its next prompt.`,
		Example: "  guise waiting\n  guise login",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			all := a.room().List()
			if asJSON {
				return a.answerJSON(append([]ask.Request{}, all...))
			}
			if len(all) == 0 {
				a.say("nobody waits for you")
				return nil
			}
			table := [][]string{{"PROGRAM", "IN", "NEEDS", "FOR", "SINCE", "ANSWER"}}
			for _, q := range all {
				needs := map[ask.Kind]string{ask.ForCode: "an MFA code", ask.ForPage: "a sign-in"}[q.Kind]
				table = append(table, []string{q.Asker.String(), q.Asker.In(a.Home), needs, q.Profile, brief(a.Now().Sub(q.Since)) + " ago", q.Answer})
			}
			return a.answerTable(table)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

// room is the waiting room.
func (a *app) room() ask.Room {
	var room ask.Room
	for _, folder := range a.Runtime() {
		room.Folders = append(room.Folders, folder.Join("waiting"))
	}
	return room
}

// roomDirs are the folders that the room may be in, for the hooks: they look at
// the owner of each, as [ask.Room] does.
func (a *app) roomDirs() (dirs []string) {
	for _, folder := range a.room().Folders {
		if path := folder.Path(); filepath.IsAbs(path) { // one below the shell's own folder could be anybody's
			dirs = append(dirs, path)
		}
	}
	return dirs
}

// runtimeDir gives the folder for what lives as long as the login, made and
// closed to others.
func (a *app) runtimeDir() (dir string, err error) {
	for _, folder := range a.Runtime() {
		if err = folder.Make(); err == nil {
			return folder.Path(), nil
		}
	}
	return "", err
}

// request is what is left in the waiting room.
func (p *person) request(kind ask.Kind, id, profile, serial, again string) ask.Request {
	return ask.Request{
		ID: id, Kind: kind, Asker: p.asker(), Profile: profile, Serial: serial, Again: again,
		Since: p.Now(), Answer: "guise login " + p.word(profile),
	}
}

// tell says on the terminal of a command that `guise exec --serve` runs, at once, that
// it waits, and for what: the command says nothing of it until it gives up.
func (p *person) tell(q ask.Request) {
	if p.Getenv(askedBy) == "" {
		return
	}
	needs := "you to sign in"
	if q.Kind == ask.ForCode {
		needs = "an MFA code"
	}
	ask.Tell("guise: " + q.Profile + " needs " + needs + ": run " + q.Answer + " in another window")
}

// fromRoom leaves a request, tells the desktop, and waits.
func (p *person) fromRoom(ctx context.Context, q ask.Request, s settings.Settings) (secret.Text, error) {
	if s.Notify {
		p.notify(q)
	}
	if q.Session == 0 {
		p.tell(q)
	}
	code, err := p.room().Wait(ctx, q)
	if err == nil {
		if told, err := p.notified(q.ID); err == nil {
			_ = os.Remove(told) // the next time is another time
		}
	}
	return code, err
}

// notifyAgain is how long one who was told of a session and did not answer is left
// in peace: programs that ask again each minute would tell them all night.
const notifyAgain = 30 * time.Minute

// notified is a file whose time says when the desktop was last told.
func (a *app) notified(id string) (path string, err error) {
	dir, err := a.runtimeDir()
	return filepath.Join(dir, "told-"+id), err
}

// notify shows a request on the desktop, where there is one.
func (p *person) notify(q ask.Request) {
	var words []string
	switch {
	case runtime.GOOS == "darwin" && p.Getenv("SSH_CONNECTION") == "":
		words = []string{"osascript", "-e", "on run argv", "-e", "display notification (item 1 of argv) with title (item 2 of argv)", "-e", "end run", q.Line(), "guise"}
	case p.Getenv("DISPLAY") != "" || p.Getenv("WAYLAND_DISPLAY") != "":
		words = []string{"notify-send", "--app-name=guise", "--", "guise", ask.Unmarked(q.Line())}
	default:
		return
	}
	if _, err := exec.LookPath(words[0]); err != nil {
		return
	}
	if told, err := p.notified(q.ID); err == nil {
		if info, err := os.Stat(told); err == nil && p.Now().Sub(info.ModTime()).Abs() < notifyAgain {
			return
		}
		_ = files.Replace(told, nil)
	}
	c := exec.Command(words[0], words[1:]...) //nolint:gosec // words, and no shell
	c.Env = withoutAWS(p.Environ())
	if c.Start() == nil {
		go func() { _ = c.Wait() }()
	}
}

// Held is called while another process is at the session that we need. If that
// one waits in the waiting room, and the person is here, the question is asked
// here and the answer handed over.
func (p *person) Held(ctx context.Context, lock string) {
	asked, told := time.Time{}, false
	for began := p.Now(); ; {
		q, ok := p.room().Find(lock)
		if ok && q.Kind == ask.ForCode && q.Since.After(asked) && (q.Session == 0 || q.Session != ask.OurSession()) && p.answerFor(ctx, q) {
			asked = q.Since
		} else if !told && asked.IsZero() && p.Now().Sub(began) > wonders {
			told = true
			p.Say("waiting for another process that is getting the same session (is it asking for a code?)")
		}
		if sleep(ctx, lookEvery) != nil {
			return
		}
	}
}

// wonders is how long a person is left to wonder why nothing happens.
const wonders = time.Second

// answerFor asks the person here for a code that another process waits for, and
// hands it over; it reports whether there was somebody to ask.
func (p *person) answerFor(ctx context.Context, q ask.Request) bool {
	terminal, err := p.app.terminal()
	if err != nil {
		return false
	}
	defer func() { _ = terminal.Close() }()
	terminal.Late = "guise: " + lateError{p.asker().Program}.Error()
	terminal.Say(q.Asker.String() + " in " + q.Asker.In(p.Home) + " waits for it")
	code, err := terminal.Code(ctx, ask.CodeQuestion{Profile: q.Profile, Serial: q.Serial, Again: q.Again})
	switch {
	case err == nil:
		_ = p.room().Answer(q, code)
	case ctx.Err() == nil && errors.Is(err, ask.ErrCancelled):
		_ = p.room().Refuse(q)
	}
	return true
}

// lookEvery is how often a process that waits looks whether it still must.
const lookEvery = 100 * time.Millisecond

// awaitPage waits in the waiting room until somebody has signed in, wherever, for
// as long as SDKs wait for us. Any process that gets a session writes into one of
// a few folders: so a change there is a reason to try again, and nothing else is.
func (a *app) awaitPage(ctx context.Context, chain session.Chain, profile string, s settings.Settings, try func() error) error {
	id := chain[:1].Key()
	if a.absent(id, 0, s.WaitForPerson) {
		return session.ErrNoPerson
	}
	ctx, cancel := context.WithDeadline(ctx, a.until(s.WaitForPerson))
	defer cancel()
	p := &person{a}
	q := p.request(ask.ForPage, id, profile, "", "")
	left := false
	for seen := a.lastSessions(); ; {
		if !left {
			if leave, err := a.room().Leave(q); err == nil {
				left = true
				defer leave()
				p.tell(q)
				if s.Notify {
					p.notify(q)
				}
			}
		}
		if sleep(ctx, lookEvery) != nil {
			if lateCause(ctx) && !errors.Is(context.Cause(ctx), ask.ErrGone) {
				a.noteAbsence(id, 0, s.WaitForPerson)
			}
			return session.ErrNoPerson
		}
		if now := a.lastSessions(); now != seen {
			seen = now
			if err := try(); !errors.Is(err, session.ErrNoPerson) {
				a.forgetAbsence(id)
				return err
			}
		}
	}
}

// lastSessions tells when something was last written where sessions are kept.
func (a *app) lastSessions() (last time.Time) {
	aws := filepath.Join(a.Home, ".aws")
	for _, dir := range []string{filepath.Join(a.Cache, "sessions"), filepath.Join(aws, "sso", "cache"), filepath.Join(aws, "login", "cache")} {
		if info, err := os.Stat(dir); err == nil && info.ModTime().After(last) {
			last = info.ModTime()
		}
	}
	return last
}
