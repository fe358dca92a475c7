package signin

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"guise/internal/printable"
	"guise/internal/secret"
	"guise/session"
)

// What a page ends with may be pasted at the terminal, where the browser cannot bring it.
//
// An address has the sign-in's state, which is checked as the browser's is. A code alone
// has none. It is taken all the same: what the state is for, that nobody slips in a code of
// a sign-in of theirs, AWS sees to with the code's challenge (PKCE; RFC 9700, 2.1.1). It
// gives a token only to whoever has the verifier of the sign-in that the code was made
// for, and that is this process alone.

// Why something else is to be pasted: without the text, which holds a code.
var (
	errOtherSignIn = errors.New("this belongs to another sign-in: its state is not that of this one")
	errNothing     = errors.New("there is no code in this: paste the whole address at which the browser ends, or the code in it")
)

// paste takes what the user has pasted. It returns when that was the sign-in's end, or
// why something else is to be pasted.
func (r *redirect) paste(ctx context.Context, typed secret.Text) error {
	got, err := r.readPasted(typed.Reveal())
	if err != nil {
		return err
	}
	verdict := make(chan error, 1)
	got.verdict = verdict
	select {
	case r.pasted <- got:
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-verdict:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// readPasted reads an address, its query, what AWS's page shows in their place (both in
// Base64: `aws login --remote`), or a code alone.
func (r *redirect) readPasted(text string) (callback, error) {
	text = strings.TrimSpace(text)
	if !printable.Word(text) || text == "" {
		return callback{}, errNothing
	}
	if q := query(text); q != nil {
		got, ours := r.read(q)
		switch {
		case !ours && q.Has("state"):
			return callback{}, errOtherSignIn
		case !ours && q.Get("code") != "" && r.takesCode: // cut off before the state
			return callback{code: secret.New(q.Get("code"))}, nil
		case !ours, got.err != nil && !q.Has("error"):
			return callback{}, errNothing // the page's first address has our state, too
		}
		return got, nil
	}
	if strings.Contains(text, "://") || !r.takesCode {
		return callback{}, errNothing
	}
	return callback{code: secret.New(text)}, nil
}

// query returns what follows the question mark of an address, or is the like of it; nil
// where a text is neither.
func query(text string) url.Values {
	_, after, isAddress := strings.Cut(text, "?")
	if !isAddress {
		after = text
	}
	after, _, _ = strings.Cut(after, "#")
	if q, err := url.ParseQuery(after); err == nil && (q.Has("code") || q.Has("state") || q.Has("error")) {
		return q
	}
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		decoded, err := encoding.DecodeString(strings.TrimRight(text, "="))
		if err != nil {
			continue
		}
		if q, err := url.ParseQuery(string(decoded)); err == nil && q.Has("code") && q.Has("state") {
			return q
		}
	}
	return nil
}

// refusedCode is why a code that AWS did not take is asked for again; nil where that would
// not help.
func refusedCode(err error) error {
	api, ok := errors.AsType[*session.APIError](err)
	if !ok || api.Temporary || strings.Contains(api.Code, "Client") {
		return nil
	}
	switch api.Reason {
	case session.BadSource, session.Denied, session.Refused:
		return fmt.Errorf("AWS did not take this code (%s): it is cut off, was used before, or is of another sign-in", api.Code)
	}
	return nil
}
