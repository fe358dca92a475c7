package session

import (
	"context"
	"errors"
	"strconv"
	"time"

	"guise/internal/secret"
)

// step makes one exchange, with a code where the link needs one.
func (r *Retriever) step(ctx context.Context, c Chain, i int, from Credentials) (Credentials, error) {
	l := c[i]
	if l.Kind == SAML {
		var err error
		if l, err = r.chooseRole(ctx, l, from); err != nil {
			return Credentials{}, err
		}
		c = append(c[:i:i], l)
	}
	if r.needsCode(c, i) {
		return r.withCode(ctx, CodeQuestion{Profile: c.Last().Profile, Owner: c[0].Profile, Serial: l.Serial, Lock: c[:1].Key()}, func(code Code) (Credentials, error) {
			return r.redeem(ctx, c[:i+1], from, code)
		})
	}
	got, err := r.exchange(ctx, c[:i+1], from, secret.Text{})
	if ReasonOf(err) == Denied && c.behindSession(i) && l.Serial != "" {
		return r.direct(ctx, c[:i+1], err)
	}
	return got, err
}

// needsCode reports whether the exchange of link i takes a code: the session
// of a user does, and so does a role with a device where no such session
// is before it.
func (r *Retriever) needsCode(c Chain, i int) bool {
	switch {
	case c[i].Serial == "":
		return false
	case c[i].Kind == SessionToken:
		return true
	}
	return c[1].Kind != SessionToken || c.behindSession(i) && r.wantsCode(c[:i+1])
}

// behindSession reports whether a link is a role assumed from the MFA session
// of an IAM user.
func (c Chain) behindSession(i int) bool {
	return i == 2 && c[1].Kind == SessionToken && c[i].Kind == AssumeRole
}

// skips reports whether link i is a user's session that the next link, a role
// that wants the code itself, cannot use.
func (r *Retriever) skips(c Chain, i int) bool {
	return c[i].Kind == SessionToken && i+1 < len(c) && r.wantsCode(c[:i+2])
}

// How long is remembered that a role wants the code itself, and that it does
// not help a role that STS denies.
const (
	rememberDirect = 30 * 24 * time.Hour
	rememberVain   = time.Hour
)

const (
	noteDirect = "wants the code itself"
	noteLength = "longest duration"
	noteMade   = "session of the access key" // see SessionOf
)

func (r *Retriever) wantsCode(c Chain) bool {
	value, ok := r.Cache.Get(c.note(noteDirect))
	return ok && string(value) == "yes"
}

// direct tries a role that was denied to the user's MFA session once more, with
// a code of its own: a trust policy may want a young code (by
// aws:MultiFactorAuthAge), or the device in the very call. What comes out is
// remembered, so that a role that is just denied costs no code again.
func (r *Retriever) direct(ctx context.Context, c Chain, denied error) (Credentials, error) {
	note := c.note(noteDirect)
	if _, tried := r.Cache.Get(note); tried {
		return Credentials{}, denied
	}
	keys, err := r.keys(c[0])
	if err != nil {
		return Credentials{}, err
	}
	q := CodeQuestion{
		Profile: c.Last().Profile, Owner: c[0].Profile, Serial: c.Last().Serial, Lock: c[:1].Key(),
		Complaint: "AWS refused this role for the MFA session; its trust policy may require a fresh code",
	}
	got, err := r.withCode(ctx, q, func(code Code) (Credentials, error) {
		return r.redeem(ctx, c, keys, code)
	})
	switch {
	case err == nil:
		_ = r.Cache.Put(note, []byte("yes"), r.Now().Add(rememberDirect))
	case ReasonOf(err) == Denied:
		_ = r.Cache.Put(note, []byte("no"), r.Now().Add(rememberVain))
		return Credentials{}, denied
	case errors.Is(err, ErrNoPerson):
		return Credentials{}, &UnaskedError{denied}
	}
	return got, err
}

// exchange makes one call to AWS, for as long as AWS allows. Where the duration
// asked for is refused, the longest that works is found, remembered and told.
func (r *Retriever) exchange(ctx context.Context, c Chain, from Credentials, code secret.Text) (Credentials, error) {
	l := c.Last()
	length := l.Duration
	if l.Kind == SAML && length == 0 {
		length = longestRole // a user has signed in for this
	}
	if value, ok := r.Cache.Get(c.note(noteLength)); ok {
		if d, err := time.ParseDuration(string(value)); err == nil {
			length = d
		}
	}
	got, err := r.call(ctx, l, from, length, code)
	for l.RoleARN != "" && length > longestChained {
		switch ReasonOf(err) {
		case TooLong: // roles have their maximum in whole hours
			length = (length - 1).Truncate(time.Hour)
		case Chained:
			length = longestChained
		default:
			return got, err
		}
		if got, err = r.call(ctx, l, from, length, code); err == nil {
			_ = r.Cache.Put(c.note(noteLength), []byte(length.String()), r.Now().Add(rememberDirect))
			if l.Duration == 0 {
				break
			}
			r.say(l, "AWS allows less than "+brief(l.Duration)+" for this role: its session lasts "+brief(length)+
				" (duration_seconds = "+strconv.Itoa(int(length/time.Second))+" or --duration "+brief(length)+" asks for no more)")
		}
	}
	return got, err
}

func (r *Retriever) call(ctx context.Context, l Link, from Credentials, d time.Duration, code secret.Text) (Credentials, error) {
	api, err := r.open()
	if err != nil {
		return Credentials{}, err
	}
	return api.Exchange(ctx, l, from, d, code)
}
