package session

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"guise/internal/secret"
)

const (
	tries = 3
	// window is how long a device shows a code (RFC 6238's default, which AWS uses).
	window = 30 * time.Second
)

// withCode asks for a code and tries it, three times at most. A code that was
// sent once is not sent again while its device may still show it: AWS takes no
// code twice.
func (r *Retriever) withCode(ctx context.Context, q CodeQuestion, try func(Code) (Credentials, error)) (Credentials, error) {
	for wrong := 0; ; {
		code, err := r.Person.Code(ctx, q)
		if err != nil {
			return Credentials{}, err
		}
		if r.spent(q.Serial, code.Text) {
			if q.Complaint, err = r.awaitNext(ctx, q, code); err != nil {
				return Credentials{}, err
			}
			q.Again = true
			continue
		}
		r.spend(q.Serial, code.Text)
		got, err := try(code)
		if ReasonOf(err) != WrongCode {
			return got, err
		}
		if wrong++; wrong == tries {
			return Credentials{}, &CodesError{q.Serial, tries}
		}
		q.Again, q.Complaint = true, "that code was wrong; "+[]string{"", "2 tries left", "1 try left"}[wrong]
	}
}

// awaitNext says that a code is used up. A user is told and asked again at
// once; for a code from elsewhere it waits until the device moves on.
func (r *Retriever) awaitNext(ctx context.Context, q CodeQuestion, code Code) (again string, err error) {
	left := window - r.Now().Sub(r.Now().Truncate(window))
	wait := left.Round(time.Second).String()
	if code.Typed {
		return "that code was used already; the next one comes in " + wait, nil
	}
	r.Person.Say("the code of " + q.Serial + " was used already; waiting " + wait + " for the next one")
	return "", r.Sleep(ctx, left)
}

// spentNote is where the last code that was sent for a device is remembered: by
// its digest, in a sealed entry, for as long as AWS might take it.
func spentNote(serial string) string {
	sum := sha256.Sum256([]byte("spent:" + serial))
	return hex.EncodeToString(sum[:])
}

func digest(code secret.Text) string {
	sum := sha256.Sum256([]byte(code.Reveal()))
	return hex.EncodeToString(sum[:])
}

func (r *Retriever) spent(serial string, code secret.Text) bool {
	value, ok := r.Cache.Get(spentNote(serial))
	return ok && string(value) == digest(code)
}

func (r *Retriever) spend(serial string, code secret.Text) {
	_ = r.Cache.Put(spentNote(serial), []byte(digest(code)), r.Now().Add(3*window))
}

// triedFor is the life of a session that is only to show that a code is right: the
// shortest that GetSessionToken makes.
const triedFor = 15 * time.Minute

// TryCode has AWS make a session of the user whose access keys a chain begins with, by a
// code of a device, and throws the session away. code is called when all else is there.
func (r *Retriever) TryCode(ctx context.Context, c Chain, serial string, code func() (secret.Text, error)) error {
	if c[0].Kind != Keys {
		return errors.New("its source is not an access key")
	}
	from, err := r.Retrieve(ctx, c[:1], Options{})
	if err != nil {
		return err
	}
	api, err := r.API()
	if err != nil {
		return err
	}
	text, err := code()
	if err != nil {
		return err
	}
	l := Link{Kind: SessionToken, Profile: c.Last().Profile, Serial: serial, Place: c[0].Place}
	_, err = api.Exchange(ctx, l, from, triedFor, text)
	return err
}
