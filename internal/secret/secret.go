// Package secret holds text that must not be seen: access keys, tokens, codes.
//
// A [Text] prints, formats, marshals and logs as "[redacted]", so that a
// careless %v, a JSON dump or a log line shows nothing. The one way to the
// text itself is [Text.Reveal]; search for its callers to see every place
// where a secret leaves the program's hands.
//
// It does not protect the memory of the process: whoever may read that may
// read the secret.
package secret

import (
	"fmt"
	"log/slog"
)

const redacted = "[redacted]"

// Text is a secret string. The zero value is the empty secret.
type Text struct{ text string }

// New takes a string into custody.
func New(text string) Text { return Text{text} }

// Reveal returns the secret away. Pass it on only to where it must go.
func (t Text) Reveal() string { return t.text }

// Empty reports whether there is no secret at all.
func (t Text) Empty() bool { return t.text == "" }

// Format writes "[redacted]" whatever the verb.
func (Text) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte(redacted)) }

func (Text) String() string               { return redacted }
func (Text) GoString() string             { return redacted }
func (Text) MarshalText() ([]byte, error) { return []byte(redacted), nil }
func (Text) LogValue() slog.Value         { return slog.StringValue(redacted) }
