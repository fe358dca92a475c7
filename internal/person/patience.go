package person

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"guise/internal/ask"
	"guise/internal/files"
)

// How long a background call waits for the user, and what it leaves behind for
// the next one where nobody came.

// left is for how long a background call that may wait for the user still does so.
func (p *Person) left(wait time.Duration) time.Duration {
	return min(wait, p.o.Began.Add(wait).Sub(p.o.Now()))
}

// patient bounds what a background call does for an answer: it ends when the caller
// is gone or has been waiting for long enough.
func (p *Person) patient(ctx context.Context, wait time.Duration) (context.Context, context.CancelFunc) {
	if !p.background() {
		return ctx, func() {}
	}
	ctx, stop := ask.UntilGone(ctx)
	ctx, cancel := context.WithTimeout(ctx, p.left(wait))
	return ctx, func() { cancel(); stop() }
}

// lateCause is true of a context of [Person.patient] that has ended by itself.
func lateCause(ctx context.Context) bool {
	cause := context.Cause(ctx)
	return errors.Is(cause, ask.ErrGone) || errors.Is(cause, context.DeadlineExceeded)
}

// absentFor is how long nobody is looked for again where nobody came: clients that
// start their process once more when it fails (the JavaScript SDK twice, kubectl six
// times) would wait as often.
const absentFor = 10 * time.Second

// absence says that nobody came: when, to which job of a terminal (0: to none), and
// after how long.
type absence struct {
	at     time.Time
	job    int
	waited time.Duration
}

func (a absence) encode() []byte {
	return []byte(strconv.FormatInt(a.at.UnixNano(), 10) + " " + strconv.Itoa(a.job) + " " + a.waited.String() + "\n")
}

func decodeAbsence(data []byte) (a absence, ok bool) {
	words := strings.Fields(string(data))
	if len(words) != 3 {
		return a, false
	}
	nanoseconds, err := strconv.ParseInt(words[0], 10, 64)
	if err != nil {
		return a, false
	}
	a.at = time.Unix(0, nanoseconds)
	if a.job, err = strconv.Atoi(words[1]); err != nil {
		return a, false
	}
	a.waited, err = time.ParseDuration(words[2])
	return a, err == nil
}

// spares reports whether a call that began at a time need not wait, since nobody came to
// an earlier one. A call in a terminal goes by what happened to its own job alone, since
// whoever has typed the next command is there; and who would wait longer than the other
// did, waits.
func (a absence) spares(began time.Time, job int, wait time.Duration) bool {
	return a.at.After(began.Add(-absentFor)) && wait <= a.waited && (job == 0 || job == a.job)
}

func (p *Person) absencePath(id string) (path string, err error) {
	dir, err := p.runtimeDir()
	return filepath.Join(dir, "absent-"+id), err
}

// noteAbsence leaves word that nobody came for a session. It concerns no more than
// the wait of a few calls, so that its errors are passed over.
func (p *Person) noteAbsence(id string, job int, waited time.Duration) {
	if path, err := p.absencePath(id); waited > 0 && err == nil {
		leave(path, absence{p.o.Now(), job, waited}.encode(), p.o.Now())
	}
}

// forgetAbsence is for when somebody has come.
func (p *Person) forgetAbsence(id string) {
	if path, err := p.absencePath(id); err == nil {
		_ = os.Remove(path)
	}
}

// absent reports whether nobody came to a call just before this one.
func (p *Person) absent(id string, job int, wait time.Duration) bool {
	path, err := p.absencePath(id)
	if err != nil {
		return false
	}
	data, ok := files.ReadOwn(path, 1<<10)
	if !ok {
		return false
	}
	was, ok := decodeAbsence(data)
	return ok && was.spares(p.o.Began, job, wait)
}
