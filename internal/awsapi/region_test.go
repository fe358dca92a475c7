package awsapi

import (
	"testing"

	"guise/session"
)

// TestRegionFrom: where STS is called.
func TestRegionFrom(t *testing.T) {
	for _, c := range []struct {
		env  map[string]string
		at   session.Place
		arn  string
		want string
	}{
		{nil, session.Place{}, "", "us-east-1"},
		{nil, session.Place{Region: "eu-west-1"}, "", "eu-west-1"},
		{map[string]string{"AWS_DEFAULT_REGION": "b"}, session.Place{Region: "eu-west-1"}, "", "b"},
		{map[string]string{"AWS_REGION": "a", "AWS_DEFAULT_REGION": "b"}, session.Place{Region: "eu-west-1"}, "", "a"},
		{nil, session.Place{}, "arn:aws-cn:iam::1:role/r", "cn-north-1"},
		{nil, session.Place{}, "arn:aws-us-gov:iam::1:mfa/m", "us-gov-west-1"},
	} {
		if got := RegionFrom(func(name string) string { return c.env[name] })(c.at, c.arn); got != c.want {
			t.Errorf("%v %+v: %s, want %s", c.env, c.at, got, c.want)
		}
	}
}
