package session

import (
	"errors"
	"testing"

	"guise/internal/awsconfig"
)

func TestFindDevice(t *testing.T) {
	const alice, bob = "arn:aws:iam::111111111111:mfa/alice", "arn:aws:iam::111111111111:mfa/bob"
	f, d := configOf(t, "[profile alice]\naws_access_key_id = AKIA\naws_secret_access_key = s\nmfa_serial = "+alice+"\n[profile ci]\naws_access_key_id = AKIB\naws_secret_access_key = s\n")
	for _, named := range []string{"alice", alice} {
		if got, err := FindDevice(f, named, d); err != nil || got.Serial != alice || got.Profile != "alice" || len(got.Chain) == 0 {
			t.Errorf("%s: %+v, %v", named, got, err)
		}
	}
	if got, err := FindDevice(f, bob, d); err != nil || got.Serial != bob || got.Profile != "" {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := FindDevice(f, "ci", d); !errors.As(err, new(*NoDeviceError)) {
		t.Error(err)
	}
	if _, err := FindDevice(f, "nobody", d); !errors.As(err, new(*awsconfig.NoProfileError)) {
		t.Error(err)
	}
}
