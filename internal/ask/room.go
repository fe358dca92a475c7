package ask

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"guise/internal/files"
	"guise/internal/secret"
)

// A Room is a folder of the user's own for pending requests, in which a process that
// needs a user and has none leaves a request. Shells look into it before each
// prompt; whoever answers hands the answer over through a pipe that the request
// names. It is gone with the process that waits: the kernel's lock on its file
// tells who is still there.
//
// A request is left in the first of the folders that only our own user gets into,
// and looked for in each that is such: which one that is may differ between a
// terminal and a program that a service started. A folder of another user is
// passed over, whatever is in it.
type Room struct{ Folders []files.Folder }

// Request is what a process waits for.
type Request struct {
	ID        string    `json:"id"` // of the session that it is for: letters and digits
	Kind      Kind      `json:"kind"`
	Asker     Asker     `json:"asker"`
	Profile   string    `json:"profile"`
	Serial    string    `json:"mfa_serial,omitempty"` // of the device whose code is wanted
	Complaint string    `json:"again,omitempty"`      // why it is asked once more
	Since     time.Time `json:"since"`
	Answer    string    `json:"answer"` // what to type
	// Session is that of the terminal on which the process asks as well; 0 where it
	// asks on none. Who shares that terminal leaves the question to it.
	Session int `json:"session,omitempty"`
	// Question is what is asked, without the question mark, and Approval what the answer is
	// for: of an approval alone.
	Question string          `json:"question,omitempty"`
	Approval json.RawMessage `json:"approval,omitempty"`
}

// Kind says what you are needed for.
type Kind string

const (
	ForCode Kind = "code"     // an MFA code
	ForPage Kind = "page"     // a page in the browser
	ForYes  Kind = "approval" // a yes or no: may the program have credentials
)

// Line says a request in a line, as shells show it. What stands in it is data: the hint begins
// where we say.
func (r Request) Line() string {
	text := r.Question // of [ForYes]
	switch r.Kind {
	case ForCode:
		text = r.Asker.String() + " needs an MFA code for " + r.Profile
	case ForPage:
		text = r.Asker.String() + " needs you to sign in for " + r.Profile
	case ForYes:
	}
	return Sanitise(prefix + strings.ReplaceAll(Sanitise(text), toHint, ":guise ") + ": " + r.Answer)
}

// Between them is the text of a [Request.Line], which may begin as the hint does: who asks may
// be called guise.
const prefix, toHint = "guise: ", ": guise "

// Notice says a request in two lines, as the hooks of shells do.
func (r Request) Notice() []string {
	text, answer, _ := strings.Cut(strings.TrimPrefix(r.Line(), prefix), toHint)
	return []string{prefix + text, "hint: guise " + answer}
}

// errTaken: another process waits for the same already.
var errTaken = errors.New("another process waits for it already")

const (
	pipeSuffix = ".pipe"
	yes        = '+' // before a code
	no         = '-'
	pipePoll   = 20 * time.Millisecond // how often a pipe is looked at
)

// make returns the folder to leave a request in.
func (r Room) make() (dir string, err error) {
	for _, folder := range r.Folders {
		failed := folder.Make()
		if failed == nil {
			return folder.Path(), nil
		}
		err = errors.Join(err, failed)
	}
	return "", err
}

// Paths are the absolute paths of the folders, for shells, which look at the owner of each
// themselves. One below the shell's own folder could be anybody's.
func (r Room) Paths() (paths []string) {
	for _, folder := range r.Folders {
		if path := folder.Path(); filepath.IsAbs(path) {
			paths = append(paths, path)
		}
	}
	return paths
}

// ours returns the folders that there are and that are ours.
func (r Room) ours() (dirs []string) {
	for _, folder := range r.Folders {
		if folder.Check() == nil {
			dirs = append(dirs, folder.Path())
		}
	}
	return dirs
}

