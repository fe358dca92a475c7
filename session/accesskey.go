package session

import (
	"context"

	"guise/internal/awsconfig"
	"guise/internal/secret"
)

// AccessKey reports whether credentials are an access key, which does not expire.
func (c Credentials) AccessKey() bool {
	return c.AccessKeyID != "" && c.SessionToken.Empty() && c.Expires.IsZero()
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

// SessionOf makes a session of a profile's access key, by GetSessionToken. It is not cached:
// it is for whoever asks for it on purpose. Errors of AWS come as [*StepError], that of the
// profile's settings as [*SettingError].
func (r *Retriever) SessionOf(ctx context.Context, p awsconfig.Profile, d Defaults, key Credentials) (Credentials, error) {
	length, err := mfaDuration(p)
	if err != nil {
		return Credentials{}, err
	}
	l := Link{Kind: SessionToken, Profile: p.Name, Duration: length, Place: newResolver(nil, d).place(p, "sts")}
	got, err := r.call(ctx, l, key, length, secret.Text{})
	if err != nil {
		return Credentials{}, &StepError{l, err, Chain{l}.Key()}
	}
	return got, nil
}
