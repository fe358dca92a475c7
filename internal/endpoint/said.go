package endpoint

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"sync"
)

// Refused is why a process that was to get the credentials gave none, as a client is to
// hear it: the last two lines of what it said to the user, the error and its hint, or err
// where it said nothing. It is a *Refusal where there is a code.
func Refused(code, said string, err error) error {
	var lines []string
	for line := range strings.Lines(said) {
		lines = append(lines, strings.TrimPrefix(strings.TrimSpace(line), "guise: "))
	}
	message := strings.Join(lines[max(len(lines)-2, 0):], "; ")
	if message == "" {
		message = err.Error()
	}
	if code != "" {
		return &Refusal{Code: code, Message: message}
	}
	return errors.New(message)
}

// OnceEach passes lines on, each once, however often they are said. Lines that
// differ in their numbers alone are the same.
type OnceEach struct {
	To io.Writer

	mu   sync.Mutex
	half []byte
	said map[string]bool
}

// Write takes lines, or parts of them.
func (o *OnceEach) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.half = append(o.half, p...)
	for {
		line, rest, whole := bytes.Cut(o.half, []byte("\n"))
		if !whole {
			return len(p), nil
		}
		o.half = bytes.Clone(rest)
		key := strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return -1
			}
			return r
		}, string(line))
		if o.said[key] {
			continue
		}
		if o.said == nil {
			o.said = map[string]bool{}
		}
		o.said[key] = true
		if _, err := o.To.Write(append(bytes.Clone(line), '\n')); err != nil {
			return len(p), err
		}
	}
}

// Forget makes what was said news again.
func (o *OnceEach) Forget() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.said = nil
}