// Leave leaves a request until leave is called. It is not left where another
// process waits for the same.
func (r Room) Leave(q Request) (leave func(), err error) {
	f, err := r.claim(q.ID)
	if err != nil {
		return nil, err
	}
	if err := tell(f, q, os.Getpid()); err != nil {
		let(f)
		return nil, err
	}
	return func() { let(f) }, nil
}

// Hand leaves a request in the care of another process, which outlives this one:
// start gets the open file, whose lock goes with it, and gives that process's id. It
// is not left where another process waits for the same.
func (r Room) Hand(q Request, start func(held *os.File) (pid int, err error)) error {
	f, err := r.claim(q.ID)
	if err != nil {
		return err
	}
	pid, err := start(f)
	if err == nil {
		err = tell(f, q, pid)
	}
	if err != nil {
		let(f)
		return err
	}
	return f.Close() // the lock stays with the other's copy
}

// A Handed request is one that [Room.Hand] gave to this process.
type Handed struct {
	file *os.File
	path string // where it was left
}

// Take returns the request that was handed over as an open file; not ok where it is
// not left any more.
func (r Room) Take(held *os.File, id string) (h Handed, ok bool) {
	for _, dir := range r.ours() {
		if h = (Handed{held, filepath.Join(dir, id)}); h.Left() {
			return h, true
		}
	}
	return Handed{}, false
}

// Left reports whether the request is where it was left: its folder may have been
// removed.
func (h Handed) Left() bool {
	ours, err := h.file.Stat()
	if err != nil {
		return false
	}
	there, err := os.Lstat(h.path)
	return err == nil && os.SameFile(ours, there)
}

// TakeAway takes the request away.
func (h Handed) TakeAway() {
	if h.Left() {
		_ = os.Remove(h.path)
	}
	_ = h.file.Close()
}

// claim makes a request ours. Nobody reads it before it is told. Shells read the
// names of these files, so that they hold nothing but letters and digits.
func (r Room) claim(id string) (*os.File, error) {
	dir, err := r.make()
	if err != nil {
		return nil, err
	}
	return claim(filepath.Join(dir, id))
}

// tell writes what a request is, and which process keeps it.
func tell(f *os.File, q Request, pid int) error {
	data, err := json.Marshal(q)
	if err != nil {
		return err
	}
	text := fmt.Sprintf("%d\n%s\n%s\n", pid, q.Line(), data)
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err = f.WriteAt([]byte(text), 0)
	return err
}

// let takes a request away. The pipe goes first: as long as the file is there and
// held, nobody else makes one.
func let(f *os.File) {
	_ = os.Remove(f.Name() + pipeSuffix)
	_ = os.Remove(f.Name())
	_ = f.Close()
}

// Wait leaves a request for a code and waits for the answer. Its errors are
// ErrCancelled, where the user said no, that of ctx, and what keeps a request
// from being left.
func (r Room) Wait(ctx context.Context, q Request) (secret.Text, error) {
	f, err := r.claim(q.ID)
	if err != nil {
		return secret.Text{}, err
	}
	defer let(f)
	path := f.Name() + pipeSuffix
	_ = os.Remove(path) // of a process that was killed
	pipe, err := openPipe(path)
	if err != nil {
		return secret.Text{}, err
	}
	defer func() { _ = pipe.Close() }()
	if err := tell(f, q, os.Getpid()); err != nil {
		return secret.Text{}, err
	}
	var got string
	buf := make([]byte, 64)
	for {
		n, err := pipe.Read(buf)
		got += string(buf[:n])
		for line, rest, whole := strings.Cut(got, "\n"); whole; line, rest, whole = strings.Cut(got, "\n") {
			switch got = rest; {
			case line == string(no):
				return secret.Text{}, ErrCancelled
			case len(line) > 1 && line[0] == yes && isCode(line[1:]):
				return secret.New(line[1:]), nil
			} // anything else is no answer
		}
		if err == nil && n > 0 {
			continue
		}
		select {
		case <-ctx.Done():
			return secret.Text{}, ctx.Err()
		case <-time.After(pipePoll):
		}
	}
}
