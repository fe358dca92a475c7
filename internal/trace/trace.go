// Package trace tells on stderr what guise decides and when, for --debug: which file gave
// a setting, what the cache had, how long a lock was waited for, each request to AWS.
//
// A nil *[Log] says nothing and costs a comparison. What is told is made harmless for a
// terminal; a secret is in guise's own type (package secret), which prints as [redacted],
// and nobody hands a request's or an answer's body to a Log.
package trace

import (
	"fmt"
	"io"
	"time"

	"guise/internal/printable"
)

// A Log is where it is told.
type Log struct {
	w     io.Writer
	began time.Time
	now   func() time.Time
}

// To makes a Log that writes to w, with the time since guise began.
func To(w io.Writer, began time.Time, now func() time.Time) *Log { return &Log{w, began, now} }

// Sayf tells a line. It is safe on a nil Log.
func (l *Log) Sayf(format string, args ...any) {
	if l == nil {
		return
	}
	since := l.now().Sub(l.began)
	_, _ = fmt.Fprintf(l.w, "debug: %7.3fs %s\n", since.Seconds(), printable.Line(fmt.Sprintf(format, args...)))
}

// Trace is Sayf as a function; nil of a nil Log, so that nothing is made up for nobody.
func (l *Log) Trace() func(format string, args ...any) {
	if l == nil {
		return nil
	}
	return l.Sayf
}
