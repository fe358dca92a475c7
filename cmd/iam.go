package cmd

import (
	"context"

	"guise/internal/keys"
	"guise/session"
)

// iam is IAM for the user of a profile, signed in with MFA where there is a device.
func (x access) iam(ctx context.Context, profile string) (keys.IAM, error) {
	chain, err := x.chain(profile)
	if err == nil && chain.KeyForIAM() {
		return x.iamAtHand(ctx, profile, x.retriever())
	}
	_, creds, err := x.credentials(ctx, profile, session.Options{})
	if err != nil {
		return nil, err
	}
	return x.iamWith(profile, creds)
}

// iamAtHand is IAM for the user of a profile, with what is at hand: of r, which asks nobody.
func (x access) iamAtHand(ctx context.Context, profile string, r *session.Retriever) (keys.IAM, error) {
	chain, err := x.chain(profile)
	if err != nil {
		return nil, err
	}
	creds, err := r.AtHand(ctx, chain)
	if err != nil {
		return nil, err
	}
	return x.iamWith(profile, creds)
}

func (x access) iamWith(profile string, creds session.Credentials) (keys.IAM, error) {
	api, err := x.api()
	if err != nil {
		return nil, err
	}
	return api.IAM(x.placeOf(profile, "iam"), creds), nil
}
