package cmd

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/term"

	"guise/ask"
	"guise/internal/files"
	"guise/session"
)

// How long a background call waits for the person, and what it leaves behind for
// the next one where nobody came.

// lateError: who asked has ended, or has waited for as long as SDKs do.
type lateError struct{ program string }

func (e lateError) Error() string {
	if e.program == "" {
		return "too late: run it again"
	}
	return "too late for " + e.program + ": run it again"
}

func (lateError) Unwrap() error { return session.ErrNoPerson }

// reportLate says that it is too late. Where the question was on the terminal, the
// terminal says so already, in the question's place.
func (a *app) reportLate(late lateError) int {
	signal.Ignore(syscall.SIGPIPE)                                                      // whoever reads us may be gone
	if f, ok := a.Err.(*os.File); !ok || !a.saidLate || !term.IsTerminal(int(f.Fd())) { //nolint:gosec // a file descriptor is small
		a.say("guise: " + late.Error())
	}
	return exitPerson
}

// until is when a background call has waited long enough.
func (a *app) until(wait time.Duration) time.Time { return a.began.Add(wait) }

// patient bounds what a background call does for an answer: it ends when the caller
// is gone or has been waiting for long enough.
func (a *app) patient(ctx context.Context, wait time.Duration) (context.Context, context.CancelFunc) {
	if !a.background {
		return ctx, func() {}
	}
	ctx, stop := ask.UntilGone(ctx)
	ctx, cancel := context.WithDeadline(ctx, a.until(wait))
	return ctx, func() { cancel(); stop() }
}

// lateCause is true of a context of [app.patient] that has ended by itself.
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

func (a *app) absencePath(id string) (path string, err error) {
	dir, err := a.runtimeDir()
	return filepath.Join(dir, "absent-"+id), err
}

// noteAbsence leaves word that nobody came for a session. It concerns no more than
// the wait of a few calls, so that its errors are passed over.
func (a *app) noteAbsence(id string, job int, waited time.Duration) {
	if path, err := a.absencePath(id); waited > 0 && err == nil {
		text := strconv.FormatInt(a.Now().UnixNano(), 10) + " " + strconv.Itoa(job) + " " + waited.String() + "\n"
		_ = files.Replace(path, []byte(text))
	}
}

// forgetAbsence is for when somebody has come.
func (a *app) forgetAbsence(id string) {
	if path, err := a.absencePath(id); err == nil {
		_ = os.Remove(path)
	}
}

// absent is true where nobody came to a call just before this one. A call in a
// terminal goes by what happened to its own job alone, since whoever has typed the
// next command is there; and who would wait longer than the other did, waits.
func (a *app) absent(id string, job int, wait time.Duration) bool {
	path, err := a.absencePath(id)
	if err != nil {
		return false
	}
	data, ok := files.ReadOwn(path, 1<<10)
	words := strings.Fields(string(data))
	if !ok || len(words) != 3 {
		return false
	}
	nanoseconds, err := strconv.ParseInt(words[0], 10, 64)
	if err != nil {
		return false
	}
	was := absence{at: time.Unix(0, nanoseconds)}
	if was.job, err = strconv.Atoi(words[1]); err != nil {
		return false
	}
	if was.waited, err = time.ParseDuration(words[2]); err != nil {
		return false
	}
	return was.at.After(a.began.Add(-absentFor)) && wait <= was.waited && (job == 0 || job == was.job)
}
