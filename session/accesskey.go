package session

import (
	"context"
	"strings"
	"time"

	"guise/internal/awsconfig"
	"guise/internal/secret"
)

// AccessKey reports whether credentials are an access key, which AWS takes until somebody
// deletes it, whatever the program that prints it says of its end or puts beside it.
// Temporary credentials have a session token, and their ids do not begin with AKIA ("IAM
// identifiers" and "Request temporary security credentials" in AWS's IAM user guide).
func (c Credentials) AccessKey() bool {
	return c.AccessKeyID != "" && (c.SessionToken.Empty() || strings.HasPrefix(c.AccessKeyID, "AKIA"))
}

// wantsSession reads guise_session: whether an IAM user without MFA is served a session
// in the place of its access key.
func wantsSession(p awsconfig.Profile) (bool, error) {
	switch value := p.Own("session"); value {
	case "", "no":
		return false, nil
	case "yes":
		return true, nil
	default:
		return false, &SettingError{Profile: p.Name, Key: "guise_session", Value: value, Why: "must be yes or no"}
	}
}

// SessionOf returns a session that is made of a profile's access key, by GetSessionToken; c
// is the chain to the key. It is for whoever asks for it on purpose, and cached beside the
// chain for the next who does. Errors of AWS come as [*StepError], that of the profile's
// settings as [*SettingError].
func (r *Retriever) SessionOf(ctx context.Context, c Chain, p awsconfig.Profile, d Defaults, key Credentials) (Credentials, error) {
	length, err := mfaDuration(p)
	if err != nil {
		return Credentials{}, err
	}
	name := c.note(noteMade)
	keeps := c[0].Kind == Keys // whose id the name has in it; what a command prints may be another key each time
	if kept, ok := r.held(name); ok && keeps && r.fresh(kept) && kept.Expires.Sub(kept.Issued.Add(kept.Skew)).Round(time.Minute) == length {
		return kept, nil
	}
	l := Link{Kind: SessionToken, Profile: p.Name, Duration: length, Place: newResolver(nil, d).place(p, "sts")}
	got, err := r.call(ctx, l, key, length, secret.Text{})
	if err != nil {
		return Credentials{}, &StepError{l, err, Chain{l}.Key()}
	}
	if keeps {
		r.put(name, got)
	}
	return got.as(Renewed), nil
}
