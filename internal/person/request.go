package person

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"guise/internal/ask"
	"guise/internal/awsenv"
	"guise/internal/files"
	"guise/internal/secret"
	"guise/session"
)

// Room is where pending requests are, in guise's folders for what lives as long as the login.
func Room(runtime []files.Folder) ask.Room {
	room := ask.Room{Folders: make([]files.Folder, len(runtime))}
	for i, folder := range runtime {
		room.Folders[i] = folder.Join("waiting")
	}
	return room
}

func (p *Person) room() ask.Room { return Room(p.o.Runtime) }

// request is what is left in the room.
func (p *Person) request(kind ask.Kind, id, profile, serial, complaint string) ask.Request {
	profile, login := p.standing(profile)
	return ask.Request{
		ID: id, Kind: kind, Asker: p.asker(), Profile: profile, Serial: serial, Complaint: complaint,
		Since: p.o.Now(), Answer: login,
	}
}

// tell says on the terminal of a command that `guise exec --serve` runs, at once, that
// it waits, and for what: the command says nothing of it until it gives up.
func (p *Person) tell(q ask.Request) {
	if p.o.Getenv(AskedBy) == "" {
		return
	}
	needs := "you to sign in"
	switch q.Kind {
	case ask.ForCode:
		needs = "an MFA code"
	case ask.ForYes:
		needs = "your approval"
	}
	ask.Tell("guise: " + q.Profile + " needs " + needs + ": run " + q.Answer + " in another window")
}

// fromRoom leaves a request, tells the desktop, and waits.
func (p *Person) fromRoom(ctx context.Context, q ask.Request) (secret.Text, error) {
	p.notify(q)
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
func (p *Person) notified(id string) (path string, err error) {
	dir, err := p.runtimeDir()
	return filepath.Join(dir, "told-"+id), err
}

// notify shows a request on the desktop.
func (p *Person) notify(q ask.Request) {
	words := p.notification(q.Line())
	if len(words) == 0 {
		return
	}
	if told, err := p.notified(q.ID); err == nil {
		if info, err := os.Stat(told); err == nil && p.o.Now().Sub(info.ModTime()).Abs() < notifyAgain {
			return
		}
		leave(told, nil, p.o.Now())
	}
	p.show(words)
}

// TellDesktop shows lines on the desktop. They are asked for only where there is a desktop
// and the user wants it.
func (p *Person) TellDesktop(lines func() []string) {
	if len(p.notification("")) == 0 {
		return
	}
	for _, line := range lines() {
		p.show(p.notification(line))
	}
}

// show runs the command of a notification, and waits for nothing.
func (p *Person) show(words []string) {
	c := exec.Command(words[0], words[1:]...) //nolint:gosec // words, and no shell
	c.Env = awsenv.Env(p.o.Environ()).WithoutAWS()
	if c.Start() == nil {
		go func() { _ = c.Wait() }()
	}
}

// notification is the command that shows a line on this desktop; none where there is no
// desktop, or nothing that shows it.
func (p *Person) notification(line string) []string {
	words := p.desktop(ask.Sanitise(line))
	if len(words) > 0 {
		if _, err := exec.LookPath(words[0]); err != nil {
			return nil
		}
	}
	return words
}

func (p *Person) desktop(line string) []string {
	switch {
	case !p.o.Settings.Notify:
		return nil
	case runtime.GOOS == "darwin" && p.o.Getenv("SSH_CONNECTION") == "":
		return []string{"osascript", "-e", "on run argv", "-e", "display notification (item 1 of argv) with title (item 2 of argv)", "-e", "end run", line, "guise"}
	case p.o.Getenv("DISPLAY") != "" || p.o.Getenv("WAYLAND_DISPLAY") != "":
		return []string{"notify-send", "--app-name=guise", "--", "guise", ask.Unmarked(line)}
	}
	return nil
}

// Held is called while another process is at the session that we need. If that
// one has a pending request, and the user is here, the question is asked
// here and the answer handed over.
func (p *Person) Held(ctx context.Context, lock string) {
	asked, told := time.Time{}, false
	for began := p.o.Now(); ; {
		q, ok := p.room().Find(lock)
		if ok && q.Kind == ask.ForCode && q.Since.After(asked) && (q.Session == 0 || q.Session != ask.OurSession()) && p.answerFor(ctx, q) {
			asked = q.Since
		} else if !told && asked.IsZero() && p.o.Now().Sub(began) > wonders {
			told = true
			p.Say("waiting for another process that is getting the same session (is it asking for a code?)")
		}
		if session.Sleep(ctx, lookEvery) != nil {
			return
		}
	}
}

const (
	// wonders is how long a user is left to wonder why nothing happens.
	wonders = time.Second
	// lookEvery is how often a process that waits looks whether it still must.
	lookEvery = 100 * time.Millisecond
)

// answerFor asks the user here for a code that another process waits for, and
// hands it over; it reports whether there was somebody to ask.
func (p *Person) answerFor(ctx context.Context, q ask.Request) bool {
	terminal, err := p.o.Terminal()
	if err != nil {
		return false
	}
	defer func() { _ = terminal.Close() }()
	terminal.Late = p.late().notice()
	terminal.Say(q.Asker.String() + " in " + q.Asker.In(p.o.Home) + " waits for it")
	code, err := terminal.Code(ctx, ask.CodeQuestion{Profile: q.Profile, Serial: q.Serial, Complaint: q.Complaint})
	switch {
	case err == nil:
		p.answered.Store(true)
		_ = p.room().Answer(q, code)
	case ctx.Err() == nil && errors.Is(err, ask.ErrCancelled):
		_ = p.room().Refuse(q)
	}
	return true
}

// awaitSignIn leaves a request until somebody has signed in, wherever, for as long as
// SDKs wait for us; id names what the chain starts from, and try is called for another
// look. Any process that gets a session writes into one of a few folders: so a change
// there is a reason to try again, and nothing else is. The error is that of try, or
// session.ErrNoPerson.
func (p *Person) awaitSignIn(ctx context.Context, id, profile string, try func() error) error {
	wait := p.o.Settings.WaitForPerson
	if p.absent(id, 0, wait) {
		return session.ErrNoPerson
	}
	ctx, cancel := context.WithTimeout(ctx, p.left(wait))
	defer cancel()
	q := p.request(ask.ForPage, id, profile, "", "")
	left := false
	for seen := p.lastKept(); ; {
		if !left {
			if leave, err := p.room().Leave(q); err == nil {
				left = true
				defer leave()
				p.tell(q)
				p.notify(q)
			}
		}
		if session.Sleep(ctx, lookEvery) != nil {
			if lateCause(ctx) && !errors.Is(context.Cause(ctx), ask.ErrGone) {
				p.noteAbsence(id, 0, wait)
			}
			return session.ErrNoPerson
		}
		if now := p.lastKept(); now != seen {
			seen = now
			if err := try(); !errors.Is(err, session.ErrNoPerson) {
				p.forgetAbsence(id)
				return err
			}
		}
	}
}

// lastKept is when something was last written where sessions are kept.
func (p *Person) lastKept() (last time.Time) {
	for _, dir := range p.o.Kept {
		if info, err := os.Stat(dir); err == nil && info.ModTime().After(last) {
			last = info.ModTime()
		}
	}
	return last
}
